import { eventTypes } from './event-type.js'
import { faultAt, type Fault } from './fault.js'
import { checkAgainstSchema } from './schema-check.js'

/**
 * Checks a copy against the schema of what recipients get.
 *
 * @returns no fault if it fits
 */
export function validateDelivered(value: { readonly type: string }): readonly Fault[] {
  if (!eventTypes.has(value.type)) return [faultAt(['type'], 'FIELD_VALUE')]
  return checkAgainstSchema(value, value.type, 'delivered')
}
