import type { FieldFault } from '#libs/service'
import { readResolveRequest, type ResolveRequest } from '../resolution/read-resolve-request.js'

/** What a FHIR client asks: who may this be, how many at most, and only those that are certain. */
export interface MatchQuestion {
  readonly request: ResolveRequest
  readonly isOnlyCertain: boolean
  readonly count: number
}

export type ReadMatch =
  | { readonly ok: true; readonly question: MatchQuestion }
  | { readonly ok: false; readonly isMalformed: boolean; readonly faults: readonly FieldFault[] }

type Json = Readonly<Record<string, unknown>>
const countAtMost = 5
const uses: Readonly<Record<string, string>> = { official: 'legal', old: 'former', maiden: 'former' }
const sexes: Readonly<Record<string, string>> = { other: 'indeterminate' }
const verification = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus'
const odsSystem = 'https://fhir.nhs.uk/Id/ods-organization-code'
const addressKey = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey'

/**
 * Reads a `Parameters` resource of `Patient/$match` (FHIR R4): `resource`, `onlyCertainMatches`, `count` up to 5. Of the
 * patient only what identifies a child is read; its form is checked as at `POST /v1/resolve`.
 */
export function readMatch(body: unknown, nowMs: number): ReadMatch {
  const given = parametersIn(body)
  if (!given) return malformed('#', 'FIELD_TYPE')
  const wanted = wantedIn(given)
  if ('faults' in wanted) return wanted
  const read = readResolveRequest({ mode: 'find', ...requestOf(wanted.patient) }, nowMs)
  if (!read.ok) return read
  const { isOnlyCertain, count } = wanted
  return { ok: true, question: { request: read.request, isOnlyCertain, count } }
}

/** The patient, and how the answer is to be; or what is wrong with that. */
function wantedIn(given: ReadonlyMap<string, Json>) {
  const patient = patientIn(given)
  if (!patient) return malformed('#/resource', 'FIELD_REQUIRED')
  const count = given.has('count') ? given.get('count')?.['valueInteger'] : countAtMost
  if (!isCount(count)) return malformed('#/count', 'FIELD_VALUE')
  const isOnlyCertain = given.has('onlyCertainMatches') ? given.get('onlyCertainMatches')?.['valueBoolean'] : false
  if (typeof isOnlyCertain !== 'boolean') return malformed('#/onlyCertainMatches', 'FIELD_TYPE')
  return { patient, count, isOnlyCertain }
}

function patientIn(given: ReadonlyMap<string, Json>): Json | undefined {
  const patient = given.get('resource')?.['resource']
  return isObject(patient) && patient['resourceType'] === 'Patient' ? patient : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= countAtMost
}

function malformed(pointer: string, code: string): Extract<ReadMatch, { ok: false }> {
  return { ok: false, isMalformed: true, faults: [{ pointer, code }] }
}

/** The parameters by name; nothing where one is named twice or is no object. */
function parametersIn(body: unknown): ReadonlyMap<string, Json> | undefined {
  if (!isObject(body) || body['resourceType'] !== 'Parameters') return undefined
  const list = Array.isArray(body['parameter']) ? (body['parameter'] as unknown[]) : []
  const named = list.filter((one): one is Json => isObject(one) && typeof one['name'] === 'string')
  const found = new Map(named.map((one) => [String(one['name']), one]))
  return named.length === list.length && found.size === list.length ? found : undefined
}

function requestOf(patient: Json): Json {
  const gender = patient['gender']
  return said({
    names: each(patient['name'], nameOf),
    bornOn: patient['birthDate'],
    sex: typeof gender === 'string' ? (sexes[gender] ?? gender) : gender,
    birthOrder: birthOrderOf(patient),
    addresses: each(placesIn(patient['address']), addressOf),
    identifiers: each(patient['identifier'], identifierOf),
    parents: each(mothersIn(patient['contact']), parentOf),
    contacts: each(telecomsIn(patient['telecom']), contactOf),
    practice: practiceIn(patient['generalPractitioner']),
  })
}

function nameOf({ use, given, family }: Json): Json {
  const spoken = isTexts(given) ? given.join(' ') : given
  return said({ use: typeof use === 'string' ? (uses[use] ?? use) : use, given: spoken, family })
}

function isTexts(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.every((one) => typeof one === 'string')
}

function birthOrderOf({ multipleBirthInteger: order, multipleBirthBoolean: isMultiple }: Json): unknown {
  if (isMultiple === false) return { order: 1, of: 1 }
  if (isMultiple === true) return { of: 2 }
  if (isMultiple !== undefined) return isMultiple
  return order === undefined ? undefined : { order, of: typeof order === 'number' ? Math.max(2, order) : order }
}

function addressOf({ line, postalCode, extension, period }: Json): Json {
  const key = extensionIn(extensionIn(extension, addressKey)?.['extension'], 'value')
  const { start: from, end: to } = isObject(period) ? period : {}
  return said({ lines: line, postcode: postalCode, uprn: key?.['valueString'], from, to })
}

/** An address that says something, and nothing of what is read here, is passed over. */
function placesIn(addresses: unknown): unknown {
  if (!Array.isArray(addresses)) return addresses
  const isOther = (one: unknown): boolean =>
    isObject(one) &&
    Object.keys(one).length > 0 &&
    Object.keys(said({ ...addressOf(one), from: undefined, to: undefined })).length === 0
  return addresses.filter((one) => !isOther(one))
}

function identifierOf({ system, value, extension }: Json): Json {
  const status = extensionIn(extension, verification)
  const isVerified = JSON.stringify(status ?? {}).includes('"code":"01"')
  return said({ system, value, verified: isVerified ? true : undefined })
}

/** Extensions say more of a value; what is none is passed over, as FHIR has it. */
function extensionIn(extensions: unknown, url: string): Json | undefined {
  return Array.isArray(extensions) ? extensions.filter(isObject).find((one) => one['url'] === url) : undefined
}

function mothersIn(contacts: unknown): unknown {
  if (!Array.isArray(contacts)) return contacts
  return contacts.filter(
    (one) => isObject(one) && /"code":"(?:MTH|NMTH)"/.test(JSON.stringify(one['relationship'] ?? {})),
  )
}

function parentOf({ name }: Json): Json {
  return { role: 'mother', ...(isObject(name) ? said({ ...nameOf(name), use: undefined }) : {}) }
}

/** The first organisation that is told by its code; a reference to a resource, or to a person, says nothing here. */
function practiceIn(practitioners: unknown): unknown {
  if (!Array.isArray(practitioners)) return practitioners
  const identifiers = practitioners.filter(isObject).map((one) => one['identifier'])
  return identifiers.filter(isObject).find(({ system }) => system === odsSystem)?.['value']
}

function telecomsIn(telecoms: unknown): unknown {
  if (!Array.isArray(telecoms)) return telecoms
  return telecoms.filter((one) => isObject(one) && (one['system'] === 'phone' || one['system'] === 'email'))
}

function contactOf({ system, value }: Json): Json {
  return { kind: system, value }
}

/** Each object of a list as the door wants it; what is no list or no object is left for the door to refuse. */
function each<T>(list: unknown, as: (one: Json) => T): readonly T[] | undefined {
  if (list === undefined) return undefined
  if (!Array.isArray(list)) return list as readonly T[]
  return list.map((one) => (isObject(one) ? as(one) : (one as T)))
}

function said(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
