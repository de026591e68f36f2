/** Where something is wrong, as a JSON Pointer in URI fragment form, and what; never the value itself. */
export interface Fault {
  readonly pointer: string
  readonly code: FieldCode
}

/** The field codes this library gives; all are in schemas/errors/catalogue.yaml. */
export type FieldCode =
  | 'BASIS_EXPIRED'
  | 'BASIS_NOT_OPEN_TO_SENDER'
  | 'BASIS_NOT_YET_VALID'
  | 'BASIS_PAIR'
  | 'CONFIDENTIALITY_NOT_STATED'
  | 'CONSENT_NOT_GIVEN'
  | 'DATE_FORM'
  | 'DATE_IMPLAUSIBLE'
  | 'FIELD_COMBINATION'
  | 'FIELD_FORM'
  | 'FIELD_REQUIRED'
  | 'FIELD_SIZE'
  | 'FIELD_TYPE'
  | 'FIELD_UNKNOWN'
  | 'FIELD_VALUE'
  | 'GATEWAY_NOT_IN_FORCE'
  | 'GATEWAY_NOT_LISTED'
  | 'IDENTIFIER_CHECK_FAILED'
  | 'IDENTIFIER_FORM'
  | 'IDENTIFIER_SYSTEM_UNKNOWN'
  | 'IDENTIFIER_WRONG_FIELD'
  | 'PURPOSE_REFUSED'
  | 'SERVICE_AGREEMENT_NOT_AGREED'
  | 'TEXT_CONTROL'
  | 'TEXT_WILDCARD'
  | 'UCI_CHECK_FAILED'
  | 'UCI_LENGTH'
  | 'UCI_RESERVED'
  | 'UCI_SYMBOL'

/** A fault at a path of the event. */
export function faultAt(path: readonly (string | number)[], code: FieldCode): Fault {
  const parts = path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
  return { pointer: parts.length === 0 ? '#' : `#/${parts.join('/')}`, code }
}
