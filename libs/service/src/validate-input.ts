import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common'
import { Problem, type FieldFault } from './problem.js'

/** The pipe of every door: an input has the members its class describes, each of the form it says; null is left out. */
export function inputPipe(): ValidationPipe {
  return new InputPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: schemaInvalid,
  })
}

/** Clients write null for what they leave out (`after: null` on a first page), and nothing behind the door has to know. */
class InputPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const input: unknown = await super.transform(value, metadata).catch((error: unknown) => {
      throw metadata.type === 'query' && error instanceof Problem ? ofQuery(error) : error
    })
    if (isOfClass(input))
      for (const [name, member] of Object.entries(input)) if (member === null) Reflect.deleteProperty(input, name)
    return input
  }
}

/** A query that cannot be read is malformed; only a body can break a schema (doors §3). */
function ofQuery({ errors }: Problem): Problem {
  return new Problem('MALFORMED', undefined, { errors })
}

/** What no class describes has not been checked, and stays as it came. */
function isOfClass(input: unknown): input is object {
  return typeof input === 'object' && input !== null && Object.getPrototypeOf(input) !== Object.prototype
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
