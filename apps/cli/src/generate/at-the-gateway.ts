import type { Catalogue } from './problem-codes.js'

type Json = Record<string, unknown>

/** An OpenAPI document, as far as it is looked into here. */
export interface OpenApi extends Json {
  readonly paths: Readonly<Record<string, Json>>
  readonly components?: Readonly<Record<string, Json>>
}

const component = (place: string) => ({ $ref: `#/components/${place}` })

/**
 * What the gateway asks of every request and may answer to any, whoever owns the path: token and proof, the headers that
 * say why and for whom, and its problems. An operation that says `security: []` takes no token.
 */
export function atTheGateway(document: OpenApi, catalogue: Catalogue): OpenApi {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item as Record<string, Json>).map(([method, operation]) => [
      method,
      atTheDoor(path, operation, document),
    ])
    return [path, Object.fromEntries(operations) as Json]
  })
  return {
    ...document,
    security: [{ dpop: [] }],
    paths: Object.fromEntries(paths) as Record<string, Json>,
    components: withShared(document.components ?? {}, catalogue),
  }
}

function atTheDoor(path: string, operation: Json, document: OpenApi): Json {
  const isPublic = Array.isArray(operation['security']) && operation['security'].length === 0
  const own = (operation['parameters'] as Json[] | undefined) ?? []
  const shared = isPublic ? [] : sharedBy(operation, own, document).map((name) => component(`parameters/${name}`))
  const parameters = [...own.filter((one) => !isActor(one)), ...shared]
  const answers = { default: component(`responses/${path.startsWith('/fhir/') ? 'Outcome' : 'Problem'}`) }
  return {
    ...operation,
    ...(parameters.length > 0 && { parameters }),
    responses: { ...(operation['responses'] as Json), ...answers },
  }
}

function sharedBy(operation: Json, own: readonly Json[], document: OpenApi): readonly (keyof typeof parameters)[] {
  return [
    'Proof',
    namesPurpose(operation, document) ? 'PurposeOfBody' : 'Purpose',
    own.some(isActor) ? 'NamedActor' : 'Actor',
    ...(operation['requestBody'] === undefined ? [] : ['ContentDigest' as const]),
  ]
}

/** How a door says that a person has to be named: `actorHeader` of libs/service. */
function isActor({ name }: Json): boolean {
  return name === 'Waymark-Actor'
}

/** Whether the body says for what it is asked, so that the header need not: an event in its basis. */
function namesPurpose({ requestBody }: Json, document: OpenApi): boolean {
  const { content = {} } = (requestBody ?? {}) as { content?: Record<string, { schema?: { $ref?: string } }> }
  if (Object.hasOwn(content, 'application/cloudevents+json')) return true
  return Object.values(content).some(({ schema }) => membersOf(schema?.$ref ?? '', document).includes('purpose'))
}

function membersOf(ref: string, { components = {} }: OpenApi): readonly string[] {
  const name = ref.replace('#/components/schemas/', '')
  const { properties = {} } = (components['schemas']?.[name] ?? {}) as { properties?: Json }
  return Object.keys(properties)
}

function withShared(components: Readonly<Record<string, Json>>, catalogue: Catalogue): Record<string, Json> {
  return {
    ...components,
    parameters: { ...components['parameters'], ...parameters },
    responses: { ...components['responses'], ...responses },
    schemas: { ...components['schemas'], AccessReceipt: accessReceipt, Problem: problemOf(catalogue) },
  }
}

const text = { type: 'string' } as const

const purposeHeader = {
  name: 'Waymark-Purpose',
  in: 'header',
  description: 'For what it is asked: a purpose of schemas/codes/purposes.json that the token lists.',
  schema: text,
  example: 'safeguard-child',
}

const actorHeader = {
  name: 'Waymark-Actor',
  in: 'header',
  schema: { ...text, pattern: '^[a-z][a-z0-9-]{0,63};[\\x21-\\x7e][\\x20-\\x7e]{0,199}$' },
  example: 'designated-safeguarding-lead;st-0042',
}

const parameters = {
  Proof: {
    name: 'DPoP',
    in: 'header',
    required: true,
    description: 'The proof of possession for this request (RFC 9449): htu is the address without query and fragment.',
    schema: text,
  },
  Purpose: { ...purposeHeader, required: true },
  PurposeOfBody: {
    ...purposeHeader,
    required: false,
    description: `${purposeHeader.description} Where the body says it too, both agree.`,
  },
  Actor: {
    ...actorHeader,
    required: false,
    description: 'Who asks: a role and a reference, or system-client and a reason.',
  },
  NamedActor: {
    ...actorHeader,
    required: true,
    description: 'Who asks or decides: a role and a reference. Without it the request is MALFORMED.',
  },
  ContentDigest: {
    name: 'Content-Digest',
    in: 'header',
    required: false,
    description:
      'The digest of the body as it is sent (RFC 9530), sha-256 or sha-512. Of another body, or unreadable: MALFORMED.',
    schema: text,
    example: 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
  },
} as const

const retryAfter = { description: 'Seconds; on 429 and 503.', schema: { type: 'integer', minimum: 0 } } as const

const responses = {
  Problem: {
    description: 'It was refused, or could not be done: schemas/errors/catalogue.yaml has every code and its status.',
    headers: { 'Retry-After': retryAfter },
    content: { 'application/problem+json': { schema: component('schemas/Problem') } },
  },
  Outcome: {
    description: 'It was refused, or could not be done: an OperationOutcome whose details hold the code.',
    headers: { 'Retry-After': retryAfter },
    content: { 'application/fhir+json': { schema: { type: 'object', additionalProperties: true } } },
  },
} as const

const accessReceipt = {
  type: 'object',
  description: 'The promise that the access log has, or will have, this record.',
  additionalProperties: false,
  required: ['recordId', 'commitment', 'service', 'issuedAt', 'signature'],
  properties: {
    recordId: { type: 'string', format: 'uuid' },
    commitment: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    service: text,
    issuedAt: { type: 'string', format: 'date-time' },
    signature: { ...text, description: 'A detached JWS over the receipt without it, in its RFC 8785 form.' },
  },
} as const

const fieldFault = {
  type: 'object',
  additionalProperties: false,
  required: ['pointer', 'code'],
  properties: {
    pointer: { ...text, pattern: '^#(/.*)?$', description: 'A JSON Pointer (RFC 6901) into what was sent.' },
    code: { ...text, pattern: '^[A-Z][A-Z0-9_]+$', description: 'A code of the catalogue, most often of a field.' },
  },
} as const

/** A problem as `problemBody` makes it (RFC 9457). */
function problemOf(catalogue: Catalogue): Json {
  const codes = Object.entries(catalogue).flatMap(([code, { status }]) => (status === undefined ? [] : [code]))
  return {
    type: 'object',
    description: 'RFC 9457.',
    additionalProperties: false,
    required: ['type', 'title', 'status', 'code', 'retryable'],
    properties: {
      type: { ...text, description: '/errors/ and the code.' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      code: { ...text, enum: codes },
      detail: { ...text, description: 'Never a value that was sent.' },
      errors: { type: 'array', items: fieldFault },
      correlationId: { ...text, description: 'For the operator; not with NOT_FOUND.' },
      retryable: { type: 'boolean', description: 'The same request, sent again later, may succeed.' },
    },
    example: {
      type: '/errors/SCHEMA_INVALID',
      title: catalogue['SCHEMA_INVALID']?.title ?? '',
      status: 422,
      code: 'SCHEMA_INVALID',
      errors: [{ pointer: '#/data/body/startedOn', code: 'DATE_FORM' }],
      correlationId: '5f1c2b7e-9a1d-4a53-8a55-0d2f5a1f6c11',
      retryable: false,
    },
  }
}
