import { createHash, generateKeyPairSync, randomUUID, sign, type JsonWebKey, type KeyObject } from 'node:crypto'
import { thumbprintOf, type AccessClaims, type PublicJwks } from '#libs/security'

/** What a test may say about a token; the rest is a school's ordinary token. */
export type TokenOverrides = Partial<
  Pick<AccessClaims, 'clientId' | 'agencyId' | 'agencyKind' | 'role' | 'agreement' | 'purposes' | 'actions' | 'jti'>
> & {
  /** Claims put in as they are, after everything else; `undefined` removes one. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly issuedAtMs?: number
}

/** The request a test's proof is for. */
export interface ProofOverrides {
  readonly method: string
  readonly htu: string
  readonly accessToken: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly issuedAtMs?: number
}

/** An issuer of access tokens with keys of its own, for tests: no server, no database. */
export interface TestIssuer {
  readonly issuer: string
  readonly audience: string
  /** For `createTokenVerifier({ jwks })`. */
  readonly jwks: () => Promise<PublicJwks>
  /** Thumbprint of the client key that signs its proofs. */
  readonly jkt: string
  token(overrides?: TokenOverrides): string
  proof(request: ProofOverrides): string
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function signed(header: object, payload: object, key: KeyObject): string {
  const input = `${part(header)}.${part(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function newKey(): { readonly key: KeyObject; readonly jwk: JsonWebKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { key: privateKey, jwk: publicKey.export({ format: 'jwk' }) }
}

const ordinary = {
  clientId: 'larkhill-primary-mis',
  agencyId: 'larkhill-primary',
  agencyKind: 'school',
  agreement: 'dsa-larkhill-primary',
  purposes: ['safeguard-child'],
  actions: ['readFlags'],
}

function payloadOf(overrides: TokenOverrides, fixed: object): object {
  const { clientId, agencyId, agencyKind, agreement, purposes, actions, jti, role } = {
    ...ordinary,
    jti: randomUUID() as string,
    role: undefined,
    ...overrides,
  }
  const iat = Math.floor((overrides.issuedAtMs ?? Date.now()) / 1000)
  const authorizationDetails = [{ type: 'waymark', agreement, purposes, actions }]
  return {
    ...fixed,
    ...{ sub: clientId, client_id: clientId, iat, exp: iat + 300, jti, role },
    ...{ agency: agencyId, agency_kind: agencyKind, authorization_details: authorizationDetails },
    ...overrides.claims,
  }
}

/** Makes an issuer; tokens it mints are bound to one client key, whose proofs it makes too. */
export function testIssuer(issuer = 'http://127.0.0.1:4005', audience = 'https://api.waymark.example'): TestIssuer {
  const server = newKey()
  const client = newKey()
  const jkt = thumbprintOf(client.jwk) ?? ''
  const jwks: PublicJwks = { keys: [{ ...server.jwk, kid: 'test-issuer-1', alg: 'ES256', use: 'sig' }] }
  return {
    issuer,
    audience,
    jkt,
    jwks: () => Promise.resolve(jwks),
    token: (overrides = {}) => {
      const header = { alg: 'ES256', typ: 'at+jwt', kid: 'test-issuer-1', ...overrides.header }
      return signed(header, payloadOf(overrides, { iss: issuer, aud: audience, cnf: { jkt } }), server.key)
    },
    proof: ({ method, htu, accessToken, claims, header, issuedAtMs = Date.now() }) => {
      const ath = createHash('sha256').update(accessToken).digest('base64url')
      const payload = { htm: method, htu, ath, iat: Math.floor(issuedAtMs / 1000), jti: randomUUID(), ...claims }
      return signed({ alg: 'ES256', typ: 'dpop+jwt', jwk: client.jwk, ...header }, payload, client.key)
    },
  }
}
