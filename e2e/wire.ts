import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { thumbprintOf } from '#libs/security'

/** A client's key for proofs, made by hand, so that a test can get each part of a proof wrong. */
export class HandMadeKey {
  readonly jwk: JsonWebKey

  constructor(private readonly key: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey) {
    this.jwk = createPublicKey(key).export({ format: 'jwk' })
  }

  /** A registered signing key of the connection file, and its `kid`. */
  static read(path: string): { readonly key: HandMadeKey; readonly kid: string } {
    const jwk = JSON.parse(readFileSync(path, 'utf8')) as JsonWebKey & { readonly kid: string }
    return { key: new HandMadeKey(createPrivateKey({ key: { ...jwk }, format: 'jwk' })), kid: jwk.kid }
  }

  get thumbprint(): string {
    return thumbprintOf(this.jwk) ?? ''
  }

  /** A proof for one request; `claims` and `header` are laid over what is right. */
  prove(
    request: { readonly method: string; readonly url: string; readonly token?: string },
    wrong: { readonly claims?: object; readonly header?: object } = {},
  ): string {
    const { method, url, token } = request
    const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url')
    const claims = {
      htm: method,
      htu: url,
      iat: Math.floor(Date.now() / 1000),
      jti: randomUUID(),
      ath,
      ...wrong.claims,
    }
    return this.sign({ typ: 'dpop+jwt', jwk: this.jwk, ...wrong.header }, claims)
  }

  /** A compact JWS; `alg` is what suits the key unless the header says otherwise. */
  sign(header: object, claims: object): string {
    const isEd25519 = this.key.asymmetricKeyType === 'ed25519'
    const input = `${part({ alg: isEd25519 ? 'EdDSA' : 'ES256', ...header })}.${part(claims)}`
    const how = { key: this.key, dsaEncoding: 'ieee-p1363' as const }
    const signature = sign(isEd25519 ? null : 'sha256', Buffer.from(input), how)
    return `${input}.${signature.toString('base64url')}`
  }
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** The payload of a compact JWT, unchecked. */
export function payloadOf(jwt: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Readonly<Record<string, unknown>>
}
