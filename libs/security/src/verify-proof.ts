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
const oldestMs = 60_000
const aheadMs = 10_000
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

function importOnce({ jwk, alg, thumbprint }: ReadProof): Promise<CryptoKey | Uint8Array> {
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

function isTimely(iat: unknown, nowMs: number): boolean {
  return typeof iat === 'number' && iat * 1000 >= nowMs - oldestMs && iat * 1000 <= nowMs + aheadMs
}

function isId(jti: unknown): boolean {
  return typeof jti === 'string' && jti !== '' && jti.length <= 256
}

function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url')
}

/** Looked at in this order; the first that does not hold is the reason given. */
const demands: readonly (readonly [ProofRefusal, (payload: Payload, request: ProofToVerify) => boolean])[] = [
  ['proof-method', (payload, { method }) => payload['htm'] === method],
  ['proof-url', (payload, { htu }) => isSameUrl(payload['htu'], htu)],
  ['proof-token-hash', (payload, { accessToken }) => payload['ath'] === hashOf(accessToken)],
  ['proof-time', (payload, { nowMs }) => isTimely(payload['iat'], nowMs)],
  ['proof-id', (payload) => isId(payload['jti'])],
  ['proof-nonce', (payload, request) => isNonceGood(payload['nonce'], request)],
]

function isNonceGood(nonce: unknown, { acceptsNonce, nowMs }: ProofToVerify): boolean {
  if (!acceptsNonce || nonce === undefined) return true
  return typeof nonce === 'string' && acceptsNonce(nonce, nowMs)
}

async function payloadOf(proof: string, key: CryptoKey | Uint8Array, nowMs: number): Promise<Payload | ProofRefusal> {
  try {
    const options = { algorithms, typ: 'dpop+jwt', clockTolerance: aheadMs / 1000, currentDate: new Date(nowMs) }
    return (await jwtVerify(proof, key, options)).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) return 'proof-time'
    return 'proof-signature'
  }
}

interface ReadProof {
  readonly jwk: JsonWebKey
  readonly alg: string
  readonly thumbprint: string
}

function readProof(proof: string): ReadProof | ProofRefusal {
  const outside = readCompactToken(proof)
  if (!outside.ok) return 'proof-form'
  const fault = faultOfHeader(outside.header)
  if (fault !== undefined) return fault
  const jwk = publicKeyOf(outside.header)
  const thumbprint = jwk && thumbprintOf(jwk)
  if (!jwk || thumbprint === undefined) return 'proof-key'
  return { jwk, alg: outside.header['alg'] as string, thumbprint }
}

async function checkedPayload(proof: string, request: ProofToVerify): Promise<Payload | ProofRefusal> {
  const read = readProof(proof)
  if (typeof read === 'string') return read
  if (read.thumbprint !== request.jkt) return 'proof-key-mismatch'
  const key = await importOnce(read).catch(() => undefined)
  if (!key) return 'proof-key'
  const payload = await payloadOf(proof, key, request.nowMs)
  if (typeof payload === 'string') return payload
  return demands.find(([, holds]) => !holds(payload, request))?.[0] ?? payload
}

/**
 * Checks a DPoP proof (RFC 9449 §4.3) for one request: bound to method, URL, token and key; at most 60 s old and 10 s ahead.
 * Whether it was seen before is for the database to say: see {@link VerifiedProof}.
 *
 * @returns never throws for a bad proof
 */
export async function verifyProof(request: ProofToVerify): Promise<VerifiedProof> {
  if (request.proof === undefined || request.proof === '') return { ok: false, reason: 'proof-missing' }
  const payload = await checkedPayload(request.proof, request)
  if (typeof payload === 'string') return { ok: false, reason: payload }
  return {
    ok: true,
    jtiDigest: createHash('sha256')
      .update(payload['jti'] as string)
      .digest(),
    expiresAtMs: (payload['iat'] as number) * 1000 + oldestMs + aheadMs,
  }
}
