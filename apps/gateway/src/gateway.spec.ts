import { hash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { testIssuer } from '#libs/testing'
import { childFlags } from './fake-sql.js'
import { HubUnderTest, publicUrl, theQuery, type Answer, type Ask, type Script } from './gateway-under-test.js'

const sha256Of = (body: string) => `sha-256=:${hash('sha256', body, 'base64')}:`

describe('the gateway', () => {
  const issuer = testIssuer()
  const hub = new HubUnderTest(issuer)
  beforeAll(() => hub.open())
  afterAll(() => hub.close())
  beforeEach(() => {
    hub.reset()
  })

  const codesOf = ({ body }: Answer) => [
    body['code'],
    ...(body.errors ?? []).map(({ extensions }) => extensions['code']),
  ]

  it('answers a registered operation from two services, with receipts and the agencies connected', async () => {
    const answer = await hub.ask()
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
    expect(hub.services.map(({ unsigned }) => unsigned)).toEqual([0, 0, 0])
    expect(hub.identity.seen[0]?.headers).toMatchObject({
      'waymark-purpose': 'safeguard-child',
      'waymark-actor': 'designated-safeguarding-lead;st-0042',
      'x-request-id': answer.headers['x-request-id'],
    })
    expect(hub.identity.seen[0]?.headers['traceparent']).toBe(hub.safeguarding.seen[0]?.headers['traceparent'])
    expect(hub.identity.seen[0]?.headers['authorization']).toMatch(/^DPoP /)
    expect(hub.identity.seen[0]?.headers['dpop']).toBeUndefined()
    expect(hub.sql.claims).toBe(1)
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
    hub.identity.script = () => script
    const first = await hub.ask()
    expect(first.body.data).toEqual({ child: null })
    expect(first.body.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', source: 'identity' } }])
    hub.identity.answers({ child: { __typename: 'Child', uci: '99MJ-YZXT-0T', status: 'active' } })
    hub.safeguarding.script = () => script
    const second = await hub.ask()
    expect(second.body.data).toEqual({ child: { uci: '99MJ-YZXT-0T', status: 'active', flags: null } })
    expect(second.body.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', source: 'safeguarding' } }])
    expect(second.text).not.toMatch(/127\.0\.0\.1|unknown child/)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  it('keeps unknown, none and refused apart, and a code of the catalogue with its path', async () => {
    hub.identity.answers({ child: null })
    expect((await hub.ask()).body).toMatchObject({ data: { child: null } })
    expect((await hub.ask()).body.errors).toBeUndefined()
    hub.identity.answers({ child: { __typename: 'Child', uci: 'u', status: 'active' } })
    hub.safeguarding.answers({ _entities: [{ flags: [] }] })
    expect((await hub.ask()).body).toMatchObject({ data: { child: { flags: [] } } })
    const refused = {
      message: 'no',
      path: ['_entities', 0, 'flags'],
      extensions: { code: 'NOT_PERMITTED', stack: 'x' },
    }
    hub.safeguarding.script = () => ({
      status: 200,
      body: JSON.stringify({ data: { _entities: [{ flags: null }] }, errors: [refused] }),
    })
    const answer = await hub.ask()
    expect(answer.body.data).toMatchObject({ child: { flags: null } })
    expect(answer.body.errors).toMatchObject([{ path: ['child', 'flags'], extensions: { code: 'NOT_PERMITTED' } }])
    expect(answer.text).not.toContain('stack')
    hub.safeguarding.script = () => ({ status: 200, body: '{"data":{"_entities":[{"flags":[{"kind":null}]}]}}' })
    expect((await hub.ask()).body.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE' } }])
  })

  describe('who calls', () => {
    const token = issuer.token()
    const htu = `${publicUrl}/graphql`
    const stolen = testIssuer()
    it.each<[string, Ask]>([
      ['two tokens', { headers: { authorization: [`DPoP ${token}`, `DPoP ${token}`] } }],
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
      const answer = await hub.ask(request)
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', type: '/errors/UNAUTHENTICATED' } })
      expect(answer.headers['www-authenticate']).toMatch(/^DPoP error="invalid_/)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(hub.sql.refusals).toHaveLength(1)
      expect(hub.wasAsked).toBe(false)
    })

    it('takes a proof once', async () => {
      const proof = issuer.proof({ method: 'POST', htu, accessToken: token })
      expect((await hub.ask({ token, proof })).status).toBe(200)
      expect(await hub.ask({ token, proof })).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
      expect(hub.sql.refusals).toHaveLength(1)
    })

    it('counts refused tokens of an address, and goes on serving good ones', async () => {
      hub.sql.refusedTokens = 600
      const answer = await hub.ask({ headers: { authorization: undefined }, inProduction: true })
      expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } })
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(10)
      expect((await hub.ask({ inProduction: true })).status).toBe(200)
    })

    it('wants an actor and a purpose of the token', async () => {
      expect(codesOf(await hub.ask({ headers: { 'waymark-actor': undefined } }))).toContain('MALFORMED')
      expect(await hub.ask({ headers: { 'waymark-purpose': undefined } })).toMatchObject({ status: 403 })
      const answer = await hub.ask({ headers: { 'waymark-purpose': 'audit' } })
      expect(answer).toMatchObject({ status: 403, body: { code: 'PURPOSE_NOT_ALLOWED' } })
      expect(answer.body.errors).toMatchObject([{ extensions: { code: 'PURPOSE_NOT_ALLOWED' } }])
      expect(hub.wasAsked).toBe(false)
    })

    it('counts different children, hit or miss, and stops at the figure of the agreement', async () => {
      const about = (uci: string) => hub.ask({ body: { ...theQuery, variables: { uci } } })
      for (const uci of ['A1', 'a-1', 'A2', 'A3', 'A4', 'A5']) expect((await about(uci)).status).toBe(200)
      expect(hub.sql.taken.get('children larkhill-primary')?.size).toBe(5)
      const answer = await about('A6')
      expect(answer).toMatchObject({ status: 429, body: { code: 'CHILD_FANOUT_EXCEEDED' } })
      expect(answer.headers['retry-after']).toBe('1200')
    })

    describe('different children', () => {
      const under = (agencyId: string, agreement: string) => {
        const token = issuer.token({ agencyId, agreement, clientId: agreement })
        return (uci: string, actor = 'teacher;t-1') =>
          hub.ask({ token, body: { query: childFlags, variables: { uci } }, headers: { 'waymark-actor': actor } })
      }

      it('are counted for each person, whatever is left to the agency, and for no program that asks by itself', async () => {
        const about = under('st-brannocs-primary', 'dsa-three-a-person')
        for (const uci of ['D1', 'D2', 'D3', 'D1']) expect((await about(uci)).status).toBe(200)
        const over = await about('D4')
        expect(over).toMatchObject({ status: 429, body: { code: 'CHILD_FANOUT_EXCEEDED' } })
        expect(over.headers['retry-after']).toBe('1200')
        expect((await about('D4', 'teacher;t-2')).status).toBe(200)
        for (const uci of ['D5', 'D6', 'D7', 'D8']) expect((await about(uci, 'system-client;roll')).status).toBe(200)
        expect([...hub.sql.taken.keys()].join(' ')).not.toContain('t-1')
      })

      it('are 30 an hour for a person where the agreement names no figure', async () => {
        const about = under('vale-hospital', 'dsa-wide')
        for (let at = 0; at < 30; at += 1) expect((await about(`E${String(at)}`)).status).toBe(200)
        expect((await about('E30')).status).toBe(429)
        expect((await about('E7')).status).toBe(200)
      })

      it('are counted for each client by its own agreement, and for the agency by the largest in force', async () => {
        const [one, other] = [under('tidewell-council', 'dsa-three'), under('tidewell-council', 'dsa-four')]
        for (const uci of ['F1', 'F2', 'F3']) expect((await one(uci)).status).toBe(200)
        expect((await one('F4')).status).toBe(429)
        expect((await other('F4')).status).toBe(200)
        expect((await other('F5')).status).toBe(429)
        expect(hub.sql.taken.get('children of-client dsa-three')?.size).toBe(4)
      })
    })
  })

  it('answers JSON whatever else is preferred, and the media type of GraphQL to whoever asks for it', async () => {
    const typeFor = async (accept: string) => {
      const { status, headers } = await hub.ask({ headers: { accept } })
      return [status, headers['content-type']?.split(';')[0]]
    }
    expect(await typeFor('text/html')).toEqual([200, 'application/json'])
    expect(await typeFor('application/json;q=0')).toEqual([200, 'application/json'])
    expect(await typeFor('application/graphql-response+json')).toEqual([200, 'application/graphql-response+json'])
  })

  describe('REST', () => {
    it('sends a body on byte for byte, signed, with the headers of the list and no others', async () => {
      const body = '{ "id":"1",  "note":"\\u00e9 é" }'
      const type = 'application/cloudevents+json'
      const answer = await hub.ask({
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
      const [seen] = hub.exchange.seen
      expect(seen).toMatchObject({ url: '/v1/events', method: 'POST', body, headers: { 'content-type': type } })
      for (const name of ['dpop', 'x-forwarded-for', 'cookie', 'waymark-service', 'waymark-actor']) {
        expect(seen?.headers[name]).toBeUndefined()
      }
      expect(hub.exchange.unsigned).toBe(0)
      expect(hub.sql.claims).toBe(1)
    })

    it.each<[string, Record<string, string | readonly string[] | undefined>, number, string]>([
      ['two media types', { 'content-type': ['application/json', 'text/plain'] }, 400, 'MALFORMED'],
      ['two keys', { 'idempotency-key': ['k-1', 'k-2'] }, 400, 'MALFORMED'],
      ['a digest of other bytes', { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` }, 400, 'MALFORMED'],
      ['a digest that is none', { 'content-digest': 'zzz' }, 400, 'MALFORMED'],
      ['an empty digest', { 'content-digest': '' }, 400, 'MALFORMED'],
      [
        'a digest that is not written as bytes',
        { 'content-digest': sha256Of('{}').replaceAll(':', '"') },
        400,
        'MALFORMED',
      ],
      ['a digest of two, one of which is none', { 'content-digest': `${sha256Of('{}')}, zzz` }, 400, 'MALFORMED'],
      ['two digests, one of other bytes', { 'content-digest': [sha256Of('{}'), sha256Of('[]')] }, 400, 'MALFORMED'],
      ['a body that is compressed', { 'content-encoding': 'gzip' }, 415, 'MEDIA_TYPE'],
      [
        'a body that is compressed on its way',
        { 'transfer-encoding': 'gzip, chunked', 'content-length': undefined },
        415,
        'MEDIA_TYPE',
      ],
      ['two actors', { 'waymark-actor': 'gp;1, health-visitor;2' }, 400, 'MALFORMED'],
      ['another charset', { 'content-type': 'application/cloudevents+json; charset=utf-16' }, 415, 'MEDIA_TYPE'],
    ])('refuses %s', async (_, headers, status, code) => {
      const ask = { path: '/v1/events', body: '{}' }
      expect(await hub.ask({ ...ask, headers })).toMatchObject({ status, body: { code } })
      expect(hub.wasAsked).toBe(false)
      const digest = `md5=:AAAA:, ${sha256Of('{}')}`
      expect((await hub.ask({ ...ask, headers: { 'content-digest': digest } })).status).toBe(202)
    })

    it('understands an address in absolute form, and goes by its path alone', async () => {
      const token = issuer.token()
      const proof = issuer.proof({ method: 'POST', htu: `${publicUrl}/v1/events`, accessToken: token })
      const answer = await hub.ask({ path: 'http://elsewhere.test/v1/events?a=1', body: '{}', token, proof })
      expect(answer.status).toBe(202)
      expect(hub.exchange.seen).toMatchObject([{ url: '/v1/events?a=1' }])
      expect(hub.exchange.unsigned).toBe(0)
    })

    it('passes a refusal of the owner on as it is, and says when the owner is away', async () => {
      const problem = JSON.stringify({ type: '/errors/EVENT_ID_REUSED', code: 'EVENT_ID_REUSED', status: 409 })
      hub.exchange.script = () => ({
        status: 409,
        body: problem,
        headers: { 'content-type': 'application/problem+json' },
      })
      expect(await hub.ask({ path: '/v1/events', body: '{}' })).toMatchObject({ status: 409, text: problem })
      hub.exchange.script = (_, request) => {
        request.socket.destroy()
        return { status: 200, body: '' }
      }
      expect(await hub.ask({ path: '/v1/events', body: '{}' })).toMatchObject({
        status: 503,
        body: { code: 'SOURCE_UNAVAILABLE' },
      })
    })

    it('lets two feed requests of a client wait, and others pass meanwhile', async () => {
      const poll = { method: 'GET', path: '/v1/feed?after=0&wait=25' }
      hub.exchange.isHolding = true
      const waits = [hub.ask(poll), hub.ask(poll)]
      while (hub.exchange.waiting < 2) await new Promise((resolve) => setTimeout(resolve, 5))
      const third = await hub.ask(poll)
      expect(third).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' }, headers: { 'retry-after': '1' } })
      hub.exchange.isHolding = false
      expect((await hub.ask({ method: 'GET', path: '/v1/feed?after=0' })).status).toBe(202)
      const other = issuer.token({ clientId: 'vale-police.records' })
      expect((await hub.ask({ ...poll, token: other })).status).toBe(202)
      hub.exchange.release()
      expect((await Promise.all(waits)).map(({ status }) => status)).toEqual([202, 202])
      expect((await hub.ask(poll)).status).toBe(202)
    })

    it.each<[string, Ask, number]>([
      ['an unknown path', { path: '/v1/children', body: '{}' }, 404],
      ['an internal path', { path: '/internal/v1/resolutions', body: '{}' }, 404],
      ['an internal path below an owned one', { path: '/v1/events/../../internal/v1/resolutions', body: '{}' }, 404],
      ['an escaped slash', { path: '/v1/events%2f..', body: '{}' }, 404],
      ['an escaped letter', { path: '/v1/%65vents', body: '{}' }, 404],
      ['a body over the limit', { path: '/v1/events', body: `"${'x'.repeat(262_144)}"` }, 413],
    ])('refuses %s without asking anybody', async (_, request, status) => {
      expect((await hub.ask(request)).status).toBe(status)
      expect(hub.wasAsked).toBe(false)
    })

    it('says of a HEAD how long the answer would be', async () => {
      const headers = { authorization: undefined, dpop: undefined }
      const { length } = (await hub.ask({ headers, method: 'GET', path: '/log/checkpoint' })).text
      const answer = await hub.ask({ headers, method: 'HEAD', path: '/log/checkpoint' })
      expect(answer).toMatchObject({ status: 202, text: '', headers: { 'content-length': String(length) } })
    })

    it('opens the log and the keys to everybody, to read only', async () => {
      const open = { headers: { authorization: undefined, dpop: undefined }, method: 'GET' }
      expect((await hub.ask({ ...open, path: '/v1/keys' })).status).toBe(202)
      expect((await hub.ask({ ...open, path: '/log/tile/0/x001/234.p/5' })).status).toBe(202)
      expect(hub.exchange.seen.map(({ url }) => url)).toEqual(['/v1/keys', '/log/tile/0/x001/234.p/5'])
      expect(hub.exchange.seen[0]?.headers['authorization']).toBeUndefined()
      expect(hub.exchange.seen[0]?.headers['waymark-purpose']).toBeUndefined()
      expect((await hub.ask({ ...open, path: '/logs' })).status).toBe(401)
    })

    it('explains a code to whoever follows the type of a problem, and to caches', async () => {
      const open = { headers: { authorization: undefined, dpop: undefined }, method: 'GET' }
      const { body } = await hub.ask({ path: '/v1/events', body: '{}', headers: { 'content-digest': 'zzz' } })
      const page = await hub.ask({ ...open, path: String(body['type']) })
      expect(page).toMatchObject({
        status: 200,
        text: '# MALFORMED\n',
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=86400' },
      })
      expect((await hub.ask({ ...open, method: 'HEAD', path: '/errors/MALFORMED' })).status).toBe(200)
      for (const path of ['/errors/NO_SUCH_CODE', '/errors/toString', '/errors/', '/errors', '/errors/MALFORMED/x'])
        expect(await hub.ask({ ...open, path })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      expect(await hub.ask({ ...open, method: 'POST', path: '/errors/MALFORMED' })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD' },
      })
      expect(hub.wasAsked).toBe(false)
    })

    it.each(['/v1/keys', '/log/checkpoint'])(
      'tells everybody that %s is read only, and passes nothing on',
      async (path) => {
        const open = { headers: { authorization: undefined, dpop: undefined }, path }
        for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
          expect(await hub.ask({ ...open, method })).toMatchObject({
            status: 405,
            headers: { allow: 'GET, HEAD' },
            body: { code: 'METHOD_NOT_ALLOWED' },
          })
        expect(hub.wasAsked).toBe(false)
      },
    )

    it.each(['/log/', '/log/checkpoint/', '/log//checkpoint', '/log/%2e', '/log/../v1/events', '/v1/keys/'])(
      'has nothing at %s, and asks nobody for a token there',
      async (path) => {
        const open = { headers: { authorization: undefined, dpop: undefined }, method: 'GET' }
        expect(await hub.ask({ ...open, path })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
        expect(hub.wasAsked).toBe(false)
      },
    )
  })
})
