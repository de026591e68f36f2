import { unpackRecords, type SealedRecord } from '#libs/security'

/** An access record as its writer sent it: both halves sealed, and the commitment to them. */
export interface LogEntry extends SealedRecord {
  /** Of the message that brought it: gap-free per service, given by the writer's relay. */
  readonly number?: number
}

/**
 * Reads the value of a message of `waymark.access-records.v1`.
 *
 * @returns undefined when anything is not in form; never throws
 */
export function readEntries(value: Buffer, headers: Readonly<Record<string, string>>): readonly LogEntry[] | undefined {
  const number = Number(headers['number'])
  const records = unpackRecords(value)
  if (!Number.isSafeInteger(number)) return records
  return records?.map((record) => Object.assign(record, { number }))
}
