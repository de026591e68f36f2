import {
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { freshBytes } from './fresh-bytes.js'
import type { PublicJwk } from './receipt.js'

const algorithm = 'ECDH-ES+A256KW'
const keyWrapIv = Buffer.alloc(8, 0xa6) // RFC 3394 §2.2.3.1
const hourMs = 3_600_000

interface HourlySecret {
  readonly kek: Buffer
  /** Protected header, base64url: also the additional authenticated data. */
  readonly header: string
}

const secrets = new LRUCache<string, HourlySecret>({ max: 2_000, ttl: hourMs })

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Concat KDF of NIST SP 800-56A as RFC 7518 §4.6.2 profiles it, one round: 256 bits. */
function deriveKek(sharedSecret: Buffer): Buffer {
  const id = Buffer.from(algorithm, 'ascii')
  const info = [uint32(id.length), id, uint32(0), uint32(0), uint32(256)]
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), sharedSecret, ...info]))
    .digest()
}

function newSecret(jwk: PublicJwk): HourlySecret {
  const recipient: KeyObject = createPublicKey({ format: 'jwk', key: jwk })
  if (recipient.asymmetricKeyType !== 'x25519') throw new Error('a recipient key must be X25519')
  const ephemeral = generateKeyPairSync('x25519')
  const kek = deriveKek(diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient }))
  const { kty, crv, x } = ephemeral.publicKey.export({ format: 'jwk' })
  const header = { alg: algorithm, enc: 'A256GCM', kid: jwk.kid, epk: { kty, crv, x } }
  return { kek, header: Buffer.from(JSON.stringify(header)).toString('base64url') }
}

const wrappedKeyBytes = 40
const ivBytes = 12
const tagBytes = 16
const fixedBytes = wrappedKeyBytes + ivBytes + tagBytes

/**
 * Seals bytes so that only the holder of the recipient's private key opens them: `ECDH-ES+A256KW` over X25519 and `A256GCM`.
 * Content key and IV are fresh each time; the ephemeral key is kept for an hour a recipient, so forward secrecy is hourly too.
 *
 * @param publicJwk - the recipient's X25519 key, with its `kid`
 * @returns what {@link compactJwe} writes as text, a quarter shorter: the length of its header (2 bytes), the header as it is
 *   (the recipient's library checks the very text), wrapped key, IV, tag and ciphertext
 * @throws Error when the key is not X25519
 */
export function sealPacked(publicJwk: PublicJwk, plaintext: Buffer, nowMs = Date.now()): Buffer {
  const { kek, header } = secretFor(publicJwk, nowMs)
  const contentKey = freshBytes(32)
  const iv = freshBytes(ivBytes)
  const additional = Buffer.from(header, 'ascii')
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(additional)
  const sealed = cipher.update(plaintext)
  cipher.final() // of GCM: only makes the tag
  const packed = Buffer.allocUnsafe(2 + additional.length + fixedBytes + sealed.length)
  let at = packed.writeUInt16BE(additional.length)
  for (const part of [additional, wrapped(contentKey, kek), iv, cipher.getAuthTag(), sealed]) {
    packed.set(part, at)
    at += part.length
  }
  return packed
}

/** The compact JWE, as any JOSE library reads it, of what {@link sealPacked} returned. */
export function compactJwe(packed: Buffer): string {
  let at = 2 + packed.readUInt16BE(0)
  const header = packed.toString('ascii', 2, at)
  const take = (count: number): string => packed.toString('base64url', at, (at += count))
  const [key, iv, tag] = [take(wrappedKeyBytes), take(ivBytes), take(tagBytes)]
  return [header, key, iv, packed.toString('base64url', at), tag].join('.')
}

/** As {@link sealPacked}, written as a compact JWE. */
export function sealForRecipient(publicJwk: PublicJwk, plaintext: Buffer, nowMs = Date.now()): string {
  return compactJwe(sealPacked(publicJwk, plaintext, nowMs))
}

function secretFor(publicJwk: PublicJwk, nowMs: number): HourlySecret {
  const name = `${publicJwk.x ?? ''} ${publicJwk.kid ?? ''} ${Math.floor(nowMs / hourMs)}`
  const known = secrets.get(name)
  if (known) return known
  const secret = newSecret(publicJwk)
  secrets.set(name, secret)
  return secret
}

function wrapped(contentKey: Buffer, kek: Buffer): Buffer {
  const wrap = createCipheriv('id-aes256-wrap', kek, keyWrapIv)
  const key = wrap.update(contentKey)
  const rest = wrap.final()
  return rest.length === 0 ? key : Buffer.concat([key, rest])
}
