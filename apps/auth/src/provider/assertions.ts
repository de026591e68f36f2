type Claims = Readonly<Record<string, unknown>>

const longestLifeSeconds = 300
const aheadSeconds = 10
const oldestProofSeconds = 60

/**
 * What is wrong with a client assertion whose signature, issuer and subject are right. Giving oidc-provider this check
 * replaces its own, so the audience is looked at here again.
 *
 * @returns `undefined` when nothing is
 */
export function faultOfAssertion(claims: Claims, issuer: string, nowSeconds: number): string | undefined {
  const { aud, iat, exp } = claims
  if (aud !== issuer) return 'aud must be the issuer, as one string'
  if (typeof iat !== 'number' || typeof exp !== 'number') return 'iat and exp are required'
  if (iat > nowSeconds + aheadSeconds) return 'iat is in the future'
  if (exp - iat > longestLifeSeconds) return 'exp is more than 300 seconds after iat'
  return undefined
}

/**
 * What is wrong with a proof of possession that oidc-provider has verified, by our narrower window (it allows five minutes
 * either way) and URL form (it drops query and fragment). A proof with a server nonce has its time from the nonce.
 *
 * @returns `undefined` when nothing is
 */
export function faultOfProof(claims: Claims, nowSeconds: number): string | undefined {
  const { htu, iat, nonce } = claims
  if (typeof htu !== 'string' || /[?#]/.test(htu)) return 'htu must have neither query nor fragment'
  if (typeof iat !== 'number' || iat > nowSeconds + aheadSeconds) return 'iat is in the future'
  if (nonce === undefined && iat < nowSeconds - oldestProofSeconds) return 'iat is not recent enough'
  return undefined
}

/** The claims of a JWT that was verified before. */
export function claimsOf(jwt: string): Claims {
  const [, payload = ''] = jwt.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
}

/** The key id in the header of a JWT that was verified before. */
export function kidOf(jwt: string): string | undefined {
  const [header = ''] = jwt.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid?: unknown }
  return typeof kid === 'string' ? kid : undefined
}
