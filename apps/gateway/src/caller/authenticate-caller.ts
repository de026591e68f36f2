import type { FastifyRequest } from 'fastify'
import { verifyProof, type AccessClaims } from '#libs/security'
import { isSaidTwice, tokenIn, type TokenCheck } from '#libs/service'

/** A caller who holds the key its token is bound to; the proof has still to be claimed, so that it counts once. */
interface Authenticated {
  readonly ok: true
  readonly token: string
  readonly claims: AccessClaims
  readonly proofDigest: Buffer
  readonly proofExpiresAtMs: number
}

/** Why nobody was let in. `claims` stand where the token was good and only its proof was not. */
interface Refused {
  readonly ok: false
  readonly reason: string
  readonly claims?: AccessClaims
}

/** What it takes to tell who calls. */
export interface CallerCheck {
  readonly tokens: TokenCheck
  /** The public base address of this gateway: what a proof's `htu` must begin with. Never built from `Host`. */
  readonly publicUrl: string
  readonly nowMs: () => number
}

/** Verifies the token and the proof of possession of a request (RFC 9449), from its headers alone. */
export async function authenticateCaller(
  request: FastifyRequest,
  check: CallerCheck,
): Promise<Authenticated | Refused> {
  if (isSaidTwice(request.raw, 'authorization')) return { ok: false, reason: 'token-repeated' }
  const token = tokenIn(request)
  if (token === undefined) return { ok: false, reason: 'token-missing' }
  const verified = await check.tokens.verify(token)
  if (!verified.ok) return { ok: false, reason: verified.reason }
  const { claims } = verified
  const { dpop } = request.headers
  const proof = await verifyProof({
    proof: typeof dpop === 'string' ? dpop : undefined,
    method: request.method,
    htu: check.publicUrl + pathOf(request.url),
    accessToken: token,
    jkt: claims.jkt,
    nowMs: check.nowMs(),
  })
  if (!proof.ok) return { ok: false, reason: proof.reason, claims }
  return { ok: true, token, claims, proofDigest: proof.jtiDigest, proofExpiresAtMs: proof.expiresAtMs }
}

/** The path of a request target, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
