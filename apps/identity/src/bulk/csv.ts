/** One row of a CSV file. */
export interface CsvRow {
  /** Of its first character, counted from 1 as an editor does. */
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * CSV (RFC 4180): quoted fields may hold commas, doubled quotes and line ends; lines end in LF or CRLF; a byte-order mark
 * and empty lines are passed over.
 */
export class CsvText {
  /** Where a row begins whose quote is never closed; known when the rows were taken. */
  openQuoteLine: number | undefined
  private readonly text: string

  /** @param atLine - is called for every row, also an empty one; what it throws ends the reading */
  constructor(
    text: string,
    private readonly atLine: () => void = () => undefined,
  ) {
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text
  }

  /** The whole rows, from the first. */
  *rows(): Generator<CsvRow, undefined> {
    const reader = new Reader(this.text)
    for (let row = reader.row(); row !== undefined; row = reader.row()) {
      this.atLine()
      if (reader.isOpen) this.openQuoteLine = row.line
      else if (!isEmpty(row)) yield row
    }
  }
}

function isEmpty({ fields }: CsvRow): boolean {
  return fields.length === 1 && fields[0] === ''
}

class Reader {
  /** Whether the text ended inside quotes. */
  isOpen = false
  private at = 0
  private line = 1

  constructor(private readonly text: string) {}

  row(): CsvRow | undefined {
    if (this.at >= this.text.length) return undefined
    const line = this.line
    const fields = [this.field()]
    while (this.text[this.at] === ',') {
      this.at += 1
      fields.push(this.field())
    }
    this.endOfLine()
    return { line, fields }
  }

  private field(): string {
    return this.text[this.at] === '"' ? this.quoted() : this.plain()
  }

  private plain(): string {
    const from = this.at
    while (this.at < this.text.length && !isSeparator(this.text.charCodeAt(this.at))) this.at += 1
    return this.text.slice(from, this.at)
  }

  private quoted(): string {
    let value = ''
    for (;;) {
      const end = this.text.indexOf('"', this.at + 1)
      this.isOpen = end < 0
      const part = this.text.slice(this.at + 1, end < 0 ? undefined : end)
      value += part
      this.line += part.split('\n').length - 1
      this.at = end < 0 ? this.text.length : end + 1
      if (this.text[this.at] !== '"') return value + this.plain()
      value += '"'
    }
  }

  private endOfLine(): void {
    if (this.text[this.at] === '\r') this.at += 1
    if (this.text[this.at] === '\n') this.at += 1
    this.line += 1
  }
}

/** Comma, LF, CR. */
function isSeparator(code: number): boolean {
  return code === 44 || code === 10 || code === 13
}
