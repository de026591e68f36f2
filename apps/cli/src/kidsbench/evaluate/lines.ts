import { closeSync, openSync, readSync } from 'node:fs'

const chunkBytes = 1 << 20
const longestLine = 1 << 11
const newLine = 10

/**
 * The rows of a file of KidsBench, one after the other, without holding the file. Its fields hold no commas and no quotation
 * marks; the first line names the columns.
 */
export function* rowsOf(path: string): Generator<readonly string[], undefined> {
  let isHead = true
  for (const line of linesOf(path)) {
    if (!isHead) yield line.split(',')
    isHead = false
  }
  return undefined
}

/** A file of rows that are read in order, and that may be read again by number. */
export class RowFile {
  private readonly file: number
  private readonly rows: Iterator<readonly string[], undefined>
  private readonly starts: Float64Array
  private read = 0

  constructor(path: string, rows: number, head: string) {
    this.file = openSync(path, 'r')
    this.rows = rowsOf(path)
    this.starts = new Float64Array(rows + 1)
    this.starts[0] = Buffer.byteLength(head) + 1
  }

  /** The next row. */
  next(): readonly string[] {
    const { value } = this.rows.next()
    if (value === undefined) throw new Error('events.csv names more records than records.csv holds')
    const bytes = Buffer.byteLength(value.join()) + 1
    this.starts[this.read + 1] = (this.starts[this.read] ?? 0) + bytes
    this.read += 1
    return value
  }

  /** A row that was read before. */
  again(row: number): readonly string[] {
    const bytes = Buffer.allocUnsafe(longestLine)
    const read = readSync(this.file, bytes, 0, longestLine, this.starts[row] ?? 0)
    const end = bytes.indexOf(newLine)
    return bytes.toString('utf8', 0, end < 0 ? read : end).split(',')
  }

  close(): void {
    closeSync(this.file)
  }
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r')
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let kept = Buffer.alloc(0)
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const bytes = Buffer.concat([kept, chunk.subarray(0, read)])
      const end = bytes.lastIndexOf(newLine) + 1
      kept = Buffer.from(bytes.subarray(end))
      if (end > 0) yield* bytes.toString('utf8', 0, end - 1).split('\n')
    }
    if (kept.length > 0) yield kept.toString()
  } finally {
    closeSync(file)
  }
}
