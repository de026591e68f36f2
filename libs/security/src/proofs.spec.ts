import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { testIssuer, type ProofOverrides } from '#libs/testing'
import { verifyProof, type ProofRefusal, type ProofToVerify } from './verify-proof.js'

const issuer = testIssuer()
const stranger = testIssuer()
const accessToken = issuer.token()
const htu = 'http://127.0.0.1:4000/graphql'
const nowMs = Date.now()
const request = { method: 'POST', htu, accessToken }
const nowSeconds = Math.floor(nowMs / 1000)

function verify(proof: string | undefined, changed: Partial<ProofToVerify> = {}) {
  return verifyProof({ ...request, proof, jkt: issuer.jkt, nowMs, ...changed })
}

const badProofs: readonly (readonly [string, ProofRefusal, Partial<ProofOverrides>])[] = [
  ['for another method', 'proof-method', { method: 'GET' }],
  ['for the method in small letters', 'proof-method', { method: 'post' }],
  ['for another URL', 'proof-url', { htu: 'http://127.0.0.1:4000/v1/feed' }],
  ['for another host', 'proof-url', { htu: 'http://elsewhere.example/graphql' }],
  ['whose URL has a query', 'proof-url', { htu: `${htu}?a=1` }],
  ['whose URL has an empty query', 'proof-url', { htu: `${htu}?` }],
  ['whose URL has a fragment', 'proof-url', { htu: `${htu}#x` }],
  ['without a URL', 'proof-url', { claims: { htu: undefined } }],
  ['for another token', 'proof-token-hash', { accessToken: issuer.token() }],
  ['without a token', 'proof-token-hash', { claims: { ath: undefined } }],
  ['61 seconds old', 'proof-time', { claims: { iat: nowSeconds - 61 } }],
  ['12 seconds ahead', 'proof-time', { claims: { iat: nowSeconds + 12 } }],
  ['without a time', 'proof-time', { claims: { iat: undefined } }],
  ['that expired', 'proof-time', { claims: { exp: nowSeconds - 30 } }],
  ['without an id', 'proof-id', { claims: { jti: undefined } }],
  ['with an empty id', 'proof-id', { claims: { jti: '' } }],
  ['with a number for an id', 'proof-id', { claims: { jti: 7 } }],
  ['that is an access token', 'proof-type', { header: { typ: 'at+jwt' } }],
  ['with alg none', 'proof-algorithm', { header: { alg: 'none' } }],
  ['with a symmetric alg', 'proof-algorithm', { header: { alg: 'HS256' } }],
  ['without its key', 'proof-key', { header: { jwk: undefined } }],
  ['with a symmetric key', 'proof-key', { header: { jwk: { kty: 'oct', k: 'AAAA' } } }],
  ['with a private key', 'proof-key', { header: { jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' } } }],
  ['with a key that is none', 'proof-key-mismatch', { header: { jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } } }],
  ['that names where its key is', 'proof-header-forbidden', { header: { jku: 'http://127.0.0.1/keys' } }],
  ['that names critical members', 'proof-header-forbidden', { header: { crit: ['exp'] } }],
]

describe('a proof of possession', () => {
  it('for this request, token and key is good, and is to be claimed once', async () => {
    const verified = await verify(issuer.proof({ ...request, issuedAtMs: nowMs, claims: { jti: 'once' } }))
    expect(verified).toMatchObject({ ok: true, expiresAtMs: nowSeconds * 1000 + 70_000 })
    expect(verified.ok && verified.jtiDigest.length).toBe(32)
  })

  it.each(badProofs)('%s is refused as %s', async (_, reason, overrides) => {
    expect(await verify(issuer.proof({ ...request, issuedAtMs: nowMs, ...overrides }))).toEqual({ ok: false, reason })
  })

  it('by another key than the token is bound to is refused', async () => {
    expect(await verify(stranger.proof(request))).toEqual({ ok: false, reason: 'proof-key-mismatch' })
  })

  it('that is absent or no token is refused', async () => {
    expect(await verify(undefined)).toEqual({ ok: false, reason: 'proof-missing' })
    expect(await verify('a.b')).toEqual({ ok: false, reason: 'proof-form' })
  })

  it('with a nonce is good only while the nonce is ours', async () => {
    const proof = issuer.proof({ ...request, claims: { nonce: 'n' } })
    expect((await verify(proof, { acceptsNonce: (nonce) => nonce === 'n' })).ok).toBe(true)
    expect(await verify(proof, { acceptsNonce: () => false })).toEqual({ ok: false, reason: 'proof-nonce' })
  })

  it('is refused with any bit changed', async () => {
    const proof = issuer.proof({ ...request, issuedAtMs: nowMs })
    const flips = fc.tuple(fc.nat(proof.length - 1), fc.integer({ min: 0, max: 7 }))
    await fc.assert(
      fc.asyncProperty(flips, async ([at, bit]) => {
        const bytes = Buffer.from(proof, 'latin1')
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        return !(await verify(bytes.toString('latin1'))).ok
      }),
      { numRuns: 1_000 },
    )
  })
})
