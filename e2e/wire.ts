import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { thumbprintOf } from '#libs/security'

/** A client's key for proofs, made by hand, so that a test can get each part of a proof wrong. */
export class HandMadeKey {
  readonly key: KeyObject
  readonly jwk: JsonWebKey

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.key = privateKey
    this.jwk = publicKey.export({ format: 'jwk' })
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
    const claims = { htm: method, htu: url, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), ath, ...wrong.claims }
    return this.sign({ alg: 'ES256', typ: 'dpop+jwt', jwk: this.jwk, ...wrong.header }, claims)
  }

  sign(header: object, claims: object): string {
    const input = `${part(header)}.${part(claims)}`
    const signature = sign('sha256', Buffer.from(input), { key: this.key, dsaEncoding: 'ieee-p1363' })
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
