import { gunzipSync, constants } from 'node:zlib'
import { Problem, type FieldFault } from '#libs/service'
import { bulkColumns, requestFrom, requiredColumns, rowOf } from './bulk-row.js'
import { readCsv } from './csv.js'

export type BulkFormat = 'csv' | 'ndjson'

/** One record of a file, or why a line is none. */
export interface FileRow {
  readonly line: number
  readonly request?: unknown
  readonly fault?: FieldFault
}

/** What a file says, as far as it can be read. */
export interface BulkFile {
  readonly rows: readonly FileRow[]
  /** The file ends in the middle: what came before it counts. */
  readonly isBroken: boolean
}

const textAtMostBytes = 512 * 1024 * 1024
/** Enough for the names of all columns. */
const headBytes = 64 * 1024
const gzipMagic = 0x1f8b

/**
 * Reads a bulk file: gzip or plain, CSV with a row of column names or a JSON object a line, UTF-8 with or without a
 * byte-order mark. A file that breaks off is read up to where it does.
 *
 * @throws Problem 422 `SCHEMA_INVALID` for columns that are missing, unknown or named twice; 413 `TOO_LARGE` for one that
 *   unpacks to more than half a gigabyte; 400 `MALFORMED` for bytes that are no UTF-8
 */
export function readBulkFile(bytes: Buffer, format: BulkFormat): BulkFile {
  return readText(textOf(bytes), format)
}

/** Refuses a file whose columns cannot be read, by its beginning. @throws as {@link readBulkFile} */
export function checkColumns(bytes: Buffer, format: BulkFormat): void {
  const { text, isCut } = textOf(bytes.subarray(0, headBytes), bytes.length > headBytes)
  readText({ text, isCut: isCut || bytes.length > headBytes }, format)
}

function readText({ text, isCut }: { readonly text: string; readonly isCut: boolean }, format: BulkFormat): BulkFile {
  return format === 'csv' ? readTable(text, isCut) : readLines(text, isCut)
}

function textOf(bytes: Buffer, isHead = false): { readonly text: string; readonly isCut: boolean } {
  if (bytes.length < 2 || bytes.readUInt16BE(0) !== gzipMagic) return { text: decode(bytes, isHead), isCut: false }
  const plain = unpack(bytes, constants.Z_FINISH)
  if (plain) return { text: decode(plain, false), isCut: false }
  return { text: decode(unpack(bytes, constants.Z_SYNC_FLUSH) ?? Buffer.alloc(0), true), isCut: true }
}

/** @returns `undefined` where the stream ends too early, or is damaged */
function unpack(bytes: Buffer, finishFlush: number): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: textAtMostBytes, finishFlush })
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('TOO_LARGE')
    return undefined
  }
}

function decode(bytes: Buffer, isCut: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !isCut }).decode(bytes)
  } catch {
    throw new Problem('MALFORMED')
  }
}

function readTable(text: string, isCut: boolean): BulkFile {
  const { rows, openQuoteLine } = readCsv(text)
  const [head, ...body] = rows
  const columns = (head?.fields ?? []).map((name) => name.trim().toLowerCase())
  refuseColumns(columns)
  const whole = isCut && openQuoteLine === undefined ? body.slice(0, -1) : body
  const read = whole.map(({ line, fields }): FileRow =>
    fields.length === columns.length
      ? { line, request: requestFrom(rowOf(columns, fields)) }
      : { line, fault: { pointer: '#', code: 'FIELD_SIZE' } },
  )
  const broken =
    openQuoteLine === undefined ? [] : [{ line: openQuoteLine, fault: { pointer: '#', code: 'FIELD_FORM' } }]
  return { rows: [...read, ...broken], isBroken: isCut || openQuoteLine !== undefined }
}

function refuseColumns(columns: readonly string[]): void {
  const known: readonly string[] = bulkColumns
  const errors = [
    ...requiredColumns
      .filter((column) => !columns.includes(column))
      .map((column) => columnFault(column, 'FIELD_REQUIRED')),
    ...columns.flatMap((column, at) => (known.includes(column) ? [] : [columnFault(String(at), 'FIELD_UNKNOWN')])),
    ...columns.flatMap((column, at) =>
      columns.indexOf(column) < at ? [columnFault(String(at), 'FIELD_COMBINATION')] : [],
    ),
  ]
  if (errors.length > 0) throw new Problem('SCHEMA_INVALID', undefined, { errors })
}

function columnFault(column: string, code: string): FieldFault {
  return { pointer: `#/columns/${column}`, code }
}

function readLines(text: string, isCut: boolean): BulkFile {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const last = lines.findLastIndex((line) => line !== '')
  const rows = lines.flatMap((line, at): readonly FileRow[] => {
    if (line.trim() === '' || (isCut && at === last)) return []
    try {
      return [{ line: at + 1, request: JSON.parse(line) as unknown }]
    } catch {
      return [{ line: at + 1, fault: { pointer: '#', code: 'FIELD_FORM' } }]
    }
  })
  return { rows, isBroken: isCut }
}
