import { KindredValues } from '../kindred-values.js'
import type { Clusters } from './clusters.js'
import type { Comparison, Concerned, IndexLists } from './comparison.js'

const mostValues = 30

/**
 * Finds values that live in the same persons far more often than chance would bring them together (short names,
 * districts of a town, kindred occupations) and has comparisons take them for variants.
 *
 * @returns comparisons whose answers may have changed, and for which records
 */
export function learnVariants(comparisons: readonly Comparison[], clusters: Clusters): readonly Changed[] {
  const persons = [...clusters.all.values()].filter(({ length }) => length > 1)
  const changed: Changed[] = []
  comparisons.forEach(({ variants, side }, which) => {
    if (variants === undefined) return
    const pairs = variants.roles.flatMap((role) => kindred(role, persons))
    const isConcerned = variants.learn(pairs)
    if (pairs.length === 0) return
    changed.push({ which, isConcerned })
    const sharesTokens = comparisons[which + 1]?.label === 'other names'
    if (side !== undefined && sharesTokens) changed.push({ which: which + 1, isConcerned })
  })
  return changed
}

/** A comparison that may answer otherwise than before for two records that are both concerned. */
interface Changed {
  readonly which: number
  readonly isConcerned: Concerned
}

function kindred(lists: IndexLists, persons: readonly (readonly number[])[]): readonly (readonly [number, number])[] {
  const counts = new KindredValues()
  for (const records of persons) {
    const all = valuesOf(lists, records)
    const values = all.length > mostValues ? [] : all
    counts.addPerson(values)
    values.forEach((one, at) => {
      for (const two of values.slice(at + 1)) counts.addPair(one, two)
    })
  }
  return counts.kindred().map(({ one, two }) => [one, two])
}

function valuesOf({ from, list }: IndexLists, records: readonly number[]): readonly number[] {
  const values = new Set<number>()
  for (const record of records) {
    for (let at = from[record] as number; at < (from[record + 1] as number); at += 1) values.add(list[at] as number)
  }
  return [...values].sort((one, two) => one - two)
}
