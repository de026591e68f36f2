import { createPrivateKey, sign } from 'node:crypto'

/** A private JSON Web Key: ES256 or EdDSA to sign, X25519 to open. */
export type PrivateKey = Readonly<Record<string, string>>

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** The JWS algorithm of a signing key. */
export function algorithmOf(key: PrivateKey): 'ES256' | 'EdDSA' {
  if (key['crv'] === 'P-256') return 'ES256'
  if (key['crv'] === 'Ed25519') return 'EdDSA'
  throw new Error('A signing key must be for ES256 or EdDSA')
}

/**
 * Signs an object as a compact JWS (RFC 7515).
 *
 * @param header - put into the protected header beside `alg`
 */
export function signCompact(key: PrivateKey, header: object, payload: object): string {
  const alg = algorithmOf(key)
  const input = `${part({ alg, ...header })}.${part(payload)}`
  const privateKey = createPrivateKey({ format: 'jwk', key })
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  const signature = sign(alg === 'ES256' ? 'sha256' : null, Buffer.from(input), options)
  return `${input}.${signature.toString('base64url')}`
}
