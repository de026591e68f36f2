import { randomUUID } from 'node:crypto'
import type { Connection } from './connection.js'
import { algorithmOf, signCompact } from './jose-signature.js'
import type { ProofKey } from './proof-key.js'

/** The issuer refused a token; `code` is its OAuth error code. */
export class TokenRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    description: string,
  ) {
    super(`The issuer refused a token: ${code}${description === '' ? '' : ` (${description})`}`)
    this.name = 'TokenRefused'
  }
}

interface TokenAnswer {
  readonly access_token?: string
  readonly expires_in?: number
  readonly error?: string
  readonly error_description?: string
}

const renewBeforeMs = 30_000
const assertionSeconds = 60

interface HeldToken {
  readonly token: string
  readonly renewAtMs: number
}

function readToken(status: number, answer: TokenAnswer): HeldToken {
  const {
    access_token: token,
    expires_in: seconds = 0,
    error = 'unknown',
    error_description: description = '',
  } = answer
  if (token === undefined) throw new TokenRefused(status, error, description)
  return { token, renewAtMs: Date.now() + seconds * 1000 - renewBeforeMs }
}

/** Gets access tokens for everything the agreement allows, and keeps each until half a minute before it ends. */
export class TokenSource {
  private held: Promise<HeldToken> | undefined
  private endpoint: Promise<URL> | undefined

  constructor(
    private readonly connection: Connection,
    private readonly proofKey: ProofKey,
  ) {}

  /** @throws TokenRefused */
  async token(): Promise<string> {
    const known = this.held
    const held = await known?.catch(() => undefined)
    if (held && held.renewAtMs > Date.now()) return held.token
    if (this.held === known) this.held = this.request() // whoever comes first asks for all who wait
    return (await (this.held ??= this.request())).token
  }

  /** Gets a new token next time. */
  forget(): void {
    this.held = undefined
  }

  private async request(isRepeated = false): Promise<HeldToken> {
    const url = await this.tokenEndpoint()
    const response = await fetch(url, {
      method: 'POST',
      body: this.form(),
      headers: { dpop: this.proofKey.prove('POST', url) },
      redirect: 'error',
    })
    const answer = (await response.json()) as TokenAnswer
    const mustRepeat = this.proofKey.learn(url, response) && answer.error === 'use_dpop_nonce'
    return mustRepeat && !isRepeated ? this.request(true) : readToken(response.status, answer)
  }

  private form(): URLSearchParams {
    const { hub, identity } = this.connection
    const { clientId, signingKey, agreement, purposes, actions } = identity
    const iat = Math.floor(Date.now() / 1000)
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: hub.issuer,
      iat,
      exp: iat + assertionSeconds,
      jti: randomUUID(),
    }
    return new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signCompact(signingKey, { kid: signingKey['kid'], alg: algorithmOf(signingKey) }, claims),
      resource: hub.audience,
      authorization_details: JSON.stringify([{ type: 'waymark', agreement, purposes, actions }]),
    })
  }

  /** Found once; an issuer that could not be asked is asked again next time. */
  private async tokenEndpoint(): Promise<URL> {
    const asked = (this.endpoint ??= this.discover())
    try {
      return await asked
    } catch (error) {
      if (this.endpoint === asked) this.endpoint = undefined
      throw error
    }
  }

  private async discover(): Promise<URL> {
    const { issuer } = this.connection.hub
    const response = await fetch(`${issuer}/.well-known/openid-configuration`, { redirect: 'error' })
    const found = (await response.json()) as { issuer?: string; token_endpoint?: string }
    if (found.issuer !== issuer || found.token_endpoint === undefined)
      throw new Error('The issuer does not say where it gives tokens')
    return new URL(found.token_endpoint)
  }
}
