import { createHash, type JsonWebKey } from 'node:crypto'

const members: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/**
 * The SHA-256 thumbprint of a public key, base64url (RFC 7638).
 *
 * @returns `undefined` for another kind of key, or one with a member missing
 */
export function thumbprintOf(jwk: JsonWebKey): string | undefined {
  const names = members[String(jwk.kty)]
  if (!names?.every((name) => typeof jwk[name] === 'string')) return undefined
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]])))
  return createHash('sha256').update(text).digest('base64url')
}
