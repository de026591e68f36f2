import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { deliveredSchemas, postedSchemas, sharedSchemas } from './catalogue.generated.js'
import { faultAt, type Fault, type FieldCode } from './fault.js'
import { formats, hasControl } from './format.js'

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false, allowUnionTypes: true })
for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format)
ajv.addVocabulary(['x-waymark', 'x-field-group', 'x-announces', 'x-area', 'x-code-list', 'x-told-as'])
ajv.addSchema([...sharedSchemas, ...postedSchemas, ...deliveredSchemas])

const base = 'https://waymark.example/schemas/events/'
const mostFaults = 50

/**
 * Checks a value against the schema of a full event type, as posted or as delivered.
 *
 * @returns at most fifty faults, in document order of the schema; none if it fits
 * @throws Error if there is no such schema
 */
export function checkAgainstSchema(value: unknown, type: string, form: 'posted' | 'delivered'): readonly Fault[] {
  const validate = validatorOf(`${base}${type}${form === 'delivered' ? '.delivered' : ''}.json`)
  if (validate(value)) return []
  return plain(distinct((validate.errors ?? []).filter(isTold).map(faultOf))).slice(0, mostFaults)
}

function validatorOf(id: string): ValidateFunction {
  const validate = ajv.getSchema(id)
  if (!validate) throw new Error('No schema for this event type')
  return validate
}

/** What stands inside an alternative says only that this alternative was not meant. */
function isTold(error: ErrorObject): boolean {
  return error.keyword !== 'if' && !/\/(oneOf|anyOf|not)\//.test(error.schemaPath)
}

const codes: Readonly<Record<string, FieldCode>> = {
  required: 'FIELD_REQUIRED',
  additionalProperties: 'FIELD_UNKNOWN',
  type: 'FIELD_TYPE',
  enum: 'FIELD_VALUE',
  const: 'FIELD_VALUE',
  pattern: 'FIELD_FORM',
  minLength: 'FIELD_SIZE',
  maxLength: 'FIELD_SIZE',
  minItems: 'FIELD_SIZE',
  maxItems: 'FIELD_SIZE',
  minimum: 'FIELD_SIZE',
  maximum: 'FIELD_SIZE',
  uniqueItems: 'FIELD_SIZE',
}

function faultOf(error: ErrorObject): Fault {
  const path = error.instancePath === '' ? [] : error.instancePath.slice(1).split('/').map(unescapePart)
  const params = error.params as { missingProperty?: string; additionalProperty?: string; format?: string }
  const named = params.missingProperty ?? params.additionalProperty
  if (error.keyword === 'format') return faultAt(path, formatCode(params.format, error.data))
  return faultAt(named === undefined ? path : [...path, named], codes[error.keyword] ?? 'FIELD_COMBINATION')
}

function formatCode(format: string | undefined, value: unknown): FieldCode {
  if (format === 'date' || format === 'date-time') return 'DATE_FORM'
  if (format !== 'text' && format !== 'name') return 'FIELD_FORM'
  return typeof value === 'string' && hasControl(value) ? 'TEXT_CONTROL' : 'TEXT_WILDCARD'
}

function unescapePart(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function distinct(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.code} ${fault.pointer}`, fault])).values()]
}

/** Of what is no object it says nothing that its members cannot stand together. */
function plain(faults: readonly Fault[]): readonly Fault[] {
  const mistyped = new Set(faults.filter(({ code }) => code === 'FIELD_TYPE').map(({ pointer }) => pointer))
  return faults.filter(({ code, pointer }) => code !== 'FIELD_COMBINATION' || !mistyped.has(pointer))
}
