import { createHmac, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { testIssuer, type TokenOverrides } from '#libs/testing'
import type { AccessClaims } from './caller.js'
import { fetchedTokenKeys } from './fetch-token-keys.js'
import { RevocationView } from './revocation-view.js'
import type { TokenRefusal } from './token-refusal.js'
import { createTokenVerifier, type TokenVerifierParts } from './verify-token.js'

const issuer = testIssuer()
const nothingRevoked = { refusalOf: () => undefined }

function verifierWith(parts: Partial<TokenVerifierParts> = {}) {
  return createTokenVerifier({
    issuer: issuer.issuer,
    audience: issuer.audience,
    jwks: issuer.jwks,
    revoked: nothingRevoked,
    ...parts,
  })
}

const nowSeconds = Math.floor(Date.now() / 1000)
const detail = { type: 'waymark', agreement: 'a', purposes: ['p'], actions: ['publish'] }
const alsoFor = (purpose: string): TokenOverrides => ({
  claims: { authorization_details: [{ ...detail, purposes: ['p', purpose] }] },
})

const badTokens: readonly (readonly [string, TokenRefusal, TokenOverrides])[] = [
  ['without exp', 'token-claim-missing', { claims: { exp: undefined } }],
  ['without iat', 'token-claim-missing', { claims: { iat: undefined } }],
  ['without jti', 'token-claim-missing', { claims: { jti: undefined } }],
  ['without cnf', 'token-claim-missing', { claims: { cnf: undefined } }],
  ['without authorization_details', 'token-claim-missing', { claims: { authorization_details: undefined } }],
  ['of another issuer', 'token-issuer', { claims: { iss: 'http://127.0.0.1:4999' } }],
  ['for another audience', 'token-audience', { claims: { aud: 'https://api.elsewhere.example' } }],
  ['for several audiences', 'token-audience-many', { claims: { aud: [issuer.audience, 'https://other.example'] } }],
  ['for one audience in a list', 'token-audience-many', { claims: { aud: [issuer.audience] } }],
  ['that expired', 'token-expired', { claims: { iat: nowSeconds - 200, exp: nowSeconds - 60 } }],
  ['issued six minutes ago', 'token-too-old', { claims: { iat: nowSeconds - 360, exp: nowSeconds + 60 } }],
  ['issued in the future', 'token-not-yet-valid', { claims: { iat: nowSeconds + 60, exp: nowSeconds + 200 } }],
  ['not yet valid', 'token-not-yet-valid', { claims: { nbf: nowSeconds + 60 } }],
  ['that lives ten years', 'token-lifetime', { claims: { exp: nowSeconds + 315_360_000 } }],
  ['that lives 301 seconds', 'token-lifetime', { claims: { iat: nowSeconds, exp: nowSeconds + 301 } }],
  ['with a fractional iat', 'token-lifetime', { claims: { iat: nowSeconds - 0.5 } }],
  ['whose subject is another client', 'token-claims', { claims: { sub: 'someone-else' } }],
  ['with two confirmations', 'token-confirmation', { claims: { cnf: { jkt: issuer.jkt, 'x5t#S256': issuer.jkt } } }],
  ['with an unknown confirmation', 'token-confirmation', { claims: { cnf: { kid: 'k' } } }],
  ['with an empty confirmation', 'token-confirmation', { claims: { cnf: {} } }],
  [
    'of an unknown detail type',
    'token-authorization-details',
    { claims: { authorization_details: [{ type: 'other' }] } },
  ],
  ['with two details', 'token-authorization-details', { claims: { authorization_details: [detail, detail] } }],
  ['for immigration enforcement', 'token-purpose-refused', alsoFor('immigration-enforcement')],
  ['for policing benefits', 'token-purpose-refused', alsoFor('benefit-policing')],
  ['with no details', 'token-authorization-details', { claims: { authorization_details: [] } }],
  [
    'with a stranger in its detail',
    'token-authorization-details',
    { claims: { authorization_details: [{ ...detail, x: 1 }] } },
  ],
  ['of an unknown kind of agency', 'token-agency', { claims: { agency_kind: 'press' } }],
  ['of no agency', 'token-agency', { claims: { agency: undefined } }],
  ['that gives a school a role', 'token-agency', { role: 'auditor' }],
  ['that is an assertion', 'token-type', { header: { typ: 'JWT' } }],
  ['without a type', 'token-type', { header: { typ: undefined } }],
  ['without a key id', 'token-key-id-missing', { header: { kid: undefined } }],
  ['of an unknown key', 'token-key-unknown', { header: { kid: 'other' } }],
  ['with alg none', 'token-algorithm', { header: { alg: 'none' } }],
  ['with a symmetric alg', 'token-algorithm', { header: { alg: 'HS256' } }],
  ['with an alg its key is not for', 'token-algorithm', { header: { alg: 'EdDSA' } }],
  ...['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip'].map(
    (name) => [`with the header ${name}`, 'token-header-forbidden', { header: { [name]: 'x' } }] as const,
  ),
]

describe('an access token', () => {
  it('that is good tells who calls and what they may do', async () => {
    const token = issuer.token({ agencyId: 'vale-police', agencyKind: 'police', actions: ['publish', 'receive'] })
    const claims: Partial<AccessClaims> = {
      agencyId: 'vale-police',
      agencyKind: 'police',
      actions: ['publish', 'receive'],
    }
    expect(await verifierWith().verify(token)).toMatchObject({ ok: true, claims: { ...claims, jkt: issuer.jkt } })
  })

  it.each(badTokens)('%s is refused as %s', async (_, reason, overrides) => {
    expect(await verifierWith().verify(issuer.token(overrides))).toEqual({ ok: false, reason })
  })

  it('is refused with any bit changed, shortened, lengthened or with its parts exchanged', async () => {
    const verifier = verifierWith()
    const token = issuer.token()
    const mutations = fc.oneof(
      fc.tuple(fc.nat(token.length - 1), fc.integer({ min: 0, max: 7 })).map(([at, bit]) => {
        const bytes = Buffer.from(token, 'latin1')
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        return bytes.toString('latin1')
      }),
      fc.nat(token.length - 1).map((length) => token.slice(0, length)),
      fc.string({ minLength: 1 }).map((more) => token + more),
      fc.constant(token.split('.').reverse().join('.')),
      fc.constantFrom(`${token}\n`, ` ${token}`, `${token}=`, `${token}.`, token.toUpperCase(), ''),
    )
    await fc.assert(
      fc.asyncProperty(mutations, async (mutant) => !(await verifier.verify(mutant)).ok),
      { numRuns: 2_000 },
    )
  })

  it('signed with the public key as a shared secret is refused', async () => {
    const [head = '', body = ''] = issuer.token({ header: { alg: 'HS256' } }).split('.')
    const key = JSON.stringify((await issuer.jwks()).keys[0])
    const signature = createHmac('sha256', key).update(`${head}.${body}`).digest('base64url')
    expect(await verifierWith().verify(`${head}.${body}.${signature}`)).toEqual({
      ok: false,
      reason: 'token-algorithm',
    })
  })

  it('over 4,096 bytes is refused unread', async () => {
    const token = issuer.token({ claims: { padding: 'x'.repeat(4_096) } })
    expect(await verifierWith().verify(token)).toEqual({ ok: false, reason: 'token-too-long' })
  })

  it('would pass for another audience if the audience were not demanded: the suite can fail', async () => {
    const elsewhere = 'https://api.elsewhere.example'
    const verifier = verifierWith({ audience: elsewhere })
    expect((await verifier.verify(issuer.token({ claims: { aud: elsewhere } }))).ok).toBe(true)
  })

  it('found good is remembered until it expires, and a refusal is not', async () => {
    let nowMs = Date.now()
    let asked = 0
    const jwks = () => {
      asked += 1
      return issuer.jwks()
    }
    const verifier = verifierWith({ jwks, nowMs: () => nowMs })
    const token = issuer.token({ issuedAtMs: nowMs })
    await verifier.verify(token)
    await verifier.verify(token)
    expect(asked).toBe(1)
    nowMs += 311_000
    expect(await verifier.verify(token)).toEqual({ ok: false, reason: 'token-expired' })
  })
})

describe('revocation', () => {
  const claims: AccessClaims = {
    clientId: 'c',
    agencyId: 'a',
    agencyKind: 'school',
    agreement: 'd',
    purposes: [],
    actions: [],
    jti: 'j',
    jkt: 't',
    kid: 'k',
    clientKid: 'ck',
    expiresAtMs: 0,
  }

  it.each([
    ['jti', 'j', 'token-revoked'],
    ['client', 'c', 'client-revoked'],
    ['kid', 'k', 'key-revoked'],
    ['kid', 'ck', 'key-revoked'],
    ['agency', 'a', 'agency-revoked'],
    ['jti', 'c', undefined],
  ])('of the %s "%s" gives %s', async (kind, value, refusal) => {
    const view = new RevocationView(() => ({ query: <R>() => Promise.resolve([{ kind, value }] as R[]) }))
    await view.start()
    view.stop()
    expect(view.refusalOf(claims)).toBe(refusal)
  })

  it('unread for five seconds refuses everything, remembered tokens too', async () => {
    let nowMs = Date.now()
    const view = new RevocationView(
      () => ({ query: () => Promise.resolve([]) }),
      () => nowMs,
    )
    await view.start()
    view.stop()
    const verifier = verifierWith({ revoked: view })
    const token = issuer.token()
    expect((await verifier.verify(token)).ok).toBe(true)
    nowMs += 5_001
    expect(await verifier.verify(token)).toEqual({ ok: false, reason: 'revocations-stale' })
  })
})

describe("the issuer's keys", () => {
  it('are fetched again for an unknown key id, once a second at most, and every 30 seconds', async () => {
    let nowMs = 1_000_000
    let fetched = 0
    const load = async () => {
      fetched += 1
      return issuer.jwks()
    }
    const keys = fetchedTokenKeys({ url: 'http://127.0.0.1/jwks', nowMs: () => nowMs, load })
    await Promise.all([keys(), keys(), keys('unknown')])
    expect(fetched).toBe(1)
    nowMs += 1_001
    await Promise.all([keys('unknown'), keys('other'), keys()])
    await keys('third')
    expect(fetched).toBe(2)
    nowMs += 30_001
    await keys()
    expect(fetched).toBe(3)
  })

  it('serve for ten minutes while the issuer is away, then no more', async () => {
    let nowMs = 1_000_000
    let isAway = false
    const load = () => (isAway ? Promise.reject(new Error('away')) : issuer.jwks())
    const keys = fetchedTokenKeys({ url: 'http://127.0.0.1/jwks', nowMs: () => nowMs, load })
    await keys()
    isAway = true
    nowMs += 599_000
    expect((await keys()).keys).toHaveLength(1)
    nowMs += 2_000
    await expect(keys()).rejects.toThrow('has not answered')
    const verifier = verifierWith({ jwks: keys })
    expect(await verifier.verify(issuer.token())).toEqual({ ok: false, reason: 'token-keys-unavailable' })
  })

  it('are read as Ed25519 too', async () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'test-issuer-1', alg: 'EdDSA' }
    const verifier = verifierWith({ jwks: () => Promise.resolve({ keys: [jwk] }) })
    expect(await verifier.verify(issuer.token({ header: { alg: 'EdDSA' } }))).toEqual({
      ok: false,
      reason: 'token-signature',
    })
  })
})
