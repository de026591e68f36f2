import { eventTypes } from '#libs/events'

const text = { type: 'string' } as const
const signature = { ...text, description: 'A detached JWS over the object without it, in its RFC 8785 form.' } as const
const fault = {
  type: 'object',
  additionalProperties: false,
  required: ['pointer', 'code'],
  properties: { pointer: text, code: text },
}

const receiptMembers = {
  eventId: { ...text, format: 'uuid', description: 'The hub’s id of the event; corrections and withdrawals name it.' },
  source: text,
  id: text,
  bodyDigest: {
    ...text,
    pattern: '^sha-256=:[A-Za-z0-9+/]{43}=:$',
    description: 'Over the RFC 8785 form of the event.',
  },
  acceptedAt: { ...text, format: 'date-time' },
  accessReceipt: { $ref: '#/components/schemas/AccessReceipt' },
}

function closed(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', additionalProperties: false, required, properties }
}

const refusal = closed(
  { source: text, id: text, status: { type: 'integer' }, code: text, errors: { type: 'array', items: fault } },
  ['source', 'id'],
)
const receipt = closed({ ...receiptMembers, signature })
const batchAnswer = closed({
  results: {
    type: 'array',
    items: { oneOf: [closed(receiptMembers), refusal] },
    description: 'One result an item, in order: a receipt without its signature, or why it was refused.',
  },
  signature,
})

const posted = [...eventTypes.values()].filter(({ postedBy }) => postedBy !== 'hub')
const event = { oneOf: posted.map(({ type }) => ({ $ref: `../events/${type}.json` })) }
const example = (path: string) => ({ externalValue: `../events/golden/${path}.json` })

/** What `POST /v1/events` takes; the schemas stand beside the OpenAPI document, in `schemas/events`. */
export const postedBody = {
  required: true,
  content: {
    'application/cloudevents+json': {
      schema: event,
      examples: {
        'a plan started': example('council.protection-plan.started/plan'),
        'a pupil left': example('school.pupil.left/named-school'),
        'a wrong child': example('any.correction.issued/wrong-child'),
      },
    },
    'application/cloudevents-batch+json': { schema: { type: 'array', items: event, minItems: 1, maxItems: 500 } },
  },
}

/** A signed receipt, or for a batch one result an item and one signature. */
export const postedAnswer = { 'application/json': { schema: { oneOf: [receipt, batchAnswer] } } }

/** A batch of which some items were refused. */
export const mixedAnswer = { 'application/json': { schema: batchAnswer } }
