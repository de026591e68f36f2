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

/**
 * Seals bytes so that only the holder of the recipient's private key opens them: a compact JWE,
 * `ECDH-ES+A256KW` over X25519 and `A256GCM`, that any JOSE library reads. Content key and IV are fresh each time;
 * the ephemeral key is kept for an hour a recipient, so forward secrecy is hourly too.
 *
 * @param publicJwk - the recipient's X25519 key, with its `kid`
 * @throws Error when the key is not X25519
 */
export function sealForRecipient(publicJwk: PublicJwk, plaintext: Buffer, nowMs = Date.now()): string {
  const name = `${publicJwk.x ?? ''} ${publicJwk.kid ?? ''} ${Math.floor(nowMs / hourMs)}`
  const known = secrets.get(name)
  const secret = known ?? newSecret(publicJwk)
  if (!known) secrets.set(name, secret)
  const contentKey = freshBytes(32)
  const iv = freshBytes(12)
  const wrap = createCipheriv('id-aes256-wrap', secret.kek, keyWrapIv)
  const wrapped = Buffer.concat([wrap.update(contentKey), wrap.final()])
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(secret.header, 'ascii'))
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const parts = [wrapped, iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))
  return [secret.header, ...parts].join('.')
}
