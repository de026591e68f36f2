import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Agency } from '../agency.js'
import { System } from '../system.js'
import { until } from '../until.js'
import { HandMadeKey, payloadOf } from '../wire.js'

interface Connection {
  readonly gateway: string
  readonly issuer: string
  readonly audience: string
  readonly agencies: Readonly<
    Record<
      string,
      { clientId: string; signingKeyFile: string; agreement: { id: string }; purposes: string[]; actions: string[] }
    >
  >
}

describe('the door of tokens', () => {
  let system: System
  let hub: Connection
  let school: Agency
  beforeAll(async () => {
    system = await System.open()
    hub = JSON.parse(readFileSync(system.place.connectionFile, 'utf8')) as Connection
    school = system.as('larkhill-primary')
  }, 240_000)
  afterAll(() => system.close())

  const path = '/v1/feed/status'
  const url = () => hub.gateway + path
  const get = (headers: Record<string, string>) =>
    fetch(url(), { headers: { 'waymark-purpose': 'safeguard-child', ...headers } })

  /** A token bound to a key of ours, got as the school's program gets one, with parts laid over what is right. */
  const tokenFor = async (
    key: HandMadeKey,
    wrong: { claims?: object; detail?: object; form?: Record<string, string>; dpop?: string } = {},
  ) => {
    const entry = hub.agencies['larkhill-primary']
    if (!entry) throw new Error('no school')
    const { key: signer, kid } = HandMadeKey.read(join(system.place.folder, entry.signingKeyFile))
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: entry.clientId, sub: entry.clientId, aud: hub.issuer, iat, exp: iat + 60, jti: randomUUID() }
    const detail = { type: 'waymark', agreement: entry.agreement.id, purposes: entry.purposes, actions: entry.actions }
    const { token_endpoint: endpoint } = (await (
      await fetch(`${hub.issuer}/.well-known/openid-configuration`)
    ).json()) as { token_endpoint: string }
    const form = {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signer.sign({ kid }, { ...claims, ...wrong.claims }),
      resource: hub.audience,
      authorization_details: JSON.stringify([{ ...detail, ...wrong.detail }]),
      ...wrong.form,
    }
    const ask = (nonce?: string) => {
      const dpop = wrong.dpop ?? key.prove({ method: 'POST', url: endpoint }, { claims: { nonce } })
      return fetch(endpoint, { method: 'POST', body: new URLSearchParams(form), headers: dpop === '' ? {} : { dpop } })
    }
    return ask()
  }
  const newToken = async (key: HandMadeKey) => {
    const answer = (await (await tokenFor(key)).json()) as {
      access_token: string
      token_type: string
      expires_in: number
    }
    return answer
  }

  it('gives a token of five minutes at most, bound to the key that asked, for one agreement', async () => {
    const key = new HandMadeKey()
    const answer = await newToken(key)
    expect(answer.token_type).toBe('DPoP')
    expect(answer.expires_in).toBeLessThanOrEqual(300)
    expect(payloadOf(answer.access_token)).toMatchObject({
      iss: hub.issuer,
      aud: hub.audience,
      cnf: { jkt: key.thumbprint },
      authorization_details: [{ type: 'waymark', agreement: 'dsa-larkhill-primary' }],
    })
    const dpop = key.prove({ method: 'GET', url: url(), token: answer.access_token })
    expect((await get({ authorization: `DPoP ${answer.access_token}`, dpop })).status).toBe(200)
  })

  const detailFaults: readonly [string, object][] = [
    ['a purpose outside the agreement', { purposes: ['audit'] }],
    ['an action outside the agreement', { actions: ['administer'] }],
    ['the agreement of another agency', { agreement: 'dsa-vale-police' }],
    ['an agreement that is not there', { agreement: 'dsa-nobody' }],
    ['another type', { type: 'other' }],
  ]
  it.each(detailFaults)('gives none for %s', async (_, detail) => {
    const answer = await tokenFor(new HandMadeKey(), { detail })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_authorization_details' })
  })

  const assertionFaults: readonly [string, { claims?: object; form?: Record<string, string>; dpop?: string }][] = [
    ['an assertion for another audience', { claims: { aud: 'https://elsewhere.example' } }],
    ['an assertion that has ended', { claims: { iat: 1, exp: 2 } }],
    [
      'an assertion of another client',
      { claims: { iss: 'vale-police.safeguarding-hub', sub: 'vale-police.safeguarding-hub' } },
    ],
    ['an assertion good for an hour', { claims: { exp: Math.floor(Date.now() / 1000) + 3600 } }],
    ['no proof of a key', { dpop: '' }],
    ['another resource', { form: { resource: 'https://elsewhere.example' } }],
    ['no authorization details', { form: { authorization_details: '' } }],
  ]
  it.each(assertionFaults)('gives none for %s', async (_, wrong) => {
    const answer = await tokenFor(new HandMadeKey(), wrong)
    expect([400, 401]).toContain(answer.status)
    expect(await answer.json()).toMatchObject({ error: expect.any(String) })
  })

  it('takes an assertion once', async () => {
    const jti = randomUUID()
    expect((await tokenFor(new HandMadeKey(), { claims: { jti } })).status).toBe(200)
    expect((await tokenFor(new HandMadeKey(), { claims: { jti } })).status).toBeGreaterThanOrEqual(400)
  })

  it('refuses every request whose token or proof is not whole, with 401 and a challenge, and records it', async () => {
    const [key, thief] = [new HandMadeKey(), new HandMadeKey()]
    const { access_token: token } = await newToken(key)
    const dpop = `DPoP ${token}`
    const ours = { method: 'GET', url: url(), token }
    const [head = '', body = '', signature = ''] = token.split('.')
    const forged = (claims: object) =>
      `${head}.${Buffer.from(JSON.stringify({ ...payloadOf(token), ...claims })).toString('base64url')}.${signature}`
    const selfMade = thief.sign({ typ: 'at+jwt', kid: 'x' }, { ...payloadOf(token), cnf: { jkt: thief.thumbprint } })
    const now = Math.floor(Date.now() / 1000)
    const cases: Record<string, Record<string, string>> = {
      'no token': {},
      'a bearer token': { authorization: `Bearer ${token}` },
      'no proof': { authorization: dpop },
      'a token that was altered': {
        authorization: `DPoP ${forged({ agency: 'vale-police' })}`,
        dpop: key.prove({ ...ours, token: forged({ agency: 'vale-police' }) }),
      },
      'a token somebody made': { authorization: `DPoP ${selfMade}`, dpop: thief.prove({ ...ours, token: selfMade }) },
      'a token without its signature': {
        authorization: `DPoP ${head}.${body}.`,
        dpop: key.prove({ ...ours, token: `${head}.${body}.` }),
      },
      'a stolen token without its key': { authorization: dpop, dpop: thief.prove(ours) },
      'a proof for another method': { authorization: dpop, dpop: key.prove({ ...ours, method: 'POST' }) },
      'a proof for another path': { authorization: dpop, dpop: key.prove({ ...ours, url: `${hub.gateway}/v1/feed` }) },
      'a proof with a query': { authorization: dpop, dpop: key.prove({ ...ours, url: `${url()}?a=1` }) },
      'a proof with a fragment': { authorization: dpop, dpop: key.prove({ ...ours, url: `${url()}#a` }) },
      'a proof for another host': { authorization: dpop, dpop: key.prove({ ...ours, url: `http://localhost${path}` }) },
      'a proof for another token': { authorization: dpop, dpop: key.prove({ ...ours, token: 'x' }) },
      'an old proof': { authorization: dpop, dpop: key.prove(ours, { claims: { iat: now - 120 } }) },
      'a proof of tomorrow': { authorization: dpop, dpop: key.prove(ours, { claims: { iat: now + 120 } }) },
      'a proof of another type': { authorization: dpop, dpop: key.prove(ours, { header: { typ: 'jwt' } }) },
      'a proof without a signature': {
        authorization: dpop,
        dpop: `${key.prove(ours).split('.').slice(0, 2).join('.')}.`,
      },
    }
    const recorded = async () => {
      const [row] = await system.database.query<{ n: string }>(
        `select count(*) as n from audit.entry where kind = 'refuse' and service = 'gateway'`,
      )
      return Number(row?.n)
    }
    const before = await recorded()
    const wrong: unknown[] = []
    for (const [name, headers] of Object.entries(cases)) {
      const answer = await get(headers)
      const { code } = (await answer.json()) as { code: string }
      const challenge = String(answer.headers.get('www-authenticate'))
      if (answer.status !== 401 || code !== 'UNAUTHENTICATED' || !/^DPoP error="/.test(challenge))
        wrong.push({ name, status: answer.status, code, challenge })
    }
    expect(wrong).toEqual([])
    const refusals = Object.keys(cases).length
    await until('the refusals are in the access log', async () => (await recorded()) >= before + refusals)
    expect((await get({ authorization: dpop, dpop: key.prove(ours) })).status).toBe(200) // nobody else is kept out
  })

  it('takes a proof once, also when it comes twenty times at once', async () => {
    const key = new HandMadeKey()
    const { access_token: token } = await newToken(key)
    const headers = { authorization: `DPoP ${token}`, dpop: key.prove({ method: 'GET', url: url(), token }) }
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(headers)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 401)])
  })

  it('does not take an assertion as an access token, nor the token of one agency for the work of another', async () => {
    const key = new HandMadeKey()
    const { access_token: token } = await newToken(key)
    const headers = {
      authorization: `DPoP ${token}`,
      dpop: key.prove({ method: 'POST', url: `${hub.gateway}/v1/demo-clock`, token }),
      'waymark-purpose': 'safeguard-child',
      'content-type': 'application/json',
    }
    const answer = await fetch(`${hub.gateway}/v1/demo-clock`, { method: 'POST', headers, body: '{"advance":"P1D"}' })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'NOT_PERMITTED' })
  })

  it('wants one purpose that the token lists', async () => {
    for (const purpose of [undefined, 'audit', 'immigration-enforcement']) {
      const answer = await school.client.request('GET', path, purpose === undefined ? {} : { purpose })
      expect([purpose, answer.status, answer.body]).toEqual([
        purpose,
        403,
        expect.objectContaining({ code: 'PURPOSE_NOT_ALLOWED' }),
      ])
    }
  })
})
