import { hash } from 'node:crypto'
import { errors, importJWK, jwtVerify, type CryptoKey, type JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import type { AccessClaims } from './caller.js'
import { forbiddenHeaders, readCompactToken, type TokenHeader } from './compact-token.js'
import { readClaims, type ReadClaims } from './read-claims.js'
import type { PublicJwk, PublicJwks } from './receipt.js'
import type { TokenRefusal } from './token-refusal.js'

/** Where the issuer's public keys come from; told of a key id it did not know, it may look again. */
export type TokenKeySource = (unknownKid?: string) => Promise<PublicJwks>

/** What is revoked now, held in memory: asked on every request, cached tokens included. */
export interface Revocations {
  /** Why these claims no longer stand, or `undefined` while they do. */
  refusalOf(claims: AccessClaims): TokenRefusal | undefined
}

/** What a verifier trusts. */
export interface TokenVerifierParts {
  readonly issuer: string
  readonly audience: string
  readonly jwks: TokenKeySource
  readonly revoked: Revocations
  readonly nowMs?: () => number
}

/** A verified token's claims, or the one reason it is refused. */
type VerifiedToken = ReadClaims

/** Verifies access tokens; safe to share between all requests of a process. */
export interface TokenVerifier {
  /** @param token - the text after `DPoP ` of the `Authorization` header; never throws for a bad one */
  verify(token: string): Promise<VerifiedToken>
}

const algorithms = ['EdDSA', 'ES256']
const requiredClaims = ['exp', 'iat', 'jti', 'sub', 'client_id', 'cnf', 'authorization_details']
const cacheMs = 60_000

const outsideFaults = {
  'too-long': 'token-too-long',
  segments: 'token-segments',
  encoding: 'token-encoding',
  header: 'token-header',
} as const satisfies Record<string, TokenRefusal>

const claimFaults: ReadonlyMap<string, TokenRefusal> = new Map([
  ['typ', 'token-type'],
  ['iss', 'token-issuer'],
  ['aud', 'token-audience'],
  ['iat', 'token-not-yet-valid'],
  ['nbf', 'token-not-yet-valid'],
])

function refusalOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): TokenRefusal {
  if (claim !== 'typ' && reason === 'missing') return 'token-claim-missing'
  if (reason === 'invalid') return 'token-claims'
  return claimFaults.get(claim) ?? 'token-claims'
}

function refusalOfError(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'token-too-old' : 'token-expired'
  if (error instanceof errors.JWTClaimValidationFailed) return refusalOfClaim(error)
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'token-signature'
  return error instanceof errors.JOSEAlgNotAllowed ? 'token-algorithm' : 'token-claims'
}

function faultOfHeader(header: TokenHeader): TokenRefusal | undefined {
  if ([...forbiddenHeaders, 'jwk'].some((name) => Object.hasOwn(header, name))) return 'token-header-forbidden'
  if (header['typ'] !== 'at+jwt') return 'token-type'
  if (typeof header['alg'] !== 'string' || !algorithms.includes(header['alg'])) return 'token-algorithm'
  if (typeof header['kid'] !== 'string' || header['kid'] === '') return 'token-key-id-missing'
  return undefined
}

/**
 * The only place where access tokens are verified; the gateway and every service use it alike.
 * Beside what `jwtVerify` is told to demand it refuses each thing that bare jose was seen to accept.
 * A token found good is remembered under its SHA-256 until it expires, a minute at most; a refusal never is.
 *
 * @see docs of each refusal: {@link TokenRefusal}
 */
export function createTokenVerifier(parts: TokenVerifierParts): TokenVerifier {
  const verifier = new JoseTokenVerifier(parts)
  return { verify: (token) => verifier.verify(token) }
}

class JoseTokenVerifier {
  private readonly verified = new LRUCache<string, AccessClaims>({ max: 50_000 })
  private readonly imported = new WeakMap<PublicJwk, Promise<CryptoKey | Uint8Array>>()
  private readonly now: () => number

  constructor(private readonly parts: TokenVerifierParts) {
    this.now = parts.nowMs ?? Date.now
  }

  async verify(token: string): Promise<VerifiedToken> {
    const name = hash('sha256', token, 'base64')
    const read = await this.read(name, token)
    if (!read.ok) return read
    const reason = this.parts.revoked.refusalOf(read.claims)
    return reason === undefined ? read : { ok: false, reason }
  }

  private async read(name: string, token: string): Promise<VerifiedToken> {
    const known = this.verified.get(name)
    if (known && known.expiresAtMs > this.now()) return { ok: true, claims: known }
    const read = await this.check(token)
    if (read.ok) {
      const ttl = Math.min(read.claims.expiresAtMs - this.now(), cacheMs)
      if (ttl > 0) this.verified.set(name, read.claims, { ttl })
    }
    return read
  }

  private async check(token: string): Promise<VerifiedToken> {
    const outside = readCompactToken(token)
    if (!outside.ok) return { ok: false, reason: outsideFaults[outside.fault] }
    const fault = faultOfHeader(outside.header)
    if (fault !== undefined) return { ok: false, reason: fault }
    const kid = outside.header['kid'] as string
    const key = await this.keyNamed(kid, outside.header['alg'] as string)
    if (typeof key === 'string') return { ok: false, reason: key }
    try {
      return readClaims(await this.payloadOf(token, key), kid)
    } catch (error) {
      return { ok: false, reason: refusalOfError(error) }
    }
  }

  private async payloadOf(token: string, key: CryptoKey | Uint8Array): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, key, {
      algorithms,
      issuer: this.parts.issuer,
      audience: this.parts.audience,
      typ: 'at+jwt',
      requiredClaims,
      maxTokenAge: '5m',
      clockTolerance: '10s',
      currentDate: new Date(this.now()),
    })
    return payload
  }

  private async keyNamed(kid: string, alg: string): Promise<CryptoKey | Uint8Array | TokenRefusal> {
    try {
      const named = (jwks: PublicJwks) => jwks.keys.find((key) => key.kid === kid)
      const jwk = named(await this.parts.jwks()) ?? named(await this.parts.jwks(kid))
      if (!jwk) return 'token-key-unknown'
      if (jwk.alg !== undefined && jwk.alg !== alg) return 'token-algorithm'
      return await this.importOnce(jwk, alg)
    } catch {
      return 'token-keys-unavailable'
    }
  }

  private importOnce(jwk: PublicJwk, alg: string): Promise<CryptoKey | Uint8Array> {
    const known = this.imported.get(jwk)
    if (known) return known
    const imported = importJWK(jwk, alg)
    this.imported.set(jwk, imported)
    return imported
  }
}
