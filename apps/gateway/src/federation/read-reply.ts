/** A GraphQL answer of a service, checked as far as the gateway builds on it. */
export interface Reply {
  readonly data: Record<string, unknown> | null
  readonly errors: readonly ServiceError[]
  readonly receipts: readonly unknown[]
}

interface ServiceError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>>
}

type GivenError = Omit<ServiceError, 'extensions'> & { readonly extensions?: unknown }

/** No service of ours writes an escaped underscore or this key; whoever does is after our prototypes. */
const poison = /__proto__|\\u005f/i

/**
 * Reads a service's answer; a service is not trusted either.
 *
 * @returns `undefined` for what is no GraphQL answer: not JSON, neither data nor errors, members of another type, or a poisoned key
 */
export function readReply(text: string): Reply | undefined {
  const reply = parseObject(text)
  if (!reply) return undefined
  const { data = null, errors = [], extensions } = reply
  if (!isMapOrNull(data) || !isErrors(errors)) return undefined
  if (data === null && errors.length === 0) return undefined
  return { data, errors: errors.map(withExtensions), receipts: receiptsIn(extensions) }
}

function isMapOrNull(value: unknown): value is Record<string, unknown> | null {
  return value === null || isObject(value)
}

function isErrors(errors: unknown): errors is readonly GivenError[] {
  return Array.isArray(errors) && errors.every(isServiceError)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (poison.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isServiceError(value: unknown): value is GivenError {
  return (
    isObject(value) &&
    typeof value['message'] === 'string' &&
    (value['path'] === undefined || Array.isArray(value['path']))
  )
}

function withExtensions(error: GivenError): ServiceError {
  const { message, path, extensions } = error
  return { message, ...(path && { path }), extensions: isObject(extensions) ? extensions : {} }
}

function receiptsIn(extensions: unknown): readonly unknown[] {
  const receipts = isObject(extensions) ? extensions['accessReceipts'] : undefined
  return Array.isArray(receipts) ? receipts.filter(isObject) : []
}
