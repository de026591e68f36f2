import { createPublicKey, sign, verify, type JsonWebKey } from 'node:crypto'
import { canonicalJson } from '#libs/tlog'
import type { ProgramKeys } from './program-keys.js'

/** A public JSON Web Key with the members Waymark uses; others are kept. */
export type PublicJwk = JsonWebKey & { readonly kid?: string; readonly alg?: string; readonly use?: string }

/** A set of public JSON Web Keys (RFC 7517 §5). */
export interface PublicJwks {
  readonly keys: readonly PublicJwk[]
}

function withoutSignature(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'signature'))
}

function signingInput(header: string, canonical: string): Buffer {
  return Buffer.from(`${header}.${Buffer.from(canonical, 'utf8').toString('base64url')}`, 'latin1')
}

const headers = new Map<string, string>()

function headerOf(kid: string): string {
  const known = headers.get(kid)
  if (known !== undefined) return known
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid })).toString('base64url')
  headers.set(kid, header)
  return header
}

/**
 * Signs a receipt with this program's key.
 *
 * @param body - signed in its RFC 8785 form, without its own `signature` member
 * @returns a detached JWS (RFC 7515 appendix F), EdDSA, with the key's id in its header
 */
export function signReceipt(keys: ProgramKeys, body: object): string {
  return signCanonical(keys, canonicalJson(withoutSignature(body)))
}

/**
 * Signs a receipt whose form is at hand, as {@link signReceipt} does.
 *
 * @param canonical - the receipt in its RFC 8785 form, without its own `signature` member
 */
export function signCanonical(keys: ProgramKeys, canonical: string): string {
  const header = headerOf(keys.receiptKey.kid)
  const signature = sign(null, signingInput(header, canonical), keys.receiptKey.privateKey)
  return `${header}..${signature.toString('base64url')}`
}

function kidOf(header: string): string | undefined {
  try {
    const value = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as Record<string, unknown> | null
    if (value?.['alg'] !== 'EdDSA' || Object.keys(value).some((name) => name !== 'alg' && name !== 'kid'))
      return undefined
    return typeof value['kid'] === 'string' ? value['kid'] : undefined
  } catch {
    return undefined
  }
}

function readDetached(signature: string): { header: string; kid: string; bytes: Buffer } | undefined {
  const [matched, header = '', value = ''] = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{86})$/.exec(signature) ?? []
  if (matched === undefined) return undefined
  const bytes = Buffer.from(value, 'base64url')
  const kid = kidOf(header)
  return kid === undefined || bytes.toString('base64url') !== value ? undefined : { header, kid, bytes }
}

/**
 * Checks a receipt against the published keys (`GET /v1/keys`).
 *
 * @returns whether one of the keys signed exactly this body; never throws on a bad signature
 */
export function verifyReceipt(jwks: PublicJwks, body: object, signature: string): boolean {
  const read = readDetached(signature)
  const key = jwks.keys.find((candidate) => candidate.kid === read?.kid && candidate.crv === 'Ed25519')
  if (!read || !key) return false
  const input = signingInput(read.header, canonicalJson(withoutSignature(body)))
  return verify(null, input, createPublicKey({ format: 'jwk', key }), read.bytes)
}
