import { createHash, type JsonWebKey } from 'node:crypto'
import { errors, importJWK, jwtVerify, type CryptoKey } from 'jose'
import { LRUCache } from 'lru-cache'
import { forbiddenHeaders, readCompactToken, type TokenHeader } from './compact-token.js'
import { thumbprintOf } from './thumbprint.js'

/** A proof of possession as it came beside a token, and what it must be bound to. */
export interface ProofToVerify {
  /** The `DPoP` header; a repeated header is passed as `undefined`. */
  readonly proof: string | undefined
  readonly method: string
  /** Configured base of this door and the path, without query: never built from the `Host` header. */
  readonly htu: string
  readonly accessToken: string
  /** `cnf.jkt` of the verified token. */
  readonly jkt: string
  readonly nowMs: number
  /** Whether a nonce in a proof was given out by us lately; without it nonces are not looked at. */
  readonly acceptsNonce?: (nonce: string, nowMs: number) => boolean
}

/** Why a proof was refused: one word a fault. */
export type ProofRefusal =
  | 'proof-missing'
  | 'proof-form'
  | 'proof-header-forbidden'
  | 'proof-type'
  | 'proof-algorithm'
  | 'proof-key'
  | 'proof-key-mismatch'
  | 'proof-signature'
  | 'proof-method'
  | 'proof-url'
  | 'proof-token-hash'
  | 'proof-time'
  | 'proof-id'
  | 'proof-nonce'

/** A good proof has still to be claimed once: pass digest and expiry to `auth.claim_once`. */
export type VerifiedProof =
  | { readonly ok: true; readonly jtiDigest: Buffer; readonly expiresAtMs: number }
  | { readonly ok: false; readonly reason: ProofRefusal }

type Payload = Readonly<Record<string, unknown>>

const algorithms = ['ES256', 'PS256', 'EdDSA']
const oldestSeconds = 60
const aheadSeconds = 10
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const imported = new LRUCache<string, Promise<CryptoKey | Uint8Array>>({ max: 5_000 })

function faultOfHeader(header: TokenHeader): ProofRefusal | undefined {
  if (forbiddenHeaders.some((name) => Object.hasOwn(header, name))) return 'proof-header-forbidden'
  if (header['typ'] !== 'dpop+jwt') return 'proof-type'
  if (typeof header['alg'] !== 'string' || !algorithms.includes(header['alg'])) return 'proof-algorithm'
  return undefined
}

function publicKeyOf(header: TokenHeader): JsonWebKey | undefined {
  const jwk = header['jwk']
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return undefined
  return privateMembers.some((name) => Object.hasOwn(jwk, name)) ? undefined : (jwk as JsonWebKey)
}

function importOnce(jwk: JsonWebKey, alg: string, thumbprint: string): Promise<CryptoKey | Uint8Array> {
  const name = `${alg} ${thumbprint}`
  const known = imported.get(name)
  if (known) return known
  const key = importJWK(jwk, alg)
  imported.set(name, key)
  key.catch(() => imported.delete(name))
  return key
}

function isSameUrl(claimed: unknown, expected: string): boolean {
  if (typeof claimed !== 'string' || /[?#]/.test(claimed)) return false
  if (claimed === expected) return true
  return URL.canParse(claimed) && new URL(claimed).href === new URL(expected).href
}

function faultOfClaims(payload: Payload, expected: ProofToVerify): ProofRefusal | undefined {
  const nowSeconds = expected.nowMs / 1000
  const { iat, jti, nonce } = payload
  if (payload['htm'] !== expected.method) return 'proof-method'
  if (!isSameUrl(payload['htu'], expected.htu)) return 'proof-url'
  const ath = createHash('sha256').update(expected.accessToken).digest('base64url')
  if (payload['ath'] !== ath) return 'proof-token-hash'
  if (typeof iat !== 'number' || iat < nowSeconds - oldestSeconds || iat > nowSeconds + aheadSeconds) {
    return 'proof-time'
  }
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) return 'proof-id'
  return isNonceGood(nonce, expected) ? undefined : 'proof-nonce'
}

function isNonceGood(nonce: unknown, { acceptsNonce, nowMs }: ProofToVerify): boolean {
  if (!acceptsNonce || nonce === undefined) return true
  return typeof nonce === 'string' && acceptsNonce(nonce, nowMs)
}

async function payloadOf(proof: string, key: CryptoKey | Uint8Array, nowMs: number): Promise<Payload | ProofRefusal> {
  try {
    const options = { algorithms, typ: 'dpop+jwt', clockTolerance: aheadSeconds, currentDate: new Date(nowMs) }
    return (await jwtVerify(proof, key, options)).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) return 'proof-time'
    return 'proof-signature'
  }
}

/**
 * Checks a DPoP proof (RFC 9449 §4.3) for one request: bound to method, URL, token and key; at most 60 s old and 10 s ahead.
 * Whether it was seen before is for the database to say: see {@link VerifiedProof}.
 *
 * @returns never throws for a bad proof
 */
export async function verifyProof(request: ProofToVerify): Promise<VerifiedProof> {
  const refused = (reason: ProofRefusal): VerifiedProof => ({ ok: false, reason })
  if (request.proof === undefined || request.proof === '') return refused('proof-missing')
  const outside = readCompactToken(request.proof)
  if (!outside.ok) return refused('proof-form')
  const fault = faultOfHeader(outside.header)
  if (fault !== undefined) return refused(fault)
  const jwk = publicKeyOf(outside.header)
  const thumbprint = jwk && thumbprintOf(jwk)
  if (!jwk || thumbprint === undefined) return refused('proof-key')
  if (thumbprint !== request.jkt) return refused('proof-key-mismatch')
  const key = await importOnce(jwk, outside.header['alg'] as string, thumbprint).catch(() => undefined)
  if (!key) return refused('proof-key')
  const payload = await payloadOf(request.proof, key, request.nowMs)
  if (typeof payload === 'string') return refused(payload)
  const wrong = faultOfClaims(payload, request)
  if (wrong !== undefined) return refused(wrong)
  return {
    ok: true,
    jtiDigest: createHash('sha256')
      .update(payload['jti'] as string)
      .digest(),
    expiresAtMs: (payload['iat'] as number) * 1000 + (oldestSeconds + aheadSeconds) * 1000,
  }
}
