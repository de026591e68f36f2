import { createServer, type Server } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Database } from '#libs/postgres'
import {
  AccessRecorder,
  createDevelopmentKeys,
  createTokenVerifier,
  fetchedTokenKeys,
  KeyRing,
  readPrivateJwk,
  readProgramKeys,
  RevocationView,
  secretOf,
  type PrivateJwk,
} from '#libs/security'
import { silentLogger } from '#libs/service'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'
import { AgreementRepository } from './agency/agreement.repository.js'
import { ClientRepository } from './agency/client.repository.js'
import { loadDirectory, type Directory } from './directory/load-directory.js'
import { createProvider } from './provider/provider.js'
import { ReplayRepository } from './provider/replay.repository.js'
import { recordRefusals } from './refusal/record-refusals.js'
import { RefusalRepository } from './refusal/refusal.repository.js'

const audience = 'https://api.waymark.example'
const agreement = { id: 'dsa-larkhill-primary', version: 1 }
const directory = {
  agencies: [
    {
      ...{ id: 'larkhill-primary', name: 'Larkhill Primary School', kind: 'school' },
      organisation: { system: 'urn:waymark:gias-urn', value: '999001' },
      phone: '01632 960001',
      clients: [{ clientId: 'larkhill-primary.mis' }],
      agreement,
    },
    {
      ...{ id: 'waymark-hub', name: 'Waymark', kind: 'hub' },
      organisation: { system: 'urn:waymark:local', value: 'hub' },
      clients: [{ clientId: 'waymark-hub.auditor', role: 'auditor', agreement: { id: 'dsa-hub-auditor' } }],
    },
  ],
} satisfies Directory

const larkhill = { type: 'waymark', agreement: agreement.id, purposes: ['safeguard-child'], actions: ['readFlags'] }
const folder = mkdtempSync(join(tmpdir(), 'waymark-auth-'))
let test: TestDatabase
let admin: Database
let database: Database
let servers: readonly Server[]
let issuer: string
let client: PrivateJwk
let proofKey: { readonly key: KeyObject; readonly jwk: object }

beforeAll(async () => {
  test = await waymarkDatabase()
  admin = await Database.open({ url: test.adminUrl, poolSize: 2 })
  database = await Database.open({ url: test.urlOf('auth') })
  await admin.query('drop view if exists exchange.agreement_v cascade')
  await admin.query(`create view exchange.agreement_v as
    select agreement_id, 1 as version, agency_id, body::jsonb, now() - interval '1 day' as valid_from,
           null::timestamptz as valid_until, ended_at
      from (values
        ('dsa-larkhill-primary', 'larkhill-primary', '{"purposes":{"safeguard-child":{},"education-continuity":{}},"actions":["readFlags","publish"]}', null::timestamptz),
        ('dsa-hub-auditor', 'waymark-hub', '{"purposes":{"audit":{}},"actions":["readAccessLog"]}', null),
        ('dsa-ended', 'larkhill-primary', '{"purposes":{"safeguard-child":{}},"actions":["readFlags"]}', now())
      ) as a (agreement_id, agency_id, body, ended_at)`)
  await admin.query('grant select on exchange.agreement_v to waymark_auth')
  createDevelopmentKeys(folder, directory)
  await loadDirectory(admin, directory, folder)
  servers = await startIssuers(3)
  client = readPrivateJwk(join(folder, 'larkhill-primary.sig.jwk'))
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  proofKey = { key: privateKey, jwk: publicKey.export({ format: 'jwk' }) }
}, 60_000)

afterAll(async () => {
  for (const server of servers) server.close()
  await database.close()
  await admin.close()
  await test.drop()
  rmSync(folder, { recursive: true })
})

/** Several processes of one issuer, but for being in one: each has a provider and a store of its own. */
async function startIssuers(count: number): Promise<readonly Server[]> {
  const keys = readProgramKeys(join(folder, 'programs', 'auth.json'))
  const listening = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  issuer = `http://127.0.0.1:${(listening[0]?.address() as AddressInfo).port}`
  for (const server of listening) {
    const provider = createProvider({
      issuer,
      audience,
      tokenKeys: keys.tokenKeys?.keys ?? [],
      nonceSecret: secretOf(keys, 'nonce'),
      clients: new ClientRepository(database),
      agreements: new AgreementRepository(database),
      replays: new ReplayRepository(database),
    })
    recordRefusals(provider, {
      recorder: new AccessRecorder({ keys, keyRing: new KeyRing(keys, () => database), service: 'auth' }),
      refusals: new RefusalRepository(database),
      logger: silentLogger(),
    })
    const answer = provider.callback()
    server.on('request', (request, response) => {
      request.headers.host = new URL(issuer).host
      void answer(request, response)
    })
  }
  return listening
}

function jwt(header: object, claims: object, key: KeyObject | PrivateJwk): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part(header)}.${part(claims)}`
  const options = { dsaEncoding: 'ieee-p1363' as const }
  const signingKey = 'kty' in key ? { key, format: 'jwk' as const, ...options } : { key: key as KeyObject, ...options }
  return `${input}.${sign('sha256', Buffer.from(input), signingKey).toString('base64url')}`
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

interface Asked {
  readonly details?: unknown
  readonly resource?: string | undefined
  readonly more?: Readonly<Record<string, string>>
  readonly assertion?: object
  readonly header?: object
  readonly proof?: object | undefined
  readonly clientId?: string
  readonly key?: PrivateJwk
}

function tokenRequest({
  details = [larkhill],
  resource = audience,
  clientId = 'larkhill-primary.mis',
  ...asked
}: Asked) {
  const key = asked.key ?? client
  const iat = nowSeconds()
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: issuer,
    iat,
    exp: iat + 60,
    jti: randomUUID(),
    ...asked.assertion,
  }
  const proof = { htm: 'POST', htu: `${issuer}/token`, iat, jti: randomUUID(), ...asked.proof }
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt({ alg: 'ES256', kid: key['kid'], ...asked.header }, claims, key),
    resource,
    ...asked.more,
  })
  if (details !== null) form.set('authorization_details', JSON.stringify(details))
  const dpop = jwt({ alg: 'ES256', typ: 'dpop+jwt', jwk: proofKey.jwk }, proof, proofKey.key)
  const headers = 'proof' in asked && asked.proof === undefined ? {} : { dpop }
  return { method: 'POST', body: form, headers: headers as Record<string, string> }
}

interface Answered {
  readonly status: number
  readonly access_token?: string
  readonly error?: string
  readonly error_description?: string
}

async function ask(asked: Asked = {}): Promise<Answered> {
  const response = await fetch(`${issuer}/token`, tokenRequest(asked))
  return { status: response.status, ...((await response.json()) as object) }
}

function verifierOf(view: RevocationView) {
  return createTokenVerifier({ issuer, audience, jwks: fetchedTokenKeys({ url: `${issuer}/jwks` }), revoked: view })
}

describe('the authorization server', () => {
  it('gives a token that every service accepts, for exactly what was asked', async () => {
    const { access_token: token = '', status } = await ask()
    expect(status).toBe(200)
    const view = new RevocationView(() => database)
    await view.start()
    view.stop()
    const verified = await verifierOf(view).verify(token)
    const claims = { agencyId: 'larkhill-primary', agencyKind: 'school', clientKid: client['kid'] }
    const detail = { agreement: agreement.id, purposes: ['safeguard-child'], actions: ['readFlags'] }
    expect(verified).toMatchObject({ ok: true, claims: { ...claims, ...detail, clientId: 'larkhill-primary.mis' } })
    expect(verified.ok && verified.claims.expiresAtMs - Date.now()).toBeGreaterThan(290_000)
  })

  it("puts the role of the hub's own client into its token", async () => {
    const key = readPrivateJwk(join(folder, 'waymark-hub.auditor.sig.jwk'))
    const details = [{ type: 'waymark', agreement: 'dsa-hub-auditor', purposes: ['audit'], actions: ['readAccessLog'] }]
    const { access_token: token = '' } = await ask({ key, details, clientId: 'waymark-hub.auditor' })
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object
    expect(payload).toMatchObject({ agency: 'waymark-hub', agency_kind: 'hub', role: 'auditor', aud: audience })
    expect(payload).not.toHaveProperty('scope')
  })

  it('publishes where it is and its public keys alone', async () => {
    const found = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
    expect(found).toMatchObject({ issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` })
    expect(found).not.toHaveProperty('authorization_endpoint')
    expect(found).not.toHaveProperty('scopes_supported')
    expect(found['token_endpoint_auth_methods_supported']).toEqual(['private_key_jwt'])
    expect(found['dpop_signing_alg_values_supported']).toEqual(['ES256', 'PS256', 'EdDSA'])
    const text = await (await fetch(`${issuer}/jwks`)).text()
    expect(text).toContain('"kid"')
    expect(text).not.toContain('"d"')
  })

  const refused: readonly (readonly [string, number, string, () => Asked])[] = [
    ['without authorization_details', 400, 'invalid_authorization_details', () => ({ details: null })],
    ['with an empty authorization_details', 400, 'invalid_authorization_details', () => ({ details: [] })],
    ['with two entries', 400, 'invalid_authorization_details', () => ({ details: [larkhill, larkhill] })],
    [
      'with an entry of another type',
      400,
      'invalid_authorization_details',
      () => ({ details: [{ ...larkhill, type: 'other' }] }),
    ],
    [
      'with a member that is not known',
      400,
      'invalid_authorization_details',
      () => ({ details: [{ ...larkhill, role: 'auditor' }] }),
    ],
    [
      'for a purpose too many',
      400,
      'invalid_authorization_details',
      () => ({ details: [{ ...larkhill, purposes: ['safeguard-child', 'audit'] }] }),
    ],
    ['for no purpose', 400, 'invalid_authorization_details', () => ({ details: [{ ...larkhill, purposes: [] }] })],
    [
      'for an action too many',
      400,
      'invalid_authorization_details',
      () => ({ details: [{ ...larkhill, actions: ['administer'] }] }),
    ],
    [
      "under another agency's agreement",
      400,
      'invalid_authorization_details',
      () => ({ details: [{ ...larkhill, agreement: 'dsa-hub-auditor' }] }),
    ],
    [
      'under an agreement that ended',
      400,
      'invalid_authorization_details',
      () => ({ details: [{ ...larkhill, agreement: 'dsa-ended' }] }),
    ],
    ['for a scope', 400, 'invalid_scope', () => ({ more: { scope: 'openid' } })],
    ['for another resource', 400, 'invalid_target', () => ({ resource: 'https://api.elsewhere.example' })],
    ['without a proof', 400, 'invalid_dpop_proof', () => ({ proof: undefined })],
    ['with a proof for another URL', 400, 'invalid_dpop_proof', () => ({ proof: { htu: `${issuer}/jwks` } })],
    [
      'with a proof whose URL has a query',
      400,
      'invalid_dpop_proof',
      () => ({ proof: { htu: `${issuer}/token?a=1` } }),
    ],
    ['with a proof two minutes old', 400, 'invalid_dpop_proof', () => ({ proof: { iat: nowSeconds() - 120 } })],
    ['with a proof from the future', 400, 'invalid_dpop_proof', () => ({ proof: { iat: nowSeconds() + 30 } })],
    [
      'with an assertion for the token endpoint',
      401,
      'invalid_client',
      () => ({ assertion: { aud: `${issuer}/token` } }),
    ],
    ['with an assertion for a list', 401, 'invalid_client', () => ({ assertion: { aud: [issuer] } })],
    ['with an assertion without iat', 401, 'invalid_client', () => ({ assertion: { iat: undefined } })],
    [
      'with an assertion that lives ten minutes',
      401,
      'invalid_client',
      () => ({ assertion: { exp: nowSeconds() + 600 } }),
    ],
    ['with an assertion from the future', 401, 'invalid_client', () => ({ assertion: { iat: nowSeconds() + 30 } })],
    [
      'with an expired assertion',
      401,
      'invalid_client',
      () => ({ assertion: { iat: nowSeconds() - 90, exp: nowSeconds() - 30 } }),
    ],
    ['with an unsigned assertion', 401, 'invalid_client', () => ({ header: { alg: 'none' } })],
    ['by a client nobody knows', 401, 'invalid_client', () => ({ clientId: 'nobody' })],
    [
      "with another client's key",
      401,
      'invalid_client',
      () => ({ key: readPrivateJwk(join(folder, 'waymark-hub.auditor.sig.jwk')) }),
    ],
  ]

  it.each(refused)('refuses a request %s', async (_, status, error, asked) => {
    expect(await ask(asked())).toMatchObject({ status, error })
  })

  it('records every refusal in its outbox before it answers', async () => {
    const count = async () =>
      (await database.query<{ n: number }>('select count(*)::int as n from auth.outbox'))[0]?.n ?? 0
    const before = await count()
    await ask({ details: null })
    await ask()
    expect(await count()).toBe(before + 1)
  })

  it('accepts an assertion once, however many processes get it at the same time', async () => {
    const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`)
    for (let round = 0; round < 30; round += 1) {
      const request = tokenRequest({})
      const proofs = urls.map(() => tokenRequest({}).headers)
      const answers = await Promise.all(
        urls.map((url, index) => fetch(url, { ...request, headers: proofs[index] ?? {} }).then(({ status }) => status)),
      )
      expect(answers.sort()).toEqual([200, 401, 401])
    }
  }, 60_000)

  it('accepts a proof once', async () => {
    const first = tokenRequest({})
    expect((await fetch(`${issuer}/token`, first)).status).toBe(200)
    const second = { ...tokenRequest({}), headers: first.headers }
    const again = await fetch(`${issuer}/token`, second)
    expect([again.status, await again.json()]).toMatchObject([400, { error: 'invalid_dpop_proof' }])
  })

  it('asks an address for patience after 600 refusals a minute', async () => {
    const usual = issuer
    const own = await startIssuers(1) // it remembers whom it asked for patience
    await ask({ details: null })
    await admin.query("update auth.rate set full_at = now() + interval '65 seconds'")
    const statuses = [(await ask({ details: null })).status, (await ask()).status]
    expect(statuses).toEqual([400, 429])
    let status = 429
    for (const end = Date.now() + 20_000; status === 429 && Date.now() < end; { status } = await ask())
      await new Promise((resolve) => setTimeout(resolve, 200))
    for (const server of own) server.close()
    issuer = usual
    await admin.query('delete from auth.rate')
    expect(status).toBe(200)
  })
})

describe('revocation', () => {
  let token: string
  beforeEach(async () => {
    token = (await ask()).access_token ?? ''
  })
  afterEach(() => admin.query('delete from auth.revocation'))

  async function refusalAfter(statement: string, params: readonly unknown[] = []) {
    const view = new RevocationView(() => database)
    await view.start()
    const verifier = verifierOf(view)
    expect((await verifier.verify(token)).ok).toBe(true)
    await admin.query(statement, params)
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const verified = await verifier.verify(token)
      if (verified.ok || verified.reason === 'revocations-stale') continue // not read again yet
      view.stop()
      return verified.reason
    }
    throw new Error('the revocation was not read')
  }

  it('of a client refuses its tokens as soon as it is read, and gives it no more', async () => {
    const statement =
      "insert into auth.revocation (kind, value, reason) values ('client', 'larkhill-primary.mis', 'lost')"
    expect(await refusalAfter(statement)).toBe('client-revoked')
    expect(await ask()).toMatchObject({ status: 401, error: 'invalid_client' })
  })

  it('of a key refuses the tokens given for it', async () => {
    const statement = "insert into auth.revocation (kind, value, reason) values ('kid', $1, 'lost')"
    expect(await refusalAfter(statement, [client['kid']])).toBe('key-revoked')
    expect((await ask()).status).toBe(401)
  })

  it('of an agency refuses all its clients', async () => {
    const disabled = "update auth.agency set status = 'disabled' where agency_id = 'larkhill-primary'"
    expect(await refusalAfter(disabled)).toBe('agency-revoked')
    await admin.query("update auth.agency set status = 'active'")
    expect((await ask()).status).toBe(200)
  })
})

describe('loading the directory', () => {
  it('again changes nothing, and a new key ends the old one', async () => {
    const state = () => database.query('select kid, not_after from auth.public_key_v order by kid')
    const before = await state()
    await loadDirectory(admin, directory, folder)
    expect(await state()).toEqual(before)
    rmSync(join(folder, 'larkhill-primary.sig.jwk'))
    createDevelopmentKeys(folder, directory)
    await loadDirectory(admin, directory, folder)
    expect((await state()).filter((row) => row['not_after'] !== null)).toEqual([
      expect.objectContaining({ kid: client['kid'] }),
    ])
    expect((await ask()).status).toBe(401)
    client = readPrivateJwk(join(folder, 'larkhill-primary.sig.jwk'))
    expect((await ask()).status).toBe(200)
  })

  it('prunes what can be replayed no more', async () => {
    await admin.query("update auth.replay set expires_at = now() - interval '2 minutes'")
    await new ReplayRepository(database).prune()
    expect(await admin.query('select 1 from auth.replay')).toEqual([])
  })
})
