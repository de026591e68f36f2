/** One column of a file: each distinct text once, and which of them every record has. */
export interface Column {
  readonly values: readonly string[]
  /** Record → index into `values`; -1: missing. */
  readonly at: Int32Array
}

/** What one or several columns say of a person. No field carries a weight: those are learned from the records. */
export type Field =
  | {
      readonly kind: 'name'
      readonly given: readonly Column[]
      readonly surname: readonly Column[]
      /** Middle names, aliases or the whole name: what is neither given name nor surname. */
      readonly other: readonly Column[]
    }
  /** One column with the whole date, or three: year, month, day. */
  | { readonly kind: 'date'; readonly parts: readonly Column[] }
  | { readonly kind: SingleKind; readonly column: Column; readonly label: string }

export type SingleKind = 'postcode' | 'text' | 'category' | 'identifier' | 'email'

/** Records to be linked: rows of typed fields. */
export interface LinkageRecords {
  readonly count: number
  readonly fields: readonly Field[]
  /** Breaks ties between records of the same content; else unused. */
  readonly ids: readonly string[]
  /** Where records come from. Given, no two records of one source are taken for one person. */
  readonly source?: Column
}

/** Makes a column of one text a record; blank texts are missing. */
export function columnOf(texts: readonly string[]): Column {
  const known = new Map<string, number>()
  const at = new Int32Array(texts.length)
  texts.forEach((text, record) => {
    const value = text.trim()
    let index = value === '' ? -1 : known.get(value)
    if (index === undefined) known.set(value, (index = known.size))
    at[record] = index
  })
  return { values: [...known.keys()], at }
}

/** All columns that the fields of records are made of, each once. */
function columnsOf({ fields, source }: LinkageRecords): readonly Column[] {
  const used = fields.flatMap((field): readonly Column[] => {
    if (field.kind === 'name') return [...field.given, ...field.surname, ...field.other]
    return field.kind === 'date' ? field.parts : [field.column]
  })
  return [...new Set(source === undefined ? used : [...used, source])]
}

/**
 * The order in which records are taken, made from what they say alone: neither the order of a file nor
 * (but for records of one content) their ids change a result.
 *
 * @returns indices of records, by a hash of their content, then by id
 */
export function canonicalOrder(records: LinkageRecords): Int32Array {
  const low = new Uint32Array(records.count)
  const high = new Uint32Array(records.count)
  columnsOf(records).forEach((column, salt) => {
    const lows = new Uint32Array(column.values.length + 1)
    const highs = new Uint32Array(column.values.length + 1)
    column.values.forEach((text, index) => {
      lows[index + 1] = hashText(text, 0x9e3779b1 + salt)
      highs[index + 1] = hashText(text, 0x85ebca6b + salt)
    })
    for (let record = 0; record < records.count; record += 1) {
      const index = (column.at[record] as number) + 1
      low[record] = mix((low[record] as number) ^ (lows[index] as number))
      high[record] = mix((high[record] as number) ^ (highs[index] as number))
    }
  })
  const keys = Float64Array.from(high, (value, record) => value * 2097152 + ((low[record] as number) >>> 11))
  const { ids } = records
  return Int32Array.from({ length: records.count }, (_, record) => record).sort(
    (one, two) => (keys[one] as number) - (keys[two] as number) || compareTexts(ids[one] as string, ids[two] as string),
  )
}

/** The records in another order. */
export function reordered(records: LinkageRecords, order: Int32Array): LinkageRecords {
  const moved = new Map<Column, Column>()
  const move = (column: Column): Column => {
    const known = moved.get(column)
    if (known) return known
    const made = renumbered(column, order)
    moved.set(column, made)
    return made
  }
  const fields = records.fields.map((field): Field => {
    if (field.kind === 'date') return { ...field, parts: field.parts.map(move) }
    if (field.kind !== 'name') return { ...field, column: move(field.column) }
    return { ...field, given: field.given.map(move), surname: field.surname.map(move), other: field.other.map(move) }
  })
  const ids = Array.from(order, (record) => records.ids[record] as string)
  const source = records.source === undefined ? {} : { source: move(records.source) }
  return { count: records.count, fields, ids, ...source }
}

/** A column in another order of records, its values numbered as they come: no trace is left of the order before. */
function renumbered({ values, at }: Column, order: Int32Array): Column {
  const numbers = new Int32Array(values.length).fill(-1)
  const kept: string[] = []
  const moved = order.map((record) => {
    const value = at[record] as number
    if (value < 0) return -1
    if ((numbers[value] as number) < 0) numbers[value] = kept.push(values[value] as string) - 1
    return numbers[value] as number
  })
  return { values: kept, at: moved }
}

/** For records in canonical order: whether one says exactly what the one before it says. */
export function repeatsBefore(records: LinkageRecords): (record: number) => boolean {
  const columns = columnsOf(records)
  return (record) => record > 0 && columns.every(({ at }) => at[record] === at[record - 1])
}

/** A 32-bit hash of a text, different for each salt (FNV-1a with a final mix). */
export function hashText(text: string, salt: number): number {
  let hash = salt >>> 0
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash)
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
