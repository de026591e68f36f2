import { formatUci, uciSystem, type Uci } from '#libs/identifiers'
import type { MatchGrade, Notice } from '#libs/matching'
import { statusOf, type Problem } from '#libs/service'

/** One child that may be meant. */
export interface Match {
  readonly uci: Uci
  readonly grade: MatchGrade
}

/** The score of a grade is fixed, so that asking again and again measures nothing. */
const scores: Readonly<Record<MatchGrade, number>> = { certain: 1, probable: 0.95, possible: 0.5 }
const gradeUrl = 'http://hl7.org/fhir/StructureDefinition/match-grade'
const codesUrl = '/errors/'

/** A FHIR resource as JSON. */
export type Resource = Readonly<Record<string, unknown>>

/** The answer to `$match`: patients by their UCI and nothing else of them, the surest first, and what was not taken as sent. */
export function bundleOf(matches: readonly Match[], notices: readonly Notice[]): Resource {
  const entries = matches.map(({ uci, grade }) => ({
    resource: { resourceType: 'Patient', id: uci, identifier: [{ system: uciSystem, value: formatUci(uci) }] },
    search: { mode: 'match', score: scores[grade], extension: [{ url: gradeUrl, valueCode: grade }] },
  }))
  const told = notices.map((notice) => issueOf('information', 'informational', notice))
  const outcome = { resource: { resourceType: 'OperationOutcome', issue: told }, search: { mode: 'outcome' } }
  const entry = told.length > 0 ? [...entries, outcome] : entries
  return { resourceType: 'Bundle', type: 'searchset', total: matches.length, ...(entry.length > 0 && { entry }) }
}

/** A problem as FHIR clients read it; its code and pointers are those of every other door. */
export function outcomeOf(problem: Problem): Resource {
  const own = { severity: 'error', code: issueCode(problem), details: coded(problem.code) }
  const fields = problem.errors.map((fault) => issueOf('error', 'value', fault))
  return { resourceType: 'OperationOutcome', issue: [own, ...fields] }
}

function issueOf(severity: string, code: string, told: { readonly code: string; readonly pointer: string }) {
  return { severity, code, details: coded(told.code), expression: [fhirPathOf(told.pointer)] }
}

function coded(code: string) {
  return { coding: [{ system: codesUrl, code }] }
}

function issueCode({ code }: Problem): string {
  const status = statusOf(code)
  if (status === 403) return 'forbidden'
  if (status === 429) return 'throttled'
  if (status >= 500) return 'transient'
  return code === 'EVIDENCE_INSUFFICIENT' ? 'required' : 'invalid'
}

const fhirNames: Readonly<Record<string, string>> = {
  names: 'name',
  bornOn: 'birthDate',
  sex: 'gender',
  birthOrder: 'multipleBirth',
  addresses: 'address',
  postcode: 'postalCode',
  lines: 'line',
  identifiers: 'identifier',
  parents: 'contact',
  contacts: 'telecom',
}

/** `#/addresses/0/postcode` is `Patient.address[0].postalCode`. */
function fhirPathOf(pointer: string): string {
  const steps = pointer.split('/').slice(1)
  const path = steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${fhirNames[step] ?? step}`)).join('')
  return /^\.(?:count|onlyCertainMatches|resource)$/.test(path) ? `Parameters${path}` : `Patient${path}`
}
