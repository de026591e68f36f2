import { createDecipheriv, createHash, createPrivateKey, createPublicKey, diffieHellman, sign } from 'node:crypto'
import type { DeliveredEvent } from '#libs/events'
import type { PrivateJwk } from '#libs/security'

const algorithm = 'ECDH-ES+A256KW'

function bytes(part: string | undefined): Buffer {
  return Buffer.from(part ?? '', 'base64url')
}

/** Opens a copy as any JOSE library would: ECDH-ES+A256KW over X25519, A256GCM (RFC 7518 §4.6, RFC 3394). */
export function openedCopy(key: PrivateJwk, jwe: string): DeliveredEvent {
  const [header = '', ...parts] = jwe.split('.')
  const [wrapped, iv, text, tag] = parts.map(bytes)
  const { epk } = JSON.parse(bytes(header).toString()) as { epk: { kty: string; crv: string; x: string } }
  const secret = diffieHellman({
    privateKey: createPrivateKey({ format: 'jwk', key }),
    publicKey: createPublicKey({ format: 'jwk', key: epk }),
  })
  const unwrap = createDecipheriv('id-aes256-wrap', keyFrom(secret), Buffer.alloc(8, 0xa6))
  const contentKey = Buffer.concat([unwrap.update(wrapped ?? Buffer.alloc(0)), unwrap.final()])
  const decipher = createDecipheriv('aes-256-gcm', contentKey, iv ?? Buffer.alloc(0))
  decipher.setAAD(Buffer.from(header)).setAuthTag(tag ?? Buffer.alloc(0))
  const plain = Buffer.concat([decipher.update(text ?? Buffer.alloc(0)), decipher.final()])
  return JSON.parse(plain.toString()) as DeliveredEvent
}

function keyFrom(secret: Buffer): Buffer {
  const number = (n: number) => Buffer.from([0, 0, n >> 8, n & 255])
  const info = [number(1), secret, number(algorithm.length), Buffer.from(algorithm), number(0), number(0), number(256)]
  return createHash('sha256').update(Buffer.concat(info)).digest()
}

/** A compact JWS over a body, by an agency's signing key (ES256). */
export function signedBody(key: PrivateJwk, body: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ alg: 'ES256', kid: key['kid'] })}.${part(body)}`
  const privateKey = createPrivateKey({ format: 'jwk', key })
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}
