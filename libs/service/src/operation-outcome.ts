import { statusOf, type FieldFault, type Problem } from './problem.js'

/** Where the codes of `schemas/errors` stand, as an absolute address, which FHIR asks of the system of a code. */
const codesUrl = 'https://waymark.example/errors/'

/** A FHIR resource as JSON. */
export type Resource = Readonly<Record<string, unknown>>

/** Whether a path is a FHIR door, whose faults are resources as well. */
export function isFhir(url: string): boolean {
  return url.startsWith('/fhir/')
}

/**
 * A problem as FHIR clients read it; its code and pointers are those of every other door.
 *
 * @see https://hl7.org/fhir/R4/operationoutcome.html
 */
export function outcomeOf(problem: Problem): Resource {
  const own = { severity: 'error', code: issueCode(problem), details: coded(problem.code) }
  const fields = problem.errors.map((fault) => issueOf('error', 'value', fault))
  return { resourceType: 'OperationOutcome', issue: [own, ...fields] }
}

/** One issue about a field of the patient. @param told - the field as a JSON pointer into the record */
export function issueOf(severity: string, code: string, told: Pick<FieldFault, 'code' | 'pointer'>): Resource {
  return { severity, code, details: coded(told.code), expression: [fhirPathOf(told.pointer)] }
}

function coded(code: string) {
  return { coding: [{ system: codesUrl, code }] }
}

/** R4's value set issue-type. */
const issueCodes: Readonly<Record<number, string>> = {
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  413: 'too-long',
  415: 'not-supported',
  429: 'throttled',
  500: 'exception',
}

function issueCode({ code }: Problem): string {
  const status = statusOf(code)
  if (code === 'EVIDENCE_INSUFFICIENT') return 'required'
  return issueCodes[status] ?? (status > 500 ? 'transient' : 'invalid')
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
