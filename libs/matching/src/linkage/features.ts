import type { Comparison, IndexLists, IndexUnits } from './comparison.js'
import { FeatureTable } from './feature-table.js'

/** What records can be found by. A unit is a value or a name token; records have units, units have features. */
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
  const owns = sources.flatMap((source, salt) => featuresOfUnits(source, table, salt))
  const frequency = frequencies(units, owns, table.size)
  const cap = Math.max(leastCap, Math.min(mostRecords, records * mostShare))
  const isUseful = (feature: number) => {
    const times = frequency[feature] as number
    return times > 1 && times <= cap
  }
  const bits = frequency.map((times) => Math.round(1000 * Math.log2(records / Math.max(times, 1))))
  const own = listsFrom(owns.map((features) => features.filter(isUseful)))
  const asked = listsFrom(
    withNear(sources, owns).map((features) =>
      features.filter(isUseful).sort((one, two) => (bits[two] as number) - (bits[one] as number) || one - two),
    ),
  )
  return { records, units, own, asked, bits, frequency }
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

function featuresOfUnits(source: IndexUnits, table: FeatureTable, salt: number): readonly number[][] {
  return Array.from({ length: source.count }, (_, unit) => {
    const features: number[] = []
    source.features(unit, (text) => {
      const feature = table.numberOf(text, salt)
      if (!features.includes(feature)) features.push(feature)
    })
    return features
  })
}

/** Counts records, not units: two tokens of one record never share a feature, since a token is its own feature. */
function frequencies(units: IndexLists, owns: readonly (readonly number[])[], features: number): Int32Array {
  const unitCounts = new Int32Array(owns.length)
  for (const unit of units.list) unitCounts[unit] = (unitCounts[unit] as number) + 1
  const frequency = new Int32Array(features)
  owns.forEach((own, unit) => {
    for (const feature of own) frequency[feature] = (frequency[feature] as number) + (unitCounts[unit] as number)
  })
  return frequency
}

function withNear(
  sources: readonly IndexUnits[],
  owns: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  let offset = 0
  return sources.flatMap(({ count, near }) => {
    const start = offset
    offset += count
    const ofSource = owns.slice(start, offset)
    if (near === undefined) return ofSource
    return ofSource.map((own, unit) => {
      const others = near[unit]?.flatMap((other) => ofSource[other] ?? []) ?? []
      return [...own, ...others]
    })
  })
}

function listsFrom(lists: readonly (readonly number[])[]): IndexLists {
  const from = new Int32Array(lists.length + 1)
  lists.forEach((list, at) => {
    from[at + 1] = (from[at] as number) + list.length
  })
  const list = new Int32Array(from[lists.length] as number)
  lists.forEach((values, at) => {
    list.set(values, from[at])
  })
  return { from, list }
}
