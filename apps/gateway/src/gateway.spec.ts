import { createHash } from 'node:crypto'
import { createServer, request as send, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { composeServices } from '@apollo/composition'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { parse } from 'graphql'
import { createTokenVerifier, decodeProgramKeys, verifyRequestSignature, type ProgramKeys } from '#libs/security'
import { build, silentLogger } from '#libs/service'
import { testIssuer } from '#libs/testing'
import { openGateway } from './open-gateway.js'

const publicUrl = 'http://gateway.test'
const secret = (fill: number) => Buffer.alloc(32, fill).toString('base64')
const outgoing = Object.fromEntries(
  ['identity', 'exchange', 'safeguarding', 'audit'].map((name, index) => [
    name,
    { kid: `${name}-1`, key: secret(40 + index) },
  ]),
)
const keys: ProgramKeys = decodeProgramKeys({
  program: 'gateway',
  kek: { active: 'k1', keys: { k1: secret(1) } },
  secrets: { accessIndex: secret(2), distinct: secret(3) },
  incoming: {},
  outgoing,
  receiptKey: {
    kty: 'OKP',
    crv: 'Ed25519',
    kid: 'gateway-receipts',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
})

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`
const identitySdl = `${link}
  type Query { child(uci: String!): Child  childByIdentifier(system: String!, value: String!): Child }
  type Child @key(fields: "uci") { uci: String! status: String! }`
const safeguardingSdl = `${link}
  type Query { handovers(first: Int = 20, after: String): [Handover!] }
  type Child @key(fields: "uci") { uci: String! flags: [Flag!] }
  type Flag { kind: String! }
  type Handover { id: ID! }`
const childFlags = 'query ChildFlags($uci: String!) { child(uci: $uci) { uci status flags { kind } } }'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const theQuery = {
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(childFlags) } },
  variables: { uci: '99MJ-YZXT-0T' },
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown> & {
    errors?: { extensions: Record<string, unknown> }[]
    data?: Record<string, unknown>
  }
  readonly text: string
}

interface Script {
  status: number
  body: string
  headers?: Record<string, string>
}

/** A service that answers by script, keeps what it was sent, and notes what was not signed by the gateway. */
class FakeService {
  readonly server: Server
  script: (body: string, request: IncomingMessage) => Script = () => ({ status: 500, body: '' })
  readonly seen: { url: string; method: string; body: string; headers: IncomingMessage['headers'] }[] = []
  unsigned = 0

  constructor(readonly name: string) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { url = '', method = '', headers } = request
        const body = Buffer.concat(chunks).toString()
        this.seen.push({ url, method, body, headers })
        if (!this.isSigned(request, body)) this.unsigned += 1
        const script = this.script(body, request)
        response.writeHead(script.status, { 'content-type': 'application/json', ...script.headers }).end(script.body)
      })
    })
  }

  private isSigned({ url = '', method = '', headers }: IncomingMessage, body: string): boolean {
    const own = outgoing[this.name]
    if (!own) return false
    const signature = verifyRequestSignature({
      header: String(headers['waymark-signature']),
      method,
      path: url,
      authorization: headers.authorization,
      keys: new Map([[own.kid, Buffer.from(own.key, 'base64')]]),
      nowSeconds: Math.floor(Date.now() / 1000),
    })
    return signature.ok && signature.bodySha256Hex === sha256(body)
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`
  }
}

/** The database as the gateway sees it: four functions of `auth` and three views. */
class FakeSql {
  readonly claimed = new Set<string>()
  readonly children = new Set<string>()
  readonly refusals: Record<string, unknown>[] = []
  refusedTokens = 0
  claims = 0

  query<R extends object>(text: string, params: readonly unknown[] = []): Promise<readonly R[]> {
    return Promise.resolve(this.rows(text, params) as R[])
  }

  private rows(text: string, params: readonly unknown[]): object[] {
    if (text.includes('auth.claim_once')) return [{ claimed: this.claim(params), taken: this.take(params) }]
    if (text.includes('auth.take(')) return [{ allowed: (this.refusedTokens += 1) <= 600 }]
    if (text.includes('record_refusal')) this.refusals.push(JSON.parse(String(params[0])) as Record<string, unknown>)
    if (text.includes('keys.claim')) return this.dataKeys(params)
    const registered = { agreement_id: 'dsa-larkhill-primary', agency_id: 'larkhill-primary' }
    if (text.includes('operation_v')) return [{ ...registered, sha256: sha256(childFlags), document: childFlags }]
    if (text.includes('agreement_v')) return [{ ...registered, most: '5' }]
    return text.includes('agency_v') ? [{ agency_id: 'larkhill-primary', kind: 'school' }] : []
  }

  private claim([issuer, digest]: readonly unknown[]): boolean {
    this.claims += 1
    const name = `${String(issuer)} ${(digest as Buffer).toString('hex')}`
    if (this.claimed.has(name)) return false
    this.claimed.add(name)
    return true
  }

  private take([, , , items, , max]: readonly unknown[]): object[] | null {
    if (!Array.isArray(items)) return null
    for (const item of items as Buffer[]) this.children.add(item.toString('hex'))
    return [{ allowed: this.children.size <= Number(max), retry_after: 1200 }]
  }

  /** `keys.claim` gives back what was offered: the first claim always stands here. */
  private dataKeys(params: readonly unknown[]): object[] {
    const column = (index: number) => (Array.isArray(params[index]) ? (params[index] as unknown[]) : [params[index]])
    return column(0).map((subject, at) => ({
      subject,
      class: column(1)[at],
      id: column(2)[at],
      wrapped: column(3)[at],
    }))
  }
}

describe('the gateway', () => {
  const issuer = testIssuer()
  const identity = new FakeService('identity')
  const safeguarding = new FakeService('safeguarding')
  const exchange = new FakeService('exchange')
  const services = [identity, safeguarding, exchange]
  let sql: FakeSql
  let sandbox: NestFastifyApplication
  let production: NestFastifyApplication
  const closers: (() => unknown)[] = []

  const open = async (
    isSandbox: boolean,
    origins: Record<'identity' | 'exchange' | 'safeguarding' | 'audit', string>,
  ) => {
    const composed = composeServices([
      { name: 'identity', typeDefs: parse(identitySdl), url: 'http://identity.invalid' },
      { name: 'safeguarding', typeDefs: parse(safeguardingSdl), url: 'http://safeguarding.invalid' },
    ])
    const gateway = openGateway({
      ...{ keys, publicUrl, origins, isSandbox, logger: silentLogger(), requestsPerMinute: 100_000 },
      sql: { query: (text, params) => sql.query(text, params) },
      tokens: createTokenVerifier({ ...issuer, revoked: { refusalOf: () => undefined } }),
      supergraphSdl: composed.supergraphSdl ?? '',
    })
    const app = await build(gateway.module, { door: gateway.door })
    closers.push(await gateway.begin(), gateway.close, () => app.close())
    await app.listen(0, '127.0.0.1')
    return app
  }

  beforeAll(async () => {
    sql = new FakeSql()
    const [first = '', second = '', third = ''] = await Promise.all(services.map((service) => service.open()))
    const origins = { identity: first, safeguarding: second, exchange: third, audit: third }
    sandbox = await open(true, origins)
    production = await open(false, origins)
    Object.freeze(Object.prototype)
  })

  afterAll(async () => {
    for (const close of closers) await close()
    for (const { server } of services) server.close()
  })

  beforeEach(() => {
    sql = new FakeSql()
    for (const service of services) {
      service.seen.length = 0
      service.unsigned = 0
    }
    identity.script = () => data({ child: { __typename: 'Child', uci: '99MJ-YZXT-0T', status: 'active' } }, 'identity')
    safeguarding.script = () => data({ _entities: [{ flags: [{ kind: 'PROTECTION_PLAN' }] }] }, 'safeguarding')
    exchange.script = () => ({
      status: 202,
      body: '{"eventId":"e1"}',
      headers: { 'x-powered-by': 'nest', etag: '"1"' },
    })
  })

  const data = (value: object, service: string): Script => ({
    status: 200,
    body: JSON.stringify({ data: value, extensions: { accessReceipts: [{ recordId: `r-${service}`, service }] } }),
  })

  interface Ask {
    readonly method?: string
    readonly path?: string
    readonly body?: string | object
    readonly headers?: Record<string, string | undefined>
    readonly token?: string
    readonly proof?: string
    readonly at?: NestFastifyApplication
  }

  const ask = async ({ method = 'POST', path = '/graphql', body = theQuery, ...rest }: Ask = {}): Promise<Answer> => {
    const token = rest.token ?? issuer.token()
    const htu = publicUrl + (path.split('?')[0] ?? '')
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const headers = {
      authorization: `DPoP ${token}`,
      dpop: rest.proof ?? issuer.proof({ method, htu, accessToken: token }),
      'waymark-purpose': 'safeguard-child',
      'waymark-actor': 'designated-safeguarding-lead;st-0042',
      ...(hasBody && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...rest.headers,
    }
    const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
    const { port } = new URL(await (rest.at ?? sandbox).getUrl())
    return new Promise((resolve, reject) => {
      const sent = send({ host: '127.0.0.1', port, method, path, headers: kept }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const received = Buffer.concat(chunks).toString()
          const parsed = (received.startsWith('{') ? JSON.parse(received) : {}) as Answer['body']
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: parsed, text: received })
        })
      })
      sent.on('error', reject)
      sent.end(hasBody ? text : undefined)
    })
  }
  const codesOf = ({ body }: Answer) => [
    body['code'],
    ...(body.errors ?? []).map(({ extensions }) => extensions['code']),
  ]
  const wasAsked = () => services.some(({ seen }) => seen.length > 0)

  it('answers a registered operation from two services, with receipts and the agencies connected', async () => {
    const answer = await ask()
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      data: { child: { uci: '99MJ-YZXT-0T', status: 'active', flags: [{ kind: 'PROTECTION_PLAN' }] } },
      extensions: {
        accessReceipts: [
          { recordId: 'r-identity', service: 'identity' },
          { recordId: 'r-safeguarding', service: 'safeguarding' },
        ],
        coverage: { school: ['larkhill-primary'] },
      },
    })
    expect(services.map(({ unsigned }) => unsigned)).toEqual([0, 0, 0])
    expect(identity.seen[0]?.headers).toMatchObject({
      'waymark-purpose': 'safeguard-child',
      'waymark-actor': 'designated-safeguarding-lead;st-0042',
      'x-request-id': answer.headers['x-request-id'],
    })
    expect(identity.seen[0]?.headers['traceparent']).toBe(safeguarding.seen[0]?.headers['traceparent'])
    expect(identity.seen[0]?.headers['authorization']).toMatch(/^DPoP /)
    expect(identity.seen[0]?.headers['dpop']).toBeUndefined()
    expect(sql.claims).toBe(1)
  })

  const html = '<html><body>unknown child</body></html>'
  const badAnswers: readonly [string, Script][] = [
    ...[401, 403, 413, 429, 500].map((status): [string, Script] => [
      String(status),
      { status, body: '{"data":{"child":null,"_entities":[null]}}' },
    ]),
    ['{}', { status: 200, body: '{}' }],
    ['HTML', { status: 200, body: html, headers: { 'content-type': 'text/html' } }],
    ['data without the field', { status: 200, body: '{"data":{}}' }],
    ['data that is a list', { status: 200, body: '{"data":[]}' }],
    [
      'a poisoned key',
      { status: 200, body: '{"data":{"child":null,"_entities":[null],"__proto__":{"isAdmin":true}}}' },
    ],
    ['a poisoned key, escaped', { status: 200, body: '{"data":{"child":null,"\\u005f_proto__":{"isAdmin":true}}}' }],
  ]
  it.each(badAnswers)('never takes %s of a service for an unknown child or for no flags', async (_, script) => {
    identity.script = () => script
    const first = await ask()
    expect(first.body.data).toEqual({ child: null })
    expect(first.body.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', source: 'identity' } }])
    identity.script = () => data({ child: { __typename: 'Child', uci: '99MJ-YZXT-0T', status: 'active' } }, 'identity')
    safeguarding.script = () => script
    const second = await ask()
    expect(second.body.data).toEqual({ child: { uci: '99MJ-YZXT-0T', status: 'active', flags: null } })
    expect(second.body.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', source: 'safeguarding' } }])
    expect(second.text).not.toMatch(/127\.0\.0\.1|unknown child/)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  it('keeps unknown, none and refused apart, and a code of the catalogue with its path', async () => {
    identity.script = () => data({ child: null }, 'identity')
    expect((await ask()).body).toMatchObject({ data: { child: null } })
    expect((await ask()).body.errors).toBeUndefined()
    identity.script = () => data({ child: { __typename: 'Child', uci: 'u', status: 'active' } }, 'identity')
    safeguarding.script = () => data({ _entities: [{ flags: [] }] }, 'safeguarding')
    expect((await ask()).body).toMatchObject({ data: { child: { flags: [] } } })
    const refused = {
      message: 'no',
      path: ['_entities', 0, 'flags'],
      extensions: { code: 'NOT_PERMITTED', stack: 'x' },
    }
    safeguarding.script = () => ({
      status: 200,
      body: JSON.stringify({ data: { _entities: [{ flags: null }] }, errors: [refused] }),
    })
    const answer = await ask()
    expect(answer.body.data).toMatchObject({ child: { flags: null } })
    expect(answer.body.errors).toMatchObject([{ path: ['child', 'flags'], extensions: { code: 'NOT_PERMITTED' } }])
    expect(answer.text).not.toContain('stack')
    safeguarding.script = () => ({ status: 200, body: '{"data":{"_entities":[{"flags":[{"kind":null}]}]}}' })
    expect((await ask()).body.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE' } }])
  })

  describe('who calls', () => {
    const token = issuer.token()
    const htu = `${publicUrl}/graphql`
    const stolen = testIssuer()
    it.each<[string, Ask]>([
      ['no token', { headers: { authorization: undefined } }],
      ['no proof', { headers: { dpop: undefined } }],
      ['a bearer token', { headers: { authorization: `Bearer ${token}` } }],
      ['a token of another issuer', { token: stolen.token() }],
      ['an expired token', { token: issuer.token({ issuedAtMs: Date.now() - 400_000 }) }],
      ['a proof by another key', { token, proof: stolen.proof({ method: 'POST', htu, accessToken: token }) }],
      ['a proof for another method', { token, proof: issuer.proof({ method: 'GET', htu, accessToken: token }) }],
      [
        'a proof for another path',
        { token, proof: issuer.proof({ method: 'POST', htu: `${htu}s`, accessToken: token }) },
      ],
      [
        'a proof for another host',
        { token, proof: issuer.proof({ method: 'POST', htu: 'http://127.0.0.1/graphql', accessToken: token }) },
      ],
      [
        'a proof with a query',
        { token, proof: issuer.proof({ method: 'POST', htu: `${htu}?a=1`, accessToken: token }) },
      ],
      [
        'a proof of an hour ago',
        { token, proof: issuer.proof({ method: 'POST', htu, accessToken: token, issuedAtMs: Date.now() - 3_600_000 }) },
      ],
      ['a path that is not there, without a token', { path: '/nowhere', headers: { authorization: undefined } }],
    ])('refuses %s with 401, and records it', async (_, request) => {
      const answer = await ask(request)
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', type: '/errors/UNAUTHENTICATED' } })
      expect(answer.headers['www-authenticate']).toMatch(/^DPoP error="invalid_/)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(sql.refusals).toHaveLength(1)
      expect(wasAsked()).toBe(false)
    })

    it('takes a proof once', async () => {
      const proof = issuer.proof({ method: 'POST', htu, accessToken: token })
      expect((await ask({ token, proof })).status).toBe(200)
      expect(await ask({ token, proof })).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
      expect(sql.refusals).toHaveLength(1)
    })

    it('counts refused tokens of an address, and goes on serving good ones', async () => {
      sql.refusedTokens = 600
      const answer = await ask({ headers: { authorization: undefined }, at: production })
      expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } })
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(10)
      expect((await ask({ at: production })).status).toBe(200)
    })

    it('wants an actor and a purpose of the token', async () => {
      expect(codesOf(await ask({ headers: { 'waymark-actor': undefined } }))).toContain('MALFORMED')
      expect(await ask({ headers: { 'waymark-purpose': undefined } })).toMatchObject({ status: 403 })
      const answer = await ask({ headers: { 'waymark-purpose': 'audit' } })
      expect(answer).toMatchObject({ status: 403, body: { code: 'PURPOSE_NOT_ALLOWED' } })
      expect(answer.body.errors).toMatchObject([{ extensions: { code: 'PURPOSE_NOT_ALLOWED' } }])
      expect(wasAsked()).toBe(false)
    })

    it('counts different children, hit or miss, and stops at the figure of the agreement', async () => {
      const about = (uci: string) => ask({ body: { ...theQuery, variables: { uci } } })
      for (const uci of ['A1', 'a-1', 'A2', 'A3', 'A4', 'A5']) expect((await about(uci)).status).toBe(200)
      expect(sql.children.size).toBe(5)
      const answer = await about('A6')
      expect(answer).toMatchObject({ status: 429, body: { code: 'CHILD_FANOUT_EXCEEDED' } })
      expect(answer.headers['retry-after']).toBe('1200')
    })
  })

  describe('what is asked', () => {
    const unregistered = '{ child(uci: "99MJ-YZXT-0T") { uci status } }'
    const hash = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } })
    it.each<[string, Ask]>([
      ['text', { body: { query: unregistered } }],
      [
        'text with its own hash, as clients register themselves',
        { body: { query: unregistered, extensions: hash(unregistered) } },
      ],
      ['a hash nobody registered', { body: { extensions: hash(unregistered) } }],
      ['text beside the hash of another', { body: { query: childFlags, extensions: hash(unregistered) } }],
      ['registered text given as text', { body: { query: childFlags, variables: theQuery.variables } }],
      ['GET', { method: 'GET', path: `/graphql?query=${encodeURIComponent(unregistered)}` }],
      ['HEAD', { method: 'HEAD', path: '/graphql' }],
      ['a query string', { path: '/graphql?x=1', body: { query: unregistered } }],
      ['a trailing slash', { path: '/graphql/', body: { query: unregistered } }],
      ['a doubled slash', { path: '//graphql', body: { query: unregistered } }],
      ['an escaped letter', { path: '/%67raphql', body: { query: unregistered } }],
      ['upper case', { path: '/GraphQL', body: { query: unregistered } }],
      ['PUT', { method: 'PUT', body: { query: unregistered } }],
      ['OPTIONS', { method: 'OPTIONS', body: { query: unregistered } }],
      [
        'a form',
        {
          body: `query=${encodeURIComponent(unregistered)}`,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
      ],
      ['plain text', { body: { query: unregistered }, headers: { 'content-type': 'text/plain' } }],
      ['a message', { body: { query: unregistered }, headers: { 'content-type': 'message/rfc822' } }],
      ['GraphQL as media type', { body: unregistered, headers: { 'content-type': 'application/graphql' } }],
      [
        'an odd charset',
        { body: { query: unregistered }, headers: { 'content-type': 'application/json; charset=utf-7' } },
      ],
      ['a CloudEvent', { body: { query: unregistered }, headers: { 'content-type': 'application/cloudevents+json' } }],
      ['several at once', { body: [{ query: unregistered }, theQuery] }],
      [
        'a hash that is a list',
        { body: { extensions: { persistedQuery: { version: 1, sha256Hash: [sha256(childFlags)] } } } },
      ],
    ])('runs nothing unregistered outside the sandbox: %s', async (_, request) => {
      const answer = await ask({ ...request, at: production })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      expect(answer.body.data).toBeUndefined()
      expect(wasAsked()).toBe(false)
    })

    it('names what is not registered by its code, and records it', async () => {
      const answer = await ask({ body: { extensions: hash(unregistered) } })
      expect(codesOf(answer)).toEqual(['OPERATION_NOT_REGISTERED', 'OPERATION_NOT_REGISTERED'])
      expect(sql.refusals).toHaveLength(1)
      expect((await ask({ at: production })).status).toBe(200)
    })

    it('runs free text in the sandbox', async () => {
      expect((await ask({ body: { query: '{ child(uci: "x") { uci flags { kind } } }' } })).body.errors).toBeUndefined()
    })

    const deep = `{ child(uci: "x") ${'{ child '.repeat(8)}${'}'.repeat(8)} }`
    const aliases = (count: number) =>
      Array.from({ length: count }, (_, at) => `a${String(at)}: child(uci: "x") { uci }`).join(' ')
    const bomb = `{ ...f0 } ${Array.from({ length: 30 }, (_, at) => `fragment f${String(at)} on Query { ...f${String(at + 1)} ...f${String(at + 1)} }`).join(' ')} fragment f30 on Query { __typename }`
    it.each<[string, object | string]>([
      ['too deep', { query: deep }],
      ['sixteen aliases', { query: `{ ${aliases(16)} }` }],
      ['sixteen aliases in a fragment', { query: `{ ...f } fragment f on Query { ${aliases(16)} }` }],
      ['a page of 101', { query: '{ handovers(first: 101) { id } }' }],
      [
        'a page of 101 by variable',
        { query: 'query q($n: Int) { handovers(first: $n) { id } }', variables: { n: 101 } },
      ],
      [
        'a cost over 1,000',
        {
          query: `{ ${Array.from({ length: 12 }, (_, at) => `a${String(at)}: handovers(first: 100) { id }`).join(' ')} }`,
        },
      ],
      ['1,001 tokens', { query: `{ ${'__typename '.repeat(1001)} }` }],
      ['a fragment bomb', { query: bomb }],
      ['fragments in a circle', { query: '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }' }],
      ['a fragment nobody wrote', { query: '{ ...a }' }],
      ['a fragment named __schema', { query: '{ ...__schema } fragment __schema on Query { __typename }' }],
      ['an alias named __proto__', { query: '{ __proto__: child(uci: "x") { uci } }' }],
      ['an alias named constructor', { query: '{ constructor: child(uci: "x") { uci } }' }],
      ['a variable named __proto__', { query: 'query q($__proto__: String!) { child(uci: $__proto__) { uci } }' }],
      ['look-alike letters', { query: '{ сhild(uci: "x") { uci } }' }],
      ['introspection', { query: '{ __schema { types { name } } }' }],
      ['introspection of a type', { query: '{ __type(name: "Child") { name } }' }],
      ['circular introspection', { query: '{ __schema { types { fields { type { fields { name } } } } } }' }],
      ['@defer', { query: '{ child(uci: "x") { uci ... @defer { status } } }' }],
      ['@stream', { query: '{ handovers @stream { id } }' }],
      ['unknown directives', { query: `{ child(uci: "x") { uci ${'@aa '.repeat(10)} } }` }],
      ['two operations', { query: 'query a { __typename } query b { __typename }' }],
      ['a subscription', { query: 'subscription { child { uci } }' }],
      ['_entities', { query: '{ _entities(representations: [{__typename: "Child", uci: "x"}]) { __typename } }' }],
      ['_service', { query: '{ _service { sdl } }' }],
      ['an unknown field', { query: '{ chidl { uci } }' }],
      [
        'a deep input object',
        { query: 'query q($uci: String!) { child(uci: $uci) { uci } }', variables: { uci: { a: { b: {} } } } },
      ],
      ['a batch', [{ query: '{ __typename }' }, { query: '{ __typename }' }]],
      ['repeated keys', '{"query":"{ __typename }","query":"{ child(uci: 1) { uci } }"}'],
      ['a prototype in variables', '{"query":"{ __typename }","variables":{"__proto__":{"a":1}}}'],
      [
        'oversized variables',
        { query: 'query q($uci: String!) { child(uci: $uci) { uci } }', variables: { uci: 'x'.repeat(300_000) } },
      ],
    ])('refuses %s, even in the sandbox, without asking a service', async (_, body) => {
      const answer = await ask({ body: body as object })
      expect(codesOf(answer).filter(Boolean).length).toBeGreaterThan(0)
      expect(answer.body.data ?? null).toBeNull()
      expect(answer.text).not.toMatch(/Did you mean|node_modules|"stack|__schema.*types/)
      expect(wasAsked()).toBe(false)
    })
  })

  describe('REST', () => {
    it('sends a body on byte for byte, signed, with the headers of the list and no others', async () => {
      const body = '{ "id":"1",  "note":"\\u00e9 é" }'
      const type = 'application/cloudevents+json'
      const answer = await ask({
        path: '/v1/events',
        body,
        headers: {
          'content-type': type,
          'x-forwarded-for': '1.2.3.4',
          cookie: 'a=b',
          'waymark-service': 'exchange',
          'waymark-actor': undefined,
        },
      })
      expect(answer).toMatchObject({ status: 202, body: { eventId: 'e1' }, headers: { etag: '"1"' } })
      expect(answer.headers['x-powered-by']).toBeUndefined()
      const [seen] = exchange.seen
      expect(seen).toMatchObject({ url: '/v1/events', method: 'POST', body, headers: { 'content-type': type } })
      for (const name of ['dpop', 'x-forwarded-for', 'cookie', 'waymark-service', 'waymark-actor']) {
        expect(seen?.headers[name]).toBeUndefined()
      }
      expect(exchange.unsigned).toBe(0)
      expect(sql.claims).toBe(1)
    })

    it('passes a refusal of the owner on as it is, and says when the owner is away', async () => {
      const problem = JSON.stringify({ type: '/errors/EVENT_ID_REUSED', code: 'EVENT_ID_REUSED', status: 409 })
      exchange.script = () => ({ status: 409, body: problem, headers: { 'content-type': 'application/problem+json' } })
      expect(await ask({ path: '/v1/events', body: '{}' })).toMatchObject({ status: 409, text: problem })
      exchange.script = (_, request) => {
        request.socket.destroy()
        return { status: 200, body: '' }
      }
      expect(await ask({ path: '/v1/events', body: '{}' })).toMatchObject({
        status: 503,
        body: { code: 'SOURCE_UNAVAILABLE' },
      })
    })

    it.each<[string, Ask, number]>([
      ['an unknown path', { path: '/v1/children', body: '{}' }, 404],
      ['an internal path', { path: '/internal/v1/resolutions', body: '{}' }, 404],
      ['an internal path below an owned one', { path: '/v1/events/../../internal/v1/resolutions', body: '{}' }, 404],
      ['an escaped slash', { path: '/v1/events%2f..', body: '{}' }, 404],
      ['an escaped letter', { path: '/v1/%65vents', body: '{}' }, 404],
      ['a body over the limit', { path: '/v1/events', body: `"${'x'.repeat(262_144)}"` }, 413],
    ])('refuses %s without asking anybody', async (_, request, status) => {
      expect((await ask(request)).status).toBe(status)
      expect(wasAsked()).toBe(false)
    })

    it('opens the log and the keys to everybody, to read only', async () => {
      const open = { headers: { authorization: undefined, dpop: undefined }, method: 'GET' }
      expect((await ask({ ...open, path: '/v1/keys' })).status).toBe(202)
      expect((await ask({ ...open, path: '/log/tile/0/x001/234.p/5' })).status).toBe(202)
      expect(exchange.seen.map(({ url }) => url)).toEqual(['/v1/keys', '/log/tile/0/x001/234.p/5'])
      expect(exchange.seen[0]?.headers['authorization']).toBeUndefined()
      expect(exchange.seen[0]?.headers['waymark-purpose']).toBeUndefined()
      expect((await ask({ ...open, method: 'POST', path: '/v1/keys' })).status).toBe(401)
      expect((await ask({ ...open, path: '/logs' })).status).toBe(401)
    })
  })
})
