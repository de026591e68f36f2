import { parseNhsNumber } from './nhs-number.js'
import { parseGss, parseLaestab, parseOds, parseOfstedUrn, parseUkprn, parseUrn } from './organisation.js'
import { parseUprn } from './place.js'
import { readUci, type UciFault } from './uci.js'
import { parseUln } from './uln.js'
import { parseUpn } from './upn.js'

/** The system of NHS numbers. */
export const nhsNumberSystem = 'https://fhir.nhs.uk/Id/nhs-number'
/** The system of unique pupil numbers. */
export const upnSystem = 'urn:waymark:upn'
/** The system of unique learner numbers. */
export const ulnSystem = 'urn:waymark:uln'
/** The system of Waymark's own identifier. */
export const uciSystem = 'urn:waymark:uci'

/** Every identifier system a message may name. */
export const identifierSystems = [
  nhsNumberSystem,
  'https://fhir.nhs.uk/Id/ods-organization-code',
  uciSystem,
  upnSystem,
  ulnSystem,
  'urn:waymark:gias-urn',
  'urn:waymark:laestab',
  'urn:waymark:ofsted-urn',
  'urn:waymark:ukprn',
  'urn:waymark:gss',
  'urn:waymark:uprn',
  'urn:waymark:local',
  'urn:waymark:agency',
] as const

type IdentifierSystem = (typeof identifierSystems)[number]

/** An identifier whose value has the form its system asks for. */
interface Identifier {
  readonly system: IdentifierSystem
  readonly value: string
}

export type IdentifierFault =
  'IDENTIFIER_SYSTEM_UNKNOWN' | 'IDENTIFIER_FORM' | 'IDENTIFIER_CHECK_FAILED' | 'IDENTIFIER_WRONG_FIELD' | UciFault

type IdentifierReading =
  | { readonly ok: true; readonly identifier: Identifier }
  | { readonly ok: false; readonly code: IdentifierFault; readonly looksLike?: IdentifierSystem }

type Parser = (text: string) => string | undefined

const parsers: Record<Exclude<IdentifierSystem, typeof uciSystem>, Parser> = {
  [nhsNumberSystem]: parseNhsNumber,
  'https://fhir.nhs.uk/Id/ods-organization-code': parseOds,
  [upnSystem]: parseUpn,
  [ulnSystem]: parseUln,
  'urn:waymark:gias-urn': parseUrn,
  'urn:waymark:laestab': parseLaestab,
  'urn:waymark:ofsted-urn': parseOfstedUrn,
  'urn:waymark:ukprn': parseUkprn,
  'urn:waymark:gss': parseGss,
  'urn:waymark:uprn': parseUprn,
  'urn:waymark:local': parseOpaque,
  'urn:waymark:agency': (text) => (/^[a-z][A-Za-z0-9-]{2,39}$/.test(text) ? text : undefined),
}

/** Systems with a check digit or letter, and the shape a value has before it is checked. */
const checked: readonly (readonly [IdentifierSystem, Parser, RegExp])[] = [
  [nhsNumberSystem, parseNhsNumber, /^\d{10}$/],
  [upnSystem, parseUpn, /^[A-Z]\d{11}[\dA-Z]$/i],
  [ulnSystem, parseUln, /^[1-9]\d{9}$/],
]

/**
 * Reads one identifier by the rules of its system.
 *
 * @param given - system and value as sent
 * @param options.allowReserved - whether `99…` UCIs pass (default true: the profile decides at the door that resolves them)
 * @returns the value in its stored form; or why not, with `looksLike` where it is a valid value of another system; never throws
 */
export function readIdentifier(
  given: { readonly system: string; readonly value: string },
  options: { readonly allowReserved: boolean } = { allowReserved: true },
): IdentifierReading {
  const system = identifierSystems.find((known) => known === given.system)
  if (!system) return { ok: false, code: 'IDENTIFIER_SYSTEM_UNKNOWN' }
  if (system === uciSystem) {
    const read = readUci(given.value, options)
    return read.ok ? { ok: true, identifier: { system, value: read.uci } } : read
  }
  const value = parsers[system](given.value)
  return value === undefined ? faultOf(system, given.value) : { ok: true, identifier: { system, value } }
}

function faultOf(system: IdentifierSystem, text: string): IdentifierReading {
  const own = checked.find(([known]) => known === system)
  if (!own) return { ok: false, code: 'IDENTIFIER_FORM' }
  const other = checked.find(([known, parse]) => known !== system && parse(text) !== undefined)
  if (other) return { ok: false, code: 'IDENTIFIER_WRONG_FIELD', looksLike: other[0] }
  const hasShape = own[2].test(text.replace(/\s/g, ''))
  return { ok: false, code: hasShape ? 'IDENTIFIER_CHECK_FAILED' : 'IDENTIFIER_FORM' }
}

function parseOpaque(text: string): string | undefined {
  const value = text.trim()
  return /^[^\p{C}]{1,64}$/u.test(value) ? value : undefined
}
