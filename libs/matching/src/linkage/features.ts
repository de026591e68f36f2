import type { Comparison, IndexLists, IndexUnits } from './comparison.js'
import { FeatureTable } from './feature-table.js'
import { GrowingList } from './growing-list.js'
import { sharedCopy } from './shared-numbers.js'

/** What records can be found by, in memory that threads share. A unit is a value or a name token; records have units, units have features. */
export interface Features {
  readonly records: number
  /** Units of each record. */
  readonly units: IndexLists
  /** Features that records with the unit are posted under. */
  readonly own: IndexLists
  /** Features that a record with the unit asks for, most telling first; those of near tokens included. */
  readonly asked: IndexLists
  /** What sharing a feature tells: log2(N / records that have it), in milli-bits. */
  readonly bits: Int32Array
  /** How many records have a feature. */
  readonly frequency: Int32Array
}

/** A feature of more records, or of a greater share of them, finds too many to tell anything. */
const mostRecords = 3000
const mostShare = 0.1
const leastCap = 50

/** Collects the features of all records; those of one record only, or of too many, are left out. */
export function collectFeatures(comparisons: readonly Comparison[], records: number): Features {
  const sources = comparisons.flatMap(({ units }) => (units === undefined ? [] : [units]))
  const units = joinUnits(sources, records)
  const table = new FeatureTable()
  const all = featuresOfUnits(sources, table)
  const frequency = frequencies(units, all, table.size)
  const cap = Math.max(leastCap, Math.min(mostRecords, records * mostShare))
  const bits = frequency.map((times) => Math.round(1000 * Math.log2(records / Math.max(times, 1))))
  const own = kept(all, (feature) => {
    const times = frequency[feature] as number
    return times > 1 && times <= cap
  })
  const asked = askedFor(sources, own, bits)
  return {
    records,
    units: { from: sharedCopy(units.from), list: sharedCopy(units.list) },
    own: { from: sharedCopy(own.from), list: sharedCopy(own.list) },
    asked: { from: sharedCopy(asked.from), list: sharedCopy(asked.list) },
    bits: sharedCopy(bits),
    frequency: sharedCopy(frequency),
  }
}

/** Numbers the units of all fields through. */
function joinUnits(sources: readonly IndexUnits[], records: number): IndexLists {
  const from = new Int32Array(records + 1)
  const list = new Int32Array(sources.reduce((sum, source) => sum + source.list.length, 0))
  let end = 0
  for (let record = 0; record < records; record += 1) {
    let offset = 0
    for (const source of sources) {
      for (let at = source.from[record] as number; at < (source.from[record + 1] as number); at += 1) {
        list[end] = (source.list[at] as number) + offset
        end += 1
      }
      offset += source.count
    }
    from[record + 1] = end
  }
  return { from, list }
}

function featuresOfUnits(sources: readonly IndexUnits[], table: FeatureTable): IndexLists {
  const from = new Int32Array(sources.reduce((sum, { count }) => sum + count, 0) + 1)
  const list = new GrowingList()
  let unit = 0
  sources.forEach(({ count, features }, salt) => {
    for (let own = 0; own < count; own += 1) {
      const start = list.length
      features(own, (text) => {
        list.pushNew(table.numberOf(text, salt), start)
      })
      unit += 1
      from[unit] = list.length
    }
  })
  return { from, list: list.values }
}

/** The values of lists that pass, in their order. */
function kept({ from, list }: IndexLists, isKept: (value: number) => boolean): IndexLists {
  const keptFrom = new Int32Array(from.length)
  const left = new GrowingList()
  for (let at = 0; at + 1 < from.length; at += 1) {
    for (let which = from[at] as number; which < (from[at + 1] as number); which += 1) {
      if (isKept(list[which] as number)) left.push(list[which] as number)
    }
    keptFrom[at + 1] = left.length
  }
  return { from: keptFrom, list: left.values }
}

/** Counts records, not units: two tokens of one record never share a feature, since a token is its own feature. */
function frequencies(units: IndexLists, { from, list }: IndexLists, features: number): Int32Array {
  const unitCounts = new Int32Array(from.length - 1)
  for (const unit of units.list) unitCounts[unit] = (unitCounts[unit] as number) + 1
  const frequency = new Int32Array(features)
  unitCounts.forEach((times, unit) => {
    for (let at = from[unit] as number; at < (from[unit + 1] as number); at += 1) {
      frequency[list[at] as number] = (frequency[list[at] as number] as number) + times
    }
  })
  return frequency
}

/** A unit's own features and those of units near it, most telling first. */
function askedFor(sources: readonly IndexUnits[], own: IndexLists, bits: Int32Array): IndexLists {
  const from = new Int32Array(own.from.length)
  const list = new GrowingList(own.list.length + 1)
  const byBits = (one: number, two: number) => (bits[two] as number) - (bits[one] as number) || one - two
  let first = 0
  for (const { count, near } of sources) {
    const neighbours = near?.() ?? []
    for (let unit = 0; unit < count; unit += 1) {
      const others = neighbours[unit] ?? []
      const features = [unit, ...others].flatMap((each) => [...ownOf(own, first + each)])
      for (const feature of features.sort(byBits)) list.push(feature)
      from[first + unit + 1] = list.length
    }
    first += count
  }
  return { from, list: list.values }
}

function ownOf({ from, list }: IndexLists, unit: number): Int32Array {
  return list.subarray(from[unit], from[unit + 1])
}
