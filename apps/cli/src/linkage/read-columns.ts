import type { Column } from '#libs/matching'
import { readHeader, readRows } from './csv.js'
import { Unusable } from './unusable.js'

/** Some columns of a CSV file, and no other. */
export interface ColumnsRead {
  readonly count: number
  readonly columns: ReadonlyMap<string, Column>
}

/** A column being read: each distinct text once. */
class ColumnReader {
  private readonly known = new Map<string, number>()
  private at = new Int32Array(1 << 12)
  private count = 0

  add(text: string): void {
    if (this.count === this.at.length) {
      const wider = new Int32Array(this.count * 2)
      wider.set(this.at)
      this.at = wider
    }
    let value = isMissing(text) ? -1 : this.known.get(text)
    if (value === undefined) this.known.set(text, (value = this.known.size))
    this.at[this.count] = value
    this.count += 1
  }

  get column(): Column {
    return { values: [...this.known.keys()], at: this.at.slice(0, this.count) }
  }
}

/**
 * Reads the named columns.
 *
 * @throws Unusable if a column is missing or there are several of its name (naming it), or a row is longer than the
 * header (naming its line)
 */
export async function readColumns(file: string, names: readonly string[]): Promise<ColumnsRead> {
  const header = await readHeader(file)
  const wanted = new Map(names.map((name) => [name, indexOf(header, name, file)]))
  const readers = new Map(names.map((name) => [name, new ColumnReader()]))
  let rows = -1
  await readRows(file, (cells, line) => {
    rows += 1
    if (rows === 0) return
    if (cells.length > header.length) {
      throw new Unusable(`${file}, line ${line}: ${cells.length} cells, but the header names ${header.length}`)
    }
    for (const [name, index] of wanted) readers.get(name)?.add(cells[index] ?? '')
  })
  const columns = new Map([...readers].map(([name, reader]) => [name, reader.column]))
  return { count: Math.max(0, rows), columns }
}

/** Reads one column as texts, a record each; missing texts are empty. */
export async function readTexts(file: string, name: string): Promise<readonly string[]> {
  const { columns } = await readColumns(file, [name])
  return textsOf(columns.get(name))
}

/** The text of every record. */
export function textsOf(column: Column | undefined): readonly string[] {
  if (column === undefined) return []
  return Array.from(column.at, (value) => column.values[value] ?? '')
}

function indexOf(header: readonly string[], name: string, file: string): number {
  const index = header.indexOf(name)
  if (index < 0) throw new Unusable(`${file} has no column "${name}"; it has ${header.join(', ')}`)
  if (header.includes(name, index + 1)) throw new Unusable(`${file} has several columns "${name}"`)
  return index
}

function isMissing(text: string): boolean {
  return text === '' || (text.length <= 7 && /^(na|n\/a|null|none|nan|unknown)$/i.test(text))
}
