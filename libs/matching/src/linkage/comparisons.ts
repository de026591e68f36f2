import { dateComparison } from './compare-dates.js'
import { nameComparisons } from './compare-names.js'
import { valueComparison } from './compare-values.js'
import type { Comparison } from './comparison.js'
import type { LinkageRecords } from './records.js'

/** The comparisons of records, in the order of their fields. */
export function comparisonsOf({ fields, count }: LinkageRecords): readonly Comparison[] {
  const firstName = fields.find(({ kind }) => kind === 'name')
  const firstDate = fields.find(({ kind }) => kind === 'date')
  return fields.flatMap((field) => {
    if (field.kind === 'name') return nameComparisons(field, count, field === firstName)
    if (field.kind === 'date') return [dateComparison(field, count, field === firstDate)]
    return [valueComparison(field.kind, field.column, field.label, count)]
  })
}
