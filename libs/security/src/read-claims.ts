import { agencyKinds, type AccessClaims, type AgencyKind } from './caller.js'
import type { TokenRefusal } from './token-refusal.js'

type Payload = Readonly<Record<string, unknown>>

/** The claims in their typed form, or the first fault. */
export type ReadClaims =
  { readonly ok: true; readonly claims: AccessClaims } | { readonly ok: false; readonly reason: TokenRefusal }

const longestLifeSeconds = 300
/** What no agreement may be for, and so no token, whoever signed it (domain §9). */
const refusedPurposes: ReadonlySet<string> = new Set(['immigration-enforcement', 'benefit-policing'])

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 256
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 64 && value.every(isText)
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readConfirmation(value: unknown): string | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined
  const jkt = value['jkt']
  return typeof jkt === 'string' && /^[A-Za-z0-9_-]{43}$/.test(jkt) ? jkt : undefined
}

const detailMembers = new Set(['type', 'agreement', 'purposes', 'actions'])

function onlyDetail(value: unknown): Payload | undefined {
  const entry: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined
  if (!isObject(entry) || entry['type'] !== 'waymark') return undefined
  return Object.keys(entry).every((name) => detailMembers.has(name)) ? entry : undefined
}

function readDetails(value: unknown): Pick<AccessClaims, 'agreement' | 'purposes' | 'actions'> | undefined {
  const { agreement, purposes, actions } = onlyDetail(value) ?? {}
  return isText(agreement) && isTextList(purposes) && isTextList(actions) ? { agreement, purposes, actions } : undefined
}

function readAgency(payload: Payload): Pick<AccessClaims, 'agencyId' | 'agencyKind' | 'role'> | undefined {
  const { agency, role } = payload
  const kind = agencyKinds.find((known) => known === payload['agency_kind'])
  if (!isText(agency) || kind === undefined || !isRoleOf(kind, role)) return undefined
  return { agencyId: agency, agencyKind: kind, ...(isText(role) && { role }) }
}

function isRoleOf(kind: AgencyKind, role: unknown): boolean {
  return role === undefined || (kind === 'hub' && isText(role))
}

interface Lifetime {
  readonly iat: number
  readonly exp: number
}

function readLifetime({ iat, exp }: Payload): Lifetime | undefined {
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return undefined
  const lifetime = { iat: iat as number, exp: exp as number }
  const seconds = lifetime.exp - lifetime.iat
  return seconds > 0 && seconds <= longestLifeSeconds ? lifetime : undefined
}

function readNames(payload: Payload): Pick<AccessClaims, 'jti' | 'clientId' | 'clientKid'> | undefined {
  const { jti, client_id: clientId, sub, client_kid: clientKid } = payload
  if (!isText(jti) || !isText(clientId) || sub !== clientId) return undefined
  return { jti, clientId, ...(isText(clientKid) && { clientKid }) }
}

/**
 * Reads the payload of a token whose signature, issuer, audience, type and times are known to be right.
 *
 * @param kid - the key that signed it
 */
export function readClaims(payload: Payload, kid: string): ReadClaims {
  const refused = (reason: TokenRefusal): ReadClaims => ({ ok: false, reason })
  if (typeof payload['aud'] !== 'string') return refused('token-audience-many')
  const lifetime = readLifetime(payload)
  if (!lifetime) return refused('token-lifetime')
  const names = readNames(payload)
  if (!names) return refused('token-claims')
  const jkt = readConfirmation(payload['cnf'])
  if (jkt === undefined) return refused('token-confirmation')
  const details = readDetails(payload['authorization_details'])
  if (!details) return refused('token-authorization-details')
  if (details.purposes.some((purpose) => refusedPurposes.has(purpose))) return refused('token-purpose-refused')
  const agency = readAgency(payload)
  if (!agency) return refused('token-agency')
  return { ok: true, claims: { ...names, ...agency, ...details, jkt, kid, expiresAtMs: lifetime.exp * 1000 } }
}
