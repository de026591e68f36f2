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
}

/** Names members and rules only: a `ValidationError` also carries the value, which may be personal data. */
function schemaInvalid(errors: readonly ValidationError[]): Problem {
  return new Problem('SCHEMA_INVALID', undefined, { errors: errors.flatMap((error) => faultsOf(error, '#')) })
}

function faultsOf({ property, constraints = {}, children = [] }: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const own = Object.keys(constraints).map((rule) => ({ pointer, code: codes[rule] ?? 'SCHEMA_INVALID' }))
  return [...own.slice(0, 1), ...children.flatMap((child) => faultsOf(child, pointer))]
}
