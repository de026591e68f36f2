import { ValidationPipe, type ValidationError } from '@nestjs/common'
import { Problem, type FieldFault } from './problem.js'

/** The pipe of every door: an input has the members its class describes, each of the form it says. */
export function inputPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: schemaInvalid,
  })
}

const codes: Readonly<Record<string, string>> = {
  whitelistValidation: 'FIELD_UNKNOWN',
  isIso8601: 'DATE_FORM',
  isDateString: 'DATE_FORM',
  isString: 'FIELD_TYPE',
  isBoolean: 'FIELD_TYPE',
  isInt: 'FIELD_TYPE',
  isObject: 'FIELD_TYPE',
  isArray: 'FIELD_TYPE',
  isIn: 'FIELD_VALUE',
  isEnum: 'FIELD_VALUE',
  min: 'FIELD_SIZE',
  max: 'FIELD_SIZE',
  isLength: 'FIELD_SIZE',
  minLength: 'FIELD_SIZE',
  maxLength: 'FIELD_SIZE',
  arrayMinSize: 'FIELD_SIZE',
  arrayMaxSize: 'FIELD_SIZE',
}

/** Names members and rules only: a `ValidationError` also carries the value, which may be personal data. */
function schemaInvalid(errors: readonly ValidationError[]): Problem {
  return new Problem('SCHEMA_INVALID', undefined, { errors: errors.flatMap((error) => faultsOf(error, '#')) })
}

function faultsOf({ property, value, constraints = {}, children = [] }: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const own = Object.keys(constraints).map((rule) => ({ pointer, code: codes[rule] ?? 'FIELD_FORM' }))
  const missing = value === undefined && own.length > 0 ? [{ pointer, code: 'FIELD_REQUIRED' }] : own
  return [...missing.slice(0, 1), ...children.flatMap((child) => faultsOf(child, pointer))]
}
