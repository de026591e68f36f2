import { promisify } from 'node:util'
import { gunzip, gunzipSync, constants } from 'node:zlib'
import { Problem, strictJson, type FieldFault } from '#libs/service'
import { bulkColumns, requestFrom, requiredColumns, rowOf } from './bulk-row.js'
import { CsvText, type CsvRow } from './csv.js'

export type BulkFormat = 'csv' | 'ndjson'

/** One record of a file, or why a line is none. */
export interface FileRow {
  readonly line: number
  readonly request?: unknown
  readonly fault?: FieldFault
}

/** What a file says, as far as it can be read. */
export interface BulkFile {
  /** Read while they are taken: a file may say more than there is memory for. */
  readonly rows: Iterable<FileRow>
  /** The file ends in the middle: what came before it counts. Known when the rows were taken. */
  isBroken(): boolean
}

const textAtMostBytes = 128 * 1024 * 1024
/** Of a file, empty ones too: what is compressed can hold very many. */
const linesAtMost = 1_000_000
/** Enough for the names of all columns. */
const headBytes = 64 * 1024
const gzipMagic = 0x1f8b

/**
 * Reads a bulk file: gzip or plain, CSV with a row of column names or a JSON object a line, UTF-8 with or without a
 * byte-order mark. A file that breaks off is read up to where it does.
 *
 * @throws Problem (also while rows are taken) 422 `SCHEMA_INVALID` for columns that are missing, unknown or named twice;
 *   413 `TOO_LARGE` for one that unpacks to more than 128 MiB or has over a million lines; 400 `MALFORMED` for bytes that
 *   are no UTF-8
 */
export async function readBulkFile(bytes: Buffer, format: BulkFormat): Promise<BulkFile> {
  const plain = isGzip(bytes) ? await unpack(bytes) : { bytes, isCut: false }
  return readText(decode(plain.bytes, plain.isCut), format, plain.isCut)
}

/** Refuses a file whose columns cannot be read, by its beginning. @throws as {@link readBulkFile} */
export function checkColumns(bytes: Buffer, format: BulkFormat): void {
  const head = bytes.subarray(0, headBytes)
  const isCut = isGzip(bytes) || bytes.length > headBytes
  const { rows } = readText(decode(isGzip(bytes) ? unpackHead(head) : head, isCut), format, isCut)
  rows[Symbol.iterator]().next()
}

function readText(text: string, format: BulkFormat, isCut: boolean): BulkFile {
  return format === 'csv' ? new Table(text, isCut) : new Lines(text, isCut)
}

function isGzip(bytes: Buffer): boolean {
  return bytes.length >= 2 && bytes.readUInt16BE(0) === gzipMagic
}

const atMost = { maxOutputLength: textAtMostBytes }
const asFarAsItGoes = { ...atMost, finishFlush: constants.Z_SYNC_FLUSH }
const unzip = promisify<Buffer, object, Buffer>(gunzip)

/** A stream that ends too early, or is damaged, is unpacked as far as it goes. */
async function unpack(bytes: Buffer): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  try {
    return { bytes: await unzip(bytes, atMost), isCut: false }
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('TOO_LARGE')
    return { bytes: await unzip(bytes, asFarAsItGoes).catch(() => Buffer.alloc(0)), isCut: true }
  }
}

function unpackHead(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, asFarAsItGoes)
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('TOO_LARGE')
    return Buffer.alloc(0)
  }
}

function decode(bytes: Buffer, isCut: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !isCut }).decode(bytes)
  } catch {
    throw new Problem('MALFORMED')
  }
}

/** Rows of CSV; of a file that is cut off, the last is not whole. */
class Table implements BulkFile {
  private readonly csv: CsvText

  constructor(
    text: string,
    private readonly isCut: boolean,
  ) {
    this.csv = new CsvText(text, countLines())
  }

  isBroken(): boolean {
    return this.isCut || this.csv.openQuoteLine !== undefined
  }

  get rows(): Iterable<FileRow> {
    return this.read()
  }

  private *read(): Generator<FileRow> {
    const rows = this.csv.rows()
    const columns = columnsIn(rows.next().value)
    let held: CsvRow | undefined
    for (const row of rows) {
      if (held) yield rowIn(held, columns)
      held = row
    }
    const { openQuoteLine } = this.csv
    if (held && (!this.isCut || openQuoteLine !== undefined)) yield rowIn(held, columns)
    if (openQuoteLine !== undefined) yield { line: openQuoteLine, fault: { pointer: '#', code: 'FIELD_FORM' } }
  }
}

function rowIn({ line, fields }: CsvRow, columns: readonly string[]): FileRow {
  return fields.length === columns.length
    ? { line, request: requestFrom(rowOf(columns, fields)) }
    : { line, fault: { pointer: '#', code: 'FIELD_SIZE' } }
}

function columnsIn(head: CsvRow | undefined): readonly string[] {
  const columns = (head?.fields ?? []).map((name) => name.trim().toLowerCase())
  refuseColumns(columns)
  return columns
}

/** @returns what is to be called for every line */
function countLines(): () => void {
  let lines = 0
  return () => {
    lines += 1
    if (lines > linesAtMost) throw new Problem('TOO_LARGE')
  }
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

/** A JSON object a line; of a file that is cut off, the last line that says something is not whole. */
class Lines implements BulkFile {
  constructor(
    private readonly text: string,
    private readonly isCut: boolean,
  ) {}

  isBroken(): boolean {
    return this.isCut
  }

  get rows(): Iterable<FileRow> {
    return this.read()
  }

  private *read(): Generator<FileRow> {
    let held: FileRow | undefined
    for (const { line, text } of this.lines()) {
      if (held) yield held
      held = lineIn(line, text)
    }
    if (held && !this.isCut) yield held
  }

  /** Those that are not blank, counted from 1 as an editor does. */
  private *lines(): Generator<{ readonly line: number; readonly text: string }> {
    const count = countLines()
    let from = this.text.startsWith('\ufeff') ? 1 : 0
    for (let line = 1; from < this.text.length; line += 1) {
      count()
      const end = this.text.indexOf('\n', from)
      const text = this.text.slice(from, end < 0 ? undefined : end).trim()
      if (text !== '') yield { line, text }
      from = end < 0 ? this.text.length : end + 1
    }
  }
}

/** As strictly as a body at any door: two parsers must not read two records. */
function lineIn(line: number, text: string): FileRow {
  try {
    return { line, request: strictJson(Buffer.from(text)) }
  } catch {
    return { line, fault: { pointer: '#', code: 'FIELD_FORM' } }
  }
}
