import { Provider, errors, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import type { PrivateJwk } from '#libs/security'
import type { AgreementRepository } from '../agency/agreement.repository.js'
import type { ClientRepository, RegisteredClient } from '../agency/client.repository.js'
import { claimsOf, faultOfAssertion, faultOfProof, kidOf } from './assertions.js'
import { excessOf, readDetail, type WaymarkDetail } from './authorization-details.js'
import { storeOf, type StoreParts } from './store.js'

/** What the authorization server is made of. */
export interface ProviderParts extends StoreParts {
  readonly issuer: string
  readonly audience: string
  /** Private keys, the signing one first; an earlier one stays published until its last token has expired. */
  readonly tokenKeys: readonly PrivateJwk[]
  /** 32 bytes, the same in every process. */
  readonly nonceSecret: Buffer
  readonly clients: Pick<ClientRepository, 'find'>
  readonly agreements: Pick<AgreementRepository, 'inForce'>
  readonly nowMs?: () => number
}

const tokenLifeSeconds = 300
const algorithms = ['ES256', 'PS256', 'EdDSA'] as const

/**
 * The authorization server: client credentials only, private_key_jwt, tokens bound to a key by DPoP (FAPI 2.0 as far as it
 * concerns programs). Every check the library makes is left on; what is added is in this file and the two beside it.
 */
export function createProvider(parts: ProviderParts): Provider {
  const policy = new TokenPolicy(parts)
  const configuration: Configuration = {
    adapter: storeOf(parts),
    jwks: { keys: parts.tokenKeys.map((key) => ({ ...key })) },
    scopes: [],
    responseTypes: [],
    clientAuthMethods: ['private_key_jwt'],
    clientDefaults: { id_token_signed_response_alg: signingAlgorithm(parts) },
    enabledJWA: {
      clientAuthSigningAlgValues: [...algorithms],
      dPoPSigningAlgValues: [...algorithms],
    },
    clockTolerance: 10,
    ttl: { ClientCredentials: tokenLifeSeconds },
    routes: { token: '/token', jwks: '/jwks' },
    features: featuresOf(parts, policy),
    assertJwtClientAuthClaimsAndHeader: (_context, claims) => {
      policy.checkAssertion(claims)
      return Promise.resolve()
    },
    extraTokenClaims: (context) => policy.claimsFor(context),
    renderError: (context, out) => {
      context.body = out
    },
  }
  const provider = new Provider(parts.issuer, configuration)
  provider.use(nameOnlyWhatIsServed)
  return provider
}

/** The library's discovery document names an authorization endpoint and a scope even where there is no code flow. */
const nameOnlyWhatIsServed: Parameters<Provider['use']>[0] = async (context, next) => {
  await next()
  if (!context.path.startsWith('/.well-known/')) return
  const found = context.body as Record<string, unknown>
  const served = Object.entries(found).filter(
    ([name]) => name !== 'authorization_endpoint' && name !== 'scopes_supported',
  )
  context.body = Object.fromEntries(served)
}

function signingAlgorithm({ tokenKeys }: ProviderParts): 'ES256' | 'EdDSA' {
  const alg = tokenKeys[0]?.['alg']
  if (alg !== 'ES256' && alg !== 'EdDSA') throw new Error('the first token key must be for ES256 or EdDSA')
  return alg
}

function featuresOf(parts: ProviderParts, policy: TokenPolicy): NonNullable<Configuration['features']> {
  const off = { enabled: false }
  return {
    clientCredentials: { enabled: true },
    dPoP: { enabled: true, nonceSecret: parts.nonceSecret, requireNonce: () => false },
    fapi: { enabled: true, profile: '2.0' },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => Promise.resolve(parts.audience),
      getResourceServerInfo: async (context, resource) => {
        await policy.admit(context, resource)
        return {
          audience: parts.audience,
          scope: '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenLifeSeconds,
          jwt: { sign: { alg: signingAlgorithm(parts) } },
        }
      },
    },
    richAuthorizationRequests: {
      enabled: true,
      // The whole check is made in `admit`, which is called whether or not the parameter was sent; this is not.
      types: { waymark: { validate: () => Promise.resolve() } },
      authorizationDetailsForAccessToken: (context: KoaContextWithOIDC) => [policy.detailOf(context)],
    } as never,
    devInteractions: off,
    userinfo: off,
    introspection: off,
    revocation: off,
    rpInitiatedLogout: off,
    pushedAuthorizationRequests: off,
  }
}

/** Who may have which token. */
class TokenPolicy {
  private readonly nowSeconds: () => number

  constructor(private readonly parts: ProviderParts) {
    const nowMs = parts.nowMs ?? Date.now
    this.nowSeconds = () => Math.floor(nowMs() / 1000)
  }

  checkAssertion(claims: Readonly<Record<string, unknown>>): void {
    const fault = faultOfAssertion(claims, this.parts.issuer, this.nowSeconds())
    if (fault !== undefined) throw new errors.InvalidClientAuth(fault)
  }

  /** Called for every token before it is made, with or without `authorization_details`. */
  async admit(context: KoaContextWithOIDC, resource: string): Promise<void> {
    if (resource !== this.parts.audience) throw new errors.InvalidTarget()
    const scope = context.oidc.params?.['scope']
    if (typeof scope === 'string')
      throw new errors.InvalidScope('what a token is for stands in authorization_details', scope)
    const proof = context.get('DPoP')
    if (proof === '') throw new errors.InvalidDpopProof('a proof of possession is required')
    const fault = faultOfProof(claimsOf(proof), this.nowSeconds())
    if (fault !== undefined) throw new errors.InvalidDpopProof(fault)
    const detail = this.detailOf(context)
    const client = await this.clientOf(context)
    const agreement =
      client.agreementId === detail.agreement
        ? await this.parts.agreements.inForce(detail.agreement, client.agencyId)
        : undefined
    const excess = excessOf(detail, agreement)
    if (excess !== undefined) throw new errors.InvalidAuthorizationDetails(excess)
  }

  detailOf(context: KoaContextWithOIDC): WaymarkDetail {
    const read = readDetail(context.oidc.params?.['authorization_details'])
    if (!read.ok) throw new errors.InvalidAuthorizationDetails(read.fault)
    return read.detail
  }

  async claimsFor(context: KoaContextWithOIDC): Promise<Record<string, string>> {
    const { agencyId, agencyKind, role } = await this.clientOf(context)
    const clientKid = kidOf(String(context.oidc.params?.['client_assertion']))
    return {
      agency: agencyId,
      agency_kind: agencyKind,
      ...(role !== null && { role }),
      ...(clientKid !== undefined && { client_kid: clientKid }),
    }
  }

  private async clientOf(context: KoaContextWithOIDC): Promise<RegisteredClient> {
    const client = await this.parts.clients.find(context.oidc.client?.clientId ?? '')
    if (!client) throw new errors.InvalidClientAuth('the client is not registered')
    return client
  }
}
