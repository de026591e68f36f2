import { readFile } from 'node:fs/promises'
import { knownMappings } from './known-mappings.js'
import { Unusable } from './unusable.js'

/** What the columns of a file are. It holds no weights and no thresholds. */
export interface Mapping {
  /** The column that names a record. */
  readonly id?: string
  /** The column that says which of several files, each free of duplicates, a record comes from. */
  readonly source?: string
  readonly fields: readonly MappedField[]
}

export type MappedField =
  | {
      readonly type: 'name'
      readonly given: readonly string[]
      readonly surname: readonly string[]
      readonly other: readonly string[]
      /** Columns that hold a whole name each: given name first and surname last, or surname, comma, given name. */
      readonly full: readonly string[]
    }
  | { readonly type: 'date'; readonly columns: readonly string[] }
  | { readonly type: ValueType; readonly column: string }

/** Kinds of single columns, by the words a mapping may use for them. */
const valueTypes = {
  postcode: 'postcode',
  code: 'postcode',
  place: 'text',
  address: 'text',
  text: 'text',
  category: 'category',
  identifier: 'identifier',
  id: 'identifier',
  email: 'email',
} as const
type ValueType = (typeof valueTypes)[keyof typeof valueTypes]
type Columns = readonly string[]
type NameRoles = [Columns, Columns, Columns, Columns]

/**
 * Finds out what columns are: by name (`febrl`, `historical`, `kidsbench`), from a JSON file, or from the header.
 *
 * @throws Unusable saying what is wrong with the mapping, or that the header is not known
 */
export async function findMapping(schema: string | undefined, header: readonly string[]): Promise<Mapping> {
  if (schema === undefined) return recognise(header)
  const known = Object.hasOwn(knownMappings, schema) ? knownMappings[schema] : undefined
  return readMapping(known ?? (await readJson(schema)), schema)
}

/** All columns that a mapping names, each once. */
export function columnsOfMapping({ id, source, fields }: Mapping): readonly string[] {
  const named = fields.flatMap((field) => {
    if (field.type === 'name') return [...field.given, ...field.surname, ...field.other, ...field.full]
    return field.type === 'date' ? field.columns : [field.column]
  })
  return [...new Set([...named, ...[id, source].filter((name) => name !== undefined)])]
}

function recognise(header: readonly string[]): Mapping {
  for (const [name, known] of Object.entries(knownMappings)) {
    const mapping = readMapping(known, name)
    if (columnsOfMapping(mapping).every((column) => header.includes(column))) return mapping
  }
  throw new Unusable(
    `the header is none of ${Object.keys(knownMappings).join(', ')}: say with --schema FILE.json what its columns are`,
  )
}

async function readJson(file: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    const names = Object.keys(knownMappings).join(', ')
    throw new Unusable(`--schema ${file}: neither ${names} nor a file that can be read`)
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch {
    throw new Unusable(`--schema ${file}: not JSON`)
  }
}

/** Checks a mapping as it was written. */
export function readMapping(written: unknown, where: string): Mapping {
  const { fields, id, source, name, description, ...others } = anObject(written, where)
  for (const text of [name, description]) if (text !== undefined) aText(text, where)
  refuse(others, where)
  if (!Array.isArray(fields) || fields.length === 0)
    throw new Unusable(`${where}: "fields" must list at least one field`)
  return {
    ...(id === undefined ? {} : { id: aText(id, `${where}: id`) }),
    ...(source === undefined ? {} : { source: aText(source, `${where}: source`) }),
    fields: fields.map((field, at) => readField(field, `${where}: field ${at + 1}`)),
  }
}

function readField(written: unknown, where: string): MappedField {
  const { type, ...roles } = anObject(written, where)
  if (type === 'name') return readName(roles, where)
  const { column, columns, col, cols, ...others } = roles
  refuse(others, where)
  const named = texts(
    [columns, column, cols, col].find((names) => names !== undefined),
    where,
  )
  if (type === 'date') return readDate(named, where)
  const kind = aValueType(type)
  if (kind === undefined) {
    throw new Unusable(`${where}: "type" must be name, date, ${Object.keys(valueTypes).join(', ')}`)
  }
  const [only, more] = named
  if (only === undefined || more !== undefined) throw new Unusable(`${where}: ${kind} takes one "column"`)
  return { type: kind, column: only }
}

function readName(roles: Readonly<Record<string, unknown>>, where: string): MappedField {
  const { given, surname, other, full, ...others } = roles
  refuse(others, where)
  const [givens, surnames, further, whole] = [given, surname, other, full].map((role) =>
    texts(role, where),
  ) as NameRoles
  if (givens.length + surnames.length + whole.length === 0)
    throw new Unusable(`${where}: a name needs "given", "surname" or "full"`)
  return { type: 'name', given: givens, surname: surnames, other: further, full: whole }
}

function readDate(columns: readonly string[], where: string): MappedField {
  if (columns.length === 1 || columns.length === 3) return { type: 'date', columns }
  throw new Unusable(`${where}: a date takes one column, or three: year, month, day`)
}

function aValueType(type: unknown): ValueType | undefined {
  if (typeof type !== 'string' || !Object.hasOwn(valueTypes, type)) return undefined
  return valueTypes[type as keyof typeof valueTypes]
}

function anObject(written: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof written === 'object' && written !== null && !Array.isArray(written)) return { ...written }
  throw new Unusable(`${where}: must be an object`)
}

function refuse(others: Readonly<Record<string, unknown>>, where: string): void {
  const [name] = Object.keys(others)
  if (name !== undefined)
    throw new Unusable(`${where}: "${name}" is not known (a mapping holds neither weights nor thresholds)`)
}

function aText(written: unknown, where: string): string {
  if (typeof written === 'string' && written.trim() !== '') return written.trim()
  throw new Unusable(`${where}: must be the name of a column`)
}

function texts(written: unknown, where: string): readonly string[] {
  if (written === undefined) return []
  return (Array.isArray(written) ? written : [written]).map((one) => aText(one, where))
}
