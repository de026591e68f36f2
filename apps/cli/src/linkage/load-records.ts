import type { Column, Field, LinkageRecords } from '#libs/matching'
import { columnsOfMapping, type MappedField, type Mapping } from './mapping.js'
import { readColumns, textsOf } from './read-columns.js'
import { Unusable } from './unusable.js'
import { columnsOfWholeNames } from './whole-name.js'

/**
 * Reads the columns that a mapping names, and no other, as records to be linked.
 *
 * @throws Unusable if a column is missing, there are no records, or an id is missing or occurs twice
 */
export async function loadRecords(file: string, mapping: Mapping): Promise<LinkageRecords> {
  const { count, columns } = await readColumns(file, columnsOfMapping(mapping))
  if (count === 0) throw new Unusable(`${file} holds no records`)
  const column = (name: string): Column => columns.get(name) ?? { values: [], at: new Int32Array(count).fill(-1) }
  const ids = mapping.id === undefined ? undefined : textsOf(column(mapping.id))
  if (ids !== undefined) checkIds(ids, `${file}, column "${mapping.id ?? ''}"`)
  return {
    count,
    fields: mapping.fields.map((field) => fieldOf(field, column)),
    ids: ids ?? Array.from({ length: count }, (_, record) => String(record + 1)),
    ...(mapping.source === undefined ? {} : { source: column(mapping.source) }),
  }
}

function fieldOf(field: MappedField, column: (name: string) => Column): Field {
  if (field.type === 'name') {
    const whole = field.full.map((name) => columnsOfWholeNames(column(name)))
    return {
      kind: 'name',
      given: [...field.given.map(column), ...whole.map(({ given }) => given)],
      surname: [...field.surname.map(column), ...whole.map(({ surname }) => surname)],
      other: [...field.other.map(column), ...whole.map(({ other }) => other)],
    }
  }
  if (field.type === 'date') return { kind: 'date', parts: field.columns.map(column) }
  return { kind: field.type, column: column(field.column), label: field.column }
}

function checkIds(ids: readonly string[], where: string): void {
  const rowOf = new Map<string, number>()
  ids.forEach((id, record) => {
    if (id === '') throw new Unusable(`${where}: record ${record + 1} has no id`)
    const before = rowOf.get(id)
    if (before !== undefined) {
      throw new Unusable(`${where}: records ${before + 1} and ${record + 1} have one id; ids must be unique`)
    }
    rowOf.set(id, record)
  })
}
