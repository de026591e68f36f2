import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { signCompact, type PrivateKey } from './jose-signature.js'

/** A key that a client makes for itself and proves to hold with every request (DPoP, RFC 9449). Tokens are bound to it. */
export class ProofKey {
  private readonly key: PrivateKey
  private readonly publicKey: PrivateKey
  /** The last nonce of each server that asked for one. */
  private readonly nonces = new Map<string, string>()

  constructor() {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.key = privateKey.export({ format: 'jwk' }) as PrivateKey
    this.publicKey = Object.fromEntries(Object.entries(this.key).filter(([name]) => name !== 'd'))
  }

  /**
   * A fresh proof for one request; it is good once.
   *
   * @param url - query and fragment are left out
   */
  prove(method: string, url: URL, accessToken?: string): string {
    const nonce = this.nonces.get(url.origin)
    const ath = accessToken === undefined ? undefined : createHash('sha256').update(accessToken).digest('base64url')
    const claims = {
      htm: method,
      htu: url.origin + url.pathname,
      iat: Math.floor(Date.now() / 1000),
      jti: randomUUID(),
    }
    return signCompact(this.key, { typ: 'dpop+jwt', jwk: this.publicKey }, { ...claims, ath, nonce })
  }

  /** Remembers a nonce that a server sent; says whether it asks for the request again because of it. */
  learn(url: URL, response: Response): boolean {
    const nonce = response.headers.get('dpop-nonce')
    if (nonce === null) return false
    const isNew = this.nonces.get(url.origin) !== nonce
    this.nonces.set(url.origin, nonce)
    return isNew && (response.status === 401 || response.status === 400)
  }
}
