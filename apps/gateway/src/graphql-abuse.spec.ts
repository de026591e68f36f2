import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { testIssuer } from '#libs/testing'
import { HubUnderTest, theQuery, type Answer, type Ask } from './gateway-under-test.js'
import { childFlags, sha256 } from './fake-sql.js'

describe('GraphQL at the gateway', () => {
  const hub = new HubUnderTest(testIssuer())
  beforeAll(() => hub.open())
  afterAll(() => hub.close())
  beforeEach(() => {
    hub.reset()
  })

  const codesOf = ({ body }: Answer) => [
    body['code'],
    ...(body.errors ?? []).map(({ extensions }) => extensions['code']),
  ]

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
    const answer = await hub.ask({ ...request, inProduction: true })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.body.data).toBeUndefined()
    expect(hub.wasAsked).toBe(false)
  })

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('takes POST alone, and says so: %s', async (method) => {
    const { status, headers } = await hub.ask({ method })
    expect([status, headers.allow]).toEqual([405, 'POST'])
  })

  it('names what is not registered by its code, and records it', async () => {
    const answer = await hub.ask({ body: { extensions: hash(unregistered) } })
    expect(codesOf(answer)).toEqual(['OPERATION_NOT_REGISTERED', 'OPERATION_NOT_REGISTERED'])
    expect(hub.sql.refusals).toHaveLength(1)
    expect((await hub.ask({ inProduction: true })).status).toBe(200)
  })

  it('runs free text in the sandbox', async () => {
    expect(
      (await hub.ask({ body: { query: '{ child(uci: "x") { uci flags { kind } } }' } })).body.errors,
    ).toBeUndefined()
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
    ['a page of 101 by variable', { query: 'query q($n: Int) { handovers(first: $n) { id } }', variables: { n: 101 } }],
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
    const answer = await hub.ask({ body: body as object })
    expect(codesOf(answer).filter(Boolean).length).toBeGreaterThan(0)
    expect(answer.body.data ?? null).toBeNull()
    expect(answer.text).not.toMatch(/Did you mean|node_modules|"stack|__schema.*types/)
    expect(hub.wasAsked).toBe(false)
  })
})
