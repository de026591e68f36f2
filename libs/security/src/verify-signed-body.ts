import { compactVerify, importJWK, type JWK } from 'jose'
import { forbiddenHeaders } from './compact-token.js'
import type { PublicJwk } from './receipt.js'

/** A signed body that holds, or why it does not. */
export type SignedBody =
  | { readonly ok: true; readonly payload: Buffer }
  | { readonly ok: false; readonly reason: 'form' | 'header' | 'key-unknown' | 'signature-wrong' }

/**
 * Checks a compact JWS that an agency's program signed with one of its registered keys: ES256 or EdDSA, the key named by
 * `kid`, or the only one where none is named, and nothing in the header that brings a key along or changes what is signed.
 *
 * @param keys - the registered signing keys of that program, with their ids
 * @returns the signed bytes; never throws for what the text says
 */
export async function verifySignedBody(text: string, keys: readonly PublicJwk[]): Promise<SignedBody> {
  const header = headerOf(text)
  if (!header) return { ok: false, reason: 'form' }
  if ([...forbiddenHeaders, 'jwk'].some((name) => Object.hasOwn(header, name))) return { ok: false, reason: 'header' }
  const jwk = keyFor(header, keys)
  if (!jwk) return { ok: false, reason: 'key-unknown' }
  const algorithm = jwk.kty === 'OKP' ? 'EdDSA' : 'ES256'
  try {
    const key = await importJWK(jwk as JWK, algorithm)
    const { payload } = await compactVerify(text, key, { algorithms: [algorithm] })
    return { ok: true, payload: Buffer.from(payload) }
  } catch {
    return { ok: false, reason: 'signature-wrong' }
  }
}

function keyFor(header: Readonly<Record<string, unknown>>, keys: readonly PublicJwk[]): PublicJwk | undefined {
  if (!Object.hasOwn(header, 'kid')) return keys.length === 1 ? keys[0] : undefined
  return keys.find(({ kid }) => kid !== undefined && kid === header['kid'])
}

function headerOf(text: string): Readonly<Record<string, unknown>> | undefined {
  const [first, , , more] = text.split('.')
  if (first === undefined || more !== undefined) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(first, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
