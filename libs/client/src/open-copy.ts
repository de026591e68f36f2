import { createDecipheriv, createHash, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import type { PrivateKey } from './jose-signature.js'

const keyWrapIv = Buffer.alloc(8, 0xa6) // RFC 3394 §2.2.3.1

interface Header {
  readonly alg: string
  readonly enc: string
  readonly epk: Readonly<Record<string, string>>
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Concat KDF, one round (RFC 7518 §4.6.2). */
function wrappingKey(header: Header, key: PrivateKey): Buffer {
  const privateKey = createPrivateKey({ format: 'jwk', key })
  const publicKey = createPublicKey({ format: 'jwk', key: header.epk })
  const algorithm = Buffer.from(header.alg, 'ascii')
  const info = [uint32(algorithm.length), algorithm, uint32(0), uint32(0), uint32(256)]
  const shared = diffieHellman({ privateKey, publicKey })
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), shared, ...info]))
    .digest()
}

interface Parts {
  readonly protectedHeader: string
  readonly wrapped: Buffer
  readonly iv: Buffer
  readonly sealed: Buffer
  readonly tag: Buffer
}

function partsOf(jwe: unknown): Parts {
  const form = /^([\w-]+)\.([\w-]+)\.([\w-]+)\.([\w-]*)\.([\w-]{22})$/.exec(typeof jwe === 'string' ? jwe : '')
  if (!form) throw new Error('This is no sealed copy')
  const bytes = (at: number): Buffer => Buffer.from(form[at] ?? '', 'base64url')
  return { protectedHeader: form[1] ?? '', wrapped: bytes(2), iv: bytes(3), sealed: bytes(4), tag: bytes(5) }
}

function readHeader(text: string): Header {
  const header = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Header
  if (header.alg !== 'ECDH-ES+A256KW' || header.enc !== 'A256GCM') throw new Error('The copy is sealed in another way')
  return header
}

/**
 * Opens a copy that the hub sealed for this agency: a compact JWE, `ECDH-ES+A256KW` over X25519, `A256GCM`.
 * Any JOSE library opens it too.
 *
 * @returns the text inside: a delivered event as JSON
 * @throws Error when it is no such thing, sealed for another key, or altered
 */
export function openCopy(key: PrivateKey, jwe: unknown): string {
  const { protectedHeader, wrapped, iv, sealed, tag } = partsOf(jwe)
  const unwrap = createDecipheriv('id-aes256-wrap', wrappingKey(readHeader(protectedHeader), key), keyWrapIv)
  const contentKey = Buffer.concat([unwrap.update(wrapped), unwrap.final()])
  const decipher = createDecipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(protectedHeader, 'ascii'))
  decipher.setAuthTag(tag)
  return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
}
