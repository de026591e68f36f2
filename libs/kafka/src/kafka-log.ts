import type { Logger } from '#libs/service'

type LogCode = Parameters<Logger['info']>[0]
type LogFields = NonNullable<Parameters<Logger['info']>[1]>

const codes = [
  'APPEND_REJECTED',
  'CLIENT_UNPATCHED',
  'READER_REPLACED',
  'READER_ASSIGNED',
  'ASSIGNMENT_RETRIED',
  'OFFSET_BELOW_LOG_START',
  'OFFSET_BEYOND_LOG_END',
  'OFFSET_GAP',
  'OFFSET_TAKEN',
  'BATCH_RETRIED',
  'BATCH_SPLIT',
  'LANE_PARKED',
  'LANE_DRAINED',
  'DRAIN_REFUSED',
  'SEQUENCE_REPEATED',
  'LIMIT_UNKNOWN',
  'LEASE_TAKEN',
  'LEASE_LOST',
  'RELAY_RETRIED',
  'SETTLE_FAILED',
  'REPUBLISHED',
] as const

/** Every line this library writes: ids, topics, offsets and counts, never a key, a value or an error's message. */
export const kafkaLog = Object.fromEntries(codes.map((code) => [code, `kafka.${code}`])) as Record<
  (typeof codes)[number],
  LogCode
>

/** What may be said of an error: its class and code. Messages may quote values. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error }
  const code = (error as { code?: unknown; type?: unknown }).code ?? (error as { type?: unknown }).type
  return { errorName: error.name, ...((typeof code === 'string' || typeof code === 'number') && { errorCode: code }) }
}
