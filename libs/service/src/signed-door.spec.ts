import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Body, Controller, Get, Module, Post } from '@nestjs/common'
import { Args, Directive, Field, ObjectType, Query, Resolver, Context } from '@nestjs/graphql'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { IsISO8601, IsOptional, IsString } from 'class-validator'
import { decodeProgramKeys, signRequest, type AccessClaims, type Caller } from '#libs/security'
import {
  addReceipt,
  build,
  CurrentCaller,
  Problem,
  requirePurpose,
  signedDoor,
  subgraph,
  type GraphQLContext,
} from './index.js'

const key = Buffer.alloc(32, 7)
const serviceKey = Buffer.alloc(32, 8)
const b64 = (bytes: Buffer) => bytes.toString('base64')
const receiptKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  kid: 'test-receipt',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}
const keys = decodeProgramKeys({
  program: 'tiny',
  kek: { active: 'k1', keys: { k1: b64(Buffer.alloc(32, 1)) } },
  secrets: {},
  incoming: { gateway: { g1: b64(key) }, exchange: { e1: b64(serviceKey) } },
  outgoing: {},
  receiptKey,
})
const claims: AccessClaims = {
  clientId: 'client-1',
  agencyId: 'larkhill-primary',
  agencyKind: 'school',
  agreement: 'dsa-1',
  purposes: ['safeguard-child'],
  actions: ['readFlags'],
  jti: 'jti-1',
  jkt: 'jkt',
  kid: 'as-1',
  expiresAtMs: Date.now() + 300_000,
}
const tokens = {
  verify: (token: string) =>
    Promise.resolve(token === 'good' ? ({ ok: true, claims } as const) : ({ ok: false, reason: 'signature' } as const)),
}

class EchoDto {
  @IsString()
  word!: string

  @IsOptional()
  @IsISO8601()
  startedOn?: string
}

let handled = 0

@Controller()
class EchoController {
  @Get('v1/who')
  who(@CurrentCaller() caller: Caller) {
    handled += 1
    return { agencyId: caller.agencyId, purpose: requirePurpose(caller), requestId: caller.requestId }
  }

  @Post('v1/echo')
  echo(@Body() body: EchoDto) {
    handled += 1
    if (body.word === 'fail') throw new Error('the name is Amina')
    if (body.word === 'later') throw new Problem('OUTBOX_FULL', undefined, { retryAfterSeconds: 3 })
    return { word: body.word }
  }

  @Get('log/checkpoint')
  checkpoint() {
    handled += 1
    return 'open'
  }

  @Post('internal/v1/resolutions')
  resolve() {
    handled += 1
    return { ok: true }
  }
}

@ObjectType()
@Directive('@key(fields: "uci")')
class Child {
  @Field(() => String)
  uci!: string
}

@Resolver(() => Child)
class ChildResolver {
  @Query(() => Child, { nullable: true })
  child(@Args('uci', { type: () => String }) uci: string, @Context() context: GraphQLContext): Child {
    handled += 1
    if (uci === 'bad') throw new Problem('IDENTIFIER_INVALID')
    if (uci === 'boom') throw new Error('secret at 10.0.0.1')
    const receipt = {
      recordId: 'r1',
      commitment: '00',
      service: 'tiny',
      issuedAt: '2026-11-22T00:00:00.000Z',
      signature: 's',
    }
    addReceipt(context, receipt)
    return { uci: `${uci} for ${context.caller.agencyId}` }
  }
}

@Module({ imports: [subgraph()], controllers: [EchoController], providers: [ChildResolver] })
class TinyModule {}

interface Ask {
  readonly method?: string
  readonly path: string
  readonly body?: string
  readonly type?: string
  readonly headers?: Record<string, string>
  readonly token?: string
  readonly signed?:
    { readonly path?: string; readonly method?: string; readonly body?: string; readonly ageSeconds?: number } | false
  readonly by?: { readonly kid: string; readonly key: Buffer }
}

describe('the signed door', () => {
  let app: NestFastifyApplication
  let origin: string

  beforeAll(async () => {
    app = await build(TinyModule, { door: signedDoor({ keys, tokens, openPaths: ['/log/'] }) })
    await app.listen(0, '127.0.0.1')
    origin = await app.getUrl()
  })
  afterAll(() => app.close())
  beforeEach(() => {
    handled = 0
  })

  const signatureOf = ({
    method = 'GET',
    path,
    body = '',
    token = 'good',
    signed = {},
    by = { kid: 'g1', key },
  }: Ask) => {
    const parts = { method, path, body, ageSeconds: 0, ...signed }
    return signRequest({
      ...by,
      method: parts.method,
      path: parts.path,
      authorization: token === '' ? undefined : `DPoP ${token}`,
      bodySha256Hex: createHash('sha256').update(parts.body).digest('hex'),
      nowSeconds: Math.floor(Date.now() / 1000) - parts.ageSeconds,
    })
  }

  const ask = async (request: Ask) => {
    const { method = 'GET', path, body, type = 'application/json', token = 'good', signed = {} } = request
    const url = new URL(origin)
    const { request: send } = await import('node:http')
    return new Promise<{ status: number; type: string; body: Record<string, unknown>; text: string }>(
      (resolve, reject) => {
        const headers = {
          ...(token !== '' && { authorization: `DPoP ${token}` }),
          ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
          ...(signed && { 'waymark-signature': signatureOf(request) }),
          ...request.headers,
        }
        const sent = send({ host: '127.0.0.1', port: url.port, method, path, headers }, (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const parsed = (/^\s*\{/.test(text) ? JSON.parse(text) : {}) as Record<string, unknown>
            resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', body: parsed, text })
          })
        })
        sent.on('error', reject)
        sent.end(body)
      },
    )
  }
  const graphql = (query: string) => JSON.stringify({ query })
  const entities = graphql(
    '{ _entities(representations: [{ __typename: "Child", uci: "x" }]) { ... on Child { uci } } }',
  )

  it.each<[string, Ask]>([
    ['a plain read', { path: '/v1/who' }],
    ['a post', { method: 'POST', path: '/v1/echo', body: '{"word":"x"}' }],
    ['_entities', { method: 'POST', path: '/graphql', body: entities }],
    ['_service', { method: 'POST', path: '/graphql', body: graphql('{ _service { sdl } }') }],
    ['GraphQL over GET', { path: '/graphql?query={__typename}' }],
    ['HEAD', { method: 'HEAD', path: '/v1/who' }],
    ['OPTIONS', { method: 'OPTIONS', path: '/graphql' }],
    ['a trailing slash', { path: '/v1/who/' }],
    ['a doubled slash', { path: '//v1/who' }],
    ['an escaped letter', { path: '/v1/%77ho' }],
    ['an address that cannot be decoded', { path: '/v1/%zz' }],
    ['a path that is not there', { path: '/nowhere' }],
    ['a method nobody serves', { method: 'PURGE', path: '/v1/who' }],
    ['an open path', { path: '/log/checkpoint' }],
    ['an internal path', { method: 'POST', path: '/internal/v1/resolutions', body: '{}' }],
    ['broken JSON', { method: 'POST', path: '/v1/echo', body: '{' }],
    [
      'another media type',
      { method: 'POST', path: '/v1/echo', body: 'a=b', type: 'application/x-www-form-urlencoded' },
    ],
  ])('answers 401 to %s without a signature, and runs nothing', async (_, request) => {
    const answer = await ask({ ...request, signed: false })
    expect(answer.status).toBe(401)
    if (request.method !== 'HEAD') expect(answer.body['code']).toBe('UNAUTHENTICATED')
    expect(handled).toBe(0)
  })

  it.each<[string, Ask]>([
    ['another path', { path: '/v1/who', signed: { path: '/v1/else' } }],
    ['another query', { path: '/v1/who?a=1', signed: { path: '/v1/who' } }],
    ['another method', { path: '/v1/who', signed: { method: 'HEAD' } }],
    ['another body', { method: 'POST', path: '/v1/echo', body: '{"word":"b"}', signed: { body: '{"word":"a"}' } }],
    ['a body where none was signed', { method: 'POST', path: '/v1/echo', body: '{"word":"b"}', signed: { body: ' ' } }],
    ['an age of 32 seconds', { path: '/v1/who', signed: { ageSeconds: 32 } }],
    ['an unknown key', { path: '/v1/who', by: { kid: 'g2', key } }],
    ["another program's key", { path: '/v1/who', by: { kid: 'e1', key: serviceKey } }],
    ['a token that is refused', { path: '/v1/who', token: 'bad' }],
    ['no token', { path: '/v1/who', token: '' }],
    ['the gateway under /internal/', { method: 'POST', path: '/internal/v1/resolutions', body: '{}' }],
    ['the gateway under an escaped /internal/', { method: 'POST', path: '/%69nternal/v1/resolutions', body: '{}' }],
    [
      'the gateway as a service',
      { method: 'POST', path: '/internal/v1/resolutions', body: '{}', headers: { 'waymark-service': 'gateway' } },
    ],
    [
      'a service outside /internal/',
      { path: '/v1/who', headers: { 'waymark-service': 'exchange' }, by: { kid: 'e1', key: serviceKey } },
    ],
  ])('answers 401 to a signature over %s', async (_, request) => {
    expect(await ask(request)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(handled).toBe(0)
  })

  it('is what refuses: without it the same requests are answered', async () => {
    const open = await build(TinyModule)
    await open.listen(0, '127.0.0.1')
    const guarded = origin
    origin = await open.getUrl()
    const service = await ask({
      method: 'POST',
      path: '/graphql',
      body: graphql('{ _service { sdl } }'),
      signed: false,
    })
    const checkpoint = await ask({ path: '/log/checkpoint', signed: false })
    origin = guarded
    await open.close()
    expect([checkpoint.status, handled]).toEqual([200, 1])
    expect(service.status).not.toBe(401)
  })

  it('lets a signed request in, with the caller of its token and the purpose it names', async () => {
    const answer = await ask({ path: '/v1/who', headers: { 'waymark-purpose': 'safeguard-child' } })
    expect(answer).toMatchObject({ status: 200, body: { agencyId: 'larkhill-primary', purpose: 'safeguard-child' } })
  })

  it('opens paths of the one list without a token, and /internal/ to a service that signs for itself', async () => {
    expect(await ask({ path: '/log/checkpoint', token: '' })).toMatchObject({ status: 200, text: 'open' })
    const service = { headers: { 'waymark-service': 'exchange' }, by: { kid: 'e1', key: serviceKey }, token: '' }
    const answer = await ask({ method: 'POST', path: '/internal/v1/resolutions', body: '{}', ...service })
    expect(answer.status).toBe(201)
  })

  it.each<[string, Ask, number, string]>([
    [
      'a purpose the token lacks',
      { path: '/v1/who', headers: { 'waymark-purpose': 'audit' } },
      403,
      'PURPOSE_NOT_ALLOWED',
    ],
    ['no purpose', { path: '/v1/who' }, 403, 'PURPOSE_NOT_ALLOWED'],
    ['an actor of another form', { path: '/v1/who', headers: { 'waymark-actor': 'someone' } }, 400, 'MALFORMED'],
    ['a path that is not there', { path: '/nowhere' }, 404, 'NOT_FOUND'],
    ['a method it does not serve', { method: 'DELETE', path: '/v1/who' }, 405, 'METHOD_NOT_ALLOWED'],
    ['broken JSON', { method: 'POST', path: '/v1/echo', body: '{"word":' }, 400, 'MALFORMED'],
    ['a repeated key', { method: 'POST', path: '/v1/echo', body: '{"word":"a","word":"b"}' }, 400, 'MALFORMED'],
    [
      'a media type it does not take',
      { method: 'POST', path: '/v1/echo', body: 'x', type: 'text/plain' },
      415,
      'MEDIA_TYPE',
    ],
    [
      'a file where none is taken',
      { method: 'POST', path: '/v1/echo', body: 'a,b', type: 'text/csv' },
      415,
      'MEDIA_TYPE',
    ],
    ['a body over the limit', { method: 'POST', path: '/v1/echo', body: `"${'x'.repeat(262_144)}"` }, 413, 'TOO_LARGE'],
    ['a fault of ours', { method: 'POST', path: '/v1/echo', body: '{"word":"fail"}' }, 500, 'INTERNAL_SERVER_ERROR'],
  ])('answers a problem to %s', async (_, request, status, code) => {
    const answer = await ask(request)
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { type: `/errors/${code}`, status, code },
    })
    if (code === 'NOT_FOUND') expect((await ask(request)).text).toBe(answer.text)
    else expect(answer.body['correlationId']).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.text).not.toContain('Amina')
  })

  it('names the members of a body that break its schema, and never what they hold', async () => {
    const body = '{"word":7,"startedOn":"yesterday","extra":"Amina"}'
    const answer = await ask({ method: 'POST', path: '/v1/echo', body })
    expect(answer).toMatchObject({ status: 422, body: { code: 'SCHEMA_INVALID' } })
    expect(answer.body['errors']).toEqual(
      expect.arrayContaining([
        { pointer: '#/word', code: 'FIELD_TYPE' },
        { pointer: '#/startedOn', code: 'DATE_FORM' },
        { pointer: '#/extra', code: 'FIELD_UNKNOWN' },
      ]),
    )
    expect(answer.text).not.toMatch(/yesterday|Amina/)
  })

  it('answers GraphQL with the receipts of the request, and masks what is not in the catalogue', async () => {
    const query = (text: string) => ask({ method: 'POST', path: '/graphql', body: graphql(text) })
    const good = await query('{ child(uci: "99MJ") { uci } }')
    expect(good.body).toMatchObject({
      data: { child: { uci: '99MJ for larkhill-primary' } },
      extensions: { accessReceipts: [{ recordId: 'r1', service: 'tiny' }] },
    })
    const bad = await query('{ child(uci: "bad") { uci } }')
    expect(bad).toMatchObject({
      status: 200,
      body: { data: { child: null }, errors: [{ extensions: { code: 'IDENTIFIER_INVALID' } }] },
    })
    const boom = await query('{ child(uci: "boom") { uci } }')
    expect(boom.body).toMatchObject({
      errors: [{ message: 'Something went wrong', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    })
    expect(boom.text).not.toMatch(/10\.0\.0\.1|stack/)
    expect((await query('{ __schema { types { name } } }')).text).not.toContain('Child')
    expect((await query('{ chidl { uci } }')).text).not.toMatch(/Did you mean|Query/)
  })
})
