import { readColumns, readTexts, textsOf } from './read-columns.js'
import { readHeader } from './csv.js'
import { Unusable } from './unusable.js'

/** Where the truth stands, and which part of it names the person. */
export interface TruthSource {
  readonly data: string
  readonly column: string
  readonly pattern?: RegExp
  /** A file of its own, joined by record id. */
  readonly file?: string
  /** The column of ids, by which a file of its own is joined. */
  readonly idColumn?: string
}

/** Refuses, before any work is done, a column that is not there. Reads headers only. */
export async function checkTruthSource(source: TruthSource): Promise<void> {
  const file = source.file ?? source.data
  const header = await readHeader(file)
  if (!header.includes(source.column)) {
    throw new Unusable(`${file} has no column "${source.column}" (--truth); it has ${header.join(', ')}`)
  }
}

/**
 * Reads who each record really is. Called only after the clusters are written.
 *
 * @returns a number for each record, equal for records of one person
 * @throws Unusable if a record has no truth, or the pattern does not fit it
 */
export async function readTruth(source: TruthSource, ids: readonly string[]): Promise<Int32Array> {
  const texts = source.file === undefined ? await readTexts(source.data, source.column) : await joined(source, ids)
  const numbers = new Map<string, number>()
  return Int32Array.from(texts, (text, record) => {
    const person = personOf(text, source, record)
    const number = numbers.get(person) ?? numbers.size
    numbers.set(person, number)
    return number
  })
}

function personOf(text: string, { pattern, column }: TruthSource, record: number): string {
  if (text === '') throw new Unusable(`record ${record + 1} has no truth in column "${column}"`)
  if (pattern === undefined) return text
  const found = pattern.exec(text)
  if (found === null) throw new Unusable(`--truth-pattern does not fit column "${column}" of record ${record + 1}`)
  return found[1] ?? found[0]
}

async function joined(
  { file = '', column, idColumn }: TruthSource,
  ids: readonly string[],
): Promise<readonly string[]> {
  const header = await readHeader(file)
  const key = idColumn !== undefined && header.includes(idColumn) ? idColumn : header[0]
  if (key === undefined) throw new Unusable(`${file} is empty`)
  const { columns } = await readColumns(file, [...new Set([key, column])])
  const truth = textsOf(columns.get(column))
  const byId = new Map(textsOf(columns.get(key)).map((id, row) => [id, truth[row] ?? '']))
  return ids.map((id) => byId.get(id) ?? '')
}
