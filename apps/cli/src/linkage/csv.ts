import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { Unusable } from './unusable.js'

const [comma, quote, lineFeed] = [0x2c, 0x22, 0x0a]
/** What may stand between cells, in order of preference. */
const separators = [comma, 0x3b, 0x09] as const
/** What stands in a text where its bytes were not UTF-8. */
const replacement = '\uFFFD'
const notUtf8 = (line: number) => `line ${line} is not UTF-8; save the file as UTF-8`

/** Called for each row: its cells, trimmed, and the line it begins on. The array is reused. */
export type OnRow = (cells: readonly string[], line: number) => void

/**
 * Reads a CSV file (RFC 4180, UTF-8) row by row: a byte-order mark, CR LF, quoted line ends and blanks around cells
 * are taken care of, and blank lines are skipped. Where the first line has more semicolons or tabs than commas, those
 * stand between cells.
 *
 * @throws Unusable if the file cannot be read, is not UTF-8, or a quote never ends
 */
export async function readRows(file: string, onRow: OnRow): Promise<void> {
  const parser = new RowParser(onRow)
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) parser.read(chunk as Buffer)
  } catch (error) {
    if (error instanceof Unusable) throw error
    throw new Unusable(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'not readable'}`)
  }
  const problem = parser.end()
  if (problem !== undefined) throw new Unusable(`${file}: ${problem}`)
}

class RowParser {
  /** Bytes of the cell under way, when it is quoted or spans chunks. */
  private held: Buffer[] = []
  private cells: string[] = []
  private isQuoted = false
  /** The byte before was a quote inside a quoted cell: its end, or half of a doubled quote. */
  private afterQuote = false
  private isCellStart = true
  private line = 1
  private rowLine = 1
  private isFirst = true
  private separator: number = comma

  constructor(private readonly onRow: OnRow) {}

  read(chunk: Buffer): void {
    let start = this.isFirst ? skipMark(chunk) : 0
    if (this.isFirst) this.separator = separatorOf(chunk)
    this.isFirst = false
    for (let at = start; at < chunk.length; at += 1) {
      if (chunk[at] === lineFeed) this.line += 1
      if (this.isQuoted) start = this.inQuotes(chunk, start, at)
      if (!this.isQuoted) start = this.outsideQuotes(chunk, start, at)
    }
    if (start < chunk.length) this.held.push(Buffer.from(chunk.subarray(start)))
  }

  /** One byte outside quotes. @returns where the text not yet held begins */
  private outsideQuotes(chunk: Buffer, start: number, at: number): number {
    const byte = chunk[at] as number
    if (byte === this.separator || byte === lineFeed) {
      this.endCell(chunk.subarray(start, at))
      if (byte === lineFeed) this.endRow()
      return at + 1
    }
    if (byte === quote && this.isCellStart) {
      this.isQuoted = true
      this.held = []
      return at + 1
    }
    if (byte > 0x20) this.isCellStart = false
    return start
  }

  /** @returns what is wrong, if anything */
  end(): string | undefined {
    if (this.isQuoted && !this.afterQuote) return `the quote that opens on line ${this.rowLine} or after it never ends`
    this.endCell(Buffer.alloc(0))
    this.endRow()
    return undefined
  }

  /** One byte inside quotes; a doubled quote stands for one. @returns where the text not yet held begins */
  private inQuotes(chunk: Buffer, start: number, at: number): number {
    const byte = chunk[at]
    if (this.afterQuote) {
      this.afterQuote = false
      if (byte === quote) {
        this.held.push(Buffer.from([quote]))
        return at + 1
      }
      this.isQuoted = false
      this.isCellStart = false
      return at
    }
    if (byte !== quote) return start
    this.held.push(Buffer.from(chunk.subarray(start, at)))
    this.afterQuote = true
    return at + 1
  }

  private endCell(rest: Buffer): void {
    const bytes = this.held.length > 0 ? Buffer.concat([...this.held, rest]) : rest
    const text = bytes.toString()
    if (text.includes(replacement) && !isUtf8(bytes)) throw new Unusable(notUtf8(this.rowLine))
    this.cells.push(text.trim())
    this.held = []
    this.isCellStart = true
    this.isQuoted = false
    this.afterQuote = false
  }

  private endRow(): void {
    if (this.cells.length > 1 || this.cells[0] !== '') this.onRow(this.cells, this.rowLine)
    this.cells = []
    this.rowLine = this.line
  }
}

/** What the first line has most of outside quotes. */
function separatorOf(chunk: Buffer): number {
  const counts = separators.map(() => 0)
  let isQuoted = false
  for (const byte of chunk) {
    if (byte === quote) isQuoted = !isQuoted
    if (isQuoted) continue
    if (byte === lineFeed) break
    const which = separators.findIndex((separator) => separator === byte)
    if (which >= 0) counts[which] = (counts[which] ?? 0) + 1
  }
  return separators[counts.indexOf(Math.max(...counts))] ?? comma
}

function skipMark(chunk: Buffer): number {
  if ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)) {
    throw new Unusable('the file is UTF-16; save it as UTF-8')
  }
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0
}

/** Names of the columns of a CSV file, trimmed. @throws Unusable if the file is empty or cannot be read */
export async function readHeader(file: string): Promise<readonly string[]> {
  let header: readonly string[] | undefined
  const enough = new Error('enough')
  try {
    await readRows(file, (cells) => {
      header = [...cells]
      throw enough
    })
  } catch (error) {
    if (header === undefined) throw error
  }
  if (header === undefined) throw new Unusable(`${file} is empty`)
  if (header.some((name) => name.includes('\r') && !name.includes('\n'))) {
    throw new Unusable(`${file}: lines end with CR alone; save it with LF or CR LF`)
  }
  return header
}
