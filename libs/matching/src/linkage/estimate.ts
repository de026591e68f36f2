import type { Comparison, Difference } from './comparison.js'
import { holdsFor, type Learned, type Parent } from './model.js'
import type { PairStore } from './pair-store.js'
import { centresOf, rarityTally } from './rarity-centre.js'
import type { HotPairs, SampledPairs, Tally } from './sample-pairs.js'

/** Pairs taken for one person, wholly or in part. */
export interface Matches {
  readonly pairs: PairStore
  /** The pairs that count. */
  readonly live: Int32Array
  /** How far each pair of the store is taken for one person, 0 to 1. */
  readonly weights: Float32Array
}

/** On what each comparison depends. */
export interface Dependence {
  readonly match: readonly (Parent | undefined)[]
  readonly chance: readonly (Parent | undefined)[]
}

/** What estimates rest on beside matches and the sample. */
interface Surroundings {
  readonly hot: HotPairs
  readonly dependence: Dependence
  /** By comparison: the share of relatives who have it in common. */
  readonly shared: readonly number[]
}

const pseudoCount = 0.5
/** How many pairs the whole stands for where a condition seldom holds. */
const shrinkage = 20
const leastMatch = 1e-5
/** What is guessed of matches before anything is known counts as this many of them. */
const guessedMatches = 30

/** Estimates the weights of every comparison from matches and from sampled pairs. */
export function estimate(
  matches: Matches | undefined,
  sample: SampledPairs,
  { hot, dependence, shared }: Surroundings,
): readonly Learned[] {
  return sample.pairs.comparisons.map((comparison, which) => {
    const matchParent = dependence.match[which]
    const chanceParent = dependence.chance[which]
    const chances = chanceTables(comparison, countSample(sample, which, { hot, parent: chanceParent }), chanceParent)
    const counted = countMatches(comparison, which, matches, matchParent)
    const started = startingShares(comparison)
    const match: Counts =
      matches === undefined ? [started, started] : matchTables(comparison, counted.levels, matchParent)
    const weights = weightsOf(comparison, match, chances)
    const tally = tallyOf(sample, which, chanceParent)
    const centre = centresOf(which, { tally, sample, hot, ofMatches: counted.centre })
    const kin = comparison.kin === 'surname' ? kinWeights(comparison, match[0], chances[0]) : undefined
    return { weights, centre, kin, shared: shared[which] as number, matchParent, chanceParent }
  })
}

/** Weights from two tables each (without and with the parent's condition) of probabilities. */
function weightsOf(
  { levels }: Comparison,
  match: readonly [Float64Array, Float64Array],
  chances: readonly [Float64Array, Float64Array],
): Int32Array {
  const weights = new Int32Array(levels * 4)
  for (let table = 0; table < 4; table += 1) {
    const m = match[table >> 1] as Float64Array
    const u = chances[table & 1] as Float64Array
    for (let level = 0; level < levels; level += 1) {
      const ratio = Math.max(m[level] as number, leastMatch) / (u[level] as number)
      weights[table * levels + level] = Math.round(1000 * Math.log2(ratio))
    }
  }
  return weights
}

/** Of a grid: the weight of each level for relatives, who share a surname as one person would, and no given name. */
function kinWeights({ levels, side }: Comparison, match: Float64Array, chances: Float64Array): Int32Array | undefined {
  if (side === undefined) return undefined
  const [givenByChance] = roleSums(chances, side)
  const [, surnameOfOne] = roleSums(match, side)
  return Int32Array.from({ length: levels }, (_, level) => {
    const expected = (givenByChance[Math.floor(level / side)] as number) * (surnameOfOne[level % side] as number)
    return Math.round(1000 * Math.log2(Math.max(expected, 1e-9) / (chances[level] as number)))
  })
}

type Counts = readonly [Float64Array, Float64Array]

/** Levels of sampled pairs, less those that look like one person. */
function countSample(
  sample: SampledPairs,
  which: number,
  { hot, parent }: { readonly hot: HotPairs; readonly parent: Parent | undefined },
): Counts {
  const { pairs } = sample
  const counts = tallyOf(sample, which, parent).counts.map((table) => table.slice()) as unknown as Counts
  hot.list.forEach((pair, at) => {
    const level = pairs.levels[which]?.[pair] as number
    if (level < 0) return
    const table = counts[holdsFor(parent, pairs, pair)] as Float64Array
    table[level] = Math.max(0, (table[level] as number) - (hot.weights[at] as number))
  })
  return counts
}

function tallyOf(sampled: SampledPairs, which: number, parent: Parent | undefined): Tally {
  const { pairs, stands, tallies } = sampled
  const known = tallies.get(which)
  if (known !== undefined && known.parent === parent) return known
  const { levels } = pairs.comparisons[which] as Comparison
  const counts: Counts = [new Float64Array(levels), new Float64Array(levels)]
  const levelOf = pairs.levels[which] as Int8Array
  for (let pair = 0; pair < pairs.size; pair += 1) {
    const level = levelOf[pair] as number
    if (level < 0) continue
    const table = counts[holdsFor(parent, pairs, pair)] as Float64Array
    table[level] = (table[level] as number) + (stands[pair] as number)
  }
  const tally = { parent, counts, rarity: rarityTally(sampled, which) }
  tallies.set(which, tally)
  return tally
}

/** The frequency of each rarity in milli-bits. */
const frequencyOf = Float64Array.from({ length: 65_536 }, (_, rarity) => 2 ** (-rarity / 1000))

function countMatches(
  { levels }: Comparison,
  which: number,
  matches: Matches | undefined,
  parent: Parent | undefined,
): { readonly levels: Counts; readonly centre: Int32Array } {
  const counts: Counts = [new Float64Array(levels), new Float64Array(levels)]
  const frequencies = new Float64Array(levels)
  const weighed = new Float64Array(levels)
  if (matches !== undefined) {
    const { pairs, live, weights } = matches
    const levelOf = pairs.levels[which] as Int8Array
    const rarities = pairs.rarities[which] as Uint16Array
    for (let at = 0; at < live.length; at += 1) {
      const pair = live[at] as number
      const level = levelOf[pair] as number
      if (level < 0) continue
      const weight = weights[pair] as number
      const table = counts[holdsFor(parent, pairs, pair)] as Float64Array
      table[level] = (table[level] as number) + weight
      const rarity = rarities[pair] as number
      if (rarity === 0) continue
      frequencies[level] = (frequencies[level] as number) + weight * (frequencyOf[rarity] as number)
      weighed[level] = (weighed[level] as number) + weight
    }
  }
  const centre = Int32Array.from(frequencies, (sum, level) =>
    sum > 0 ? Math.round(-1000 * Math.log2(sum / (weighed[level] as number))) : 0,
  )
  return { levels: counts, centre }
}

function matchTables(comparison: Comparison, counts: Counts, parent: Parent | undefined): Counts {
  const expected = startingShares(comparison).map((share) => share * guessedMatches)
  const [without, withParent] = counts
  const padded = without.map((count, level) => count + (expected[level] as number))
  const tables = conditional(comparison, [padded, withParent], parent, false)
  for (const table of new Set(tables)) for (const bound of comparison.differs ?? []) boundDifference(bound, table)
  return tables
}

function chanceTables(comparison: Comparison, counts: Counts, parent: Parent | undefined): Counts {
  const tables = conditional(comparison, counts, parent, true)
  const floors = chanceFloors(comparison, counts)
  for (const table of new Set(tables)) {
    floors.forEach((floor, level) => {
      table[level] = Math.max(table[level] as number, floor)
    })
  }
  return tables
}

/** Before anything is known, the shares of levels among matches fall off from the top. */
function startingShares({ levels, side }: Comparison): Float64Array {
  const ladder = (level: number) => Math.max(0.7 * 0.45 ** (levels - 1 - level), 0.03)
  if (side === undefined) return Float64Array.from({ length: levels }, (_, level) => ladder(level))
  const roles = [0.01, 0.06, 0.05, 0.1, 0.05, 0.7]
  return Float64Array.from(
    { length: levels },
    (_, level) => (roles[Math.floor(level / side)] ?? 0) * (roles[level % side] ?? 0),
  )
}

/** One table without a parent; with one, a table for each case, the rarer of them shrunk to the whole. */
function conditional(comparison: Comparison, counts: Counts, parent: Parent | undefined, isChance: boolean): Counts {
  const [without, withParent] = counts
  const whole = smoothed(
    comparison,
    without.map((count, level) => count + (withParent[level] as number)),
  )
  if (parent === undefined) return [whole, whole]
  const shrunk = (table: Float64Array): Float64Array => {
    const total = sum(table)
    return table.map((count, level) => (count + shrinkage * (whole[level] as number)) / (total + shrinkage))
  }
  return [isChance ? smoothed(comparison, without) : shrunk(without), shrunk(withParent)]
}

/** Counts made probabilities; those of a grid shrink towards the product of its two roles. */
function smoothed({ levels, side }: Comparison, counts: Float64Array): Float64Array {
  const total = sum(counts) || 1
  if (side === undefined) return counts.map((count) => (count + pseudoCount) / (total + pseudoCount * levels))
  const [rows, columns] = roleSums(counts, side)
  return counts.map((count, level) => {
    const first = Math.max((rows[Math.floor(level / side)] as number) / total, 1e-7)
    const second = Math.max((columns[level % side] as number) / total, 1e-7)
    return Math.max((count + 5) / (total + 5 / (first * second)), 1e-9)
  })
}

/** The least that chance brings about: all parts equal independently of each other. */
function chanceFloors({ levels, side, chance }: Comparison, [without, withParent]: Counts): Float64Array {
  const floors = new Float64Array(levels)
  floors[levels - 1] = chance
  if (side === undefined) return floors
  const whole = without.map((count, level) => count + (withParent[level] as number))
  const total = sum(whole) || 1
  const [rows, columns] = roleSums(whole, side)
  return floors.map((_, level) => {
    const row = Math.floor(level / side)
    const column = level % side
    if (row < 2 || column < 2) return 0
    return ((rows[row] as number) / total) * ((columns[column] as number) / total)
  })
}

/** Without this bound, where few records have a second one, sharing a town would be taken for being one person. */
function boundDifference({ most, at }: Difference, table: Float64Array): void {
  const different = table.reduce((total, share, level) => total + (at(level) ? share : 0), 0)
  if (different <= most) return
  table.forEach((share, level) => {
    table[level] = at(level) ? (share * most) / different : (share * (1 - most)) / (1 - different)
  })
}

function roleSums(counts: Float64Array, side: number): readonly [Float64Array, Float64Array] {
  const rows = new Float64Array(side)
  const columns = new Float64Array(side)
  counts.forEach((count, level) => {
    const row = Math.floor(level / side)
    rows[row] = (rows[row] as number) + count
    columns[level % side] = (columns[level % side] as number) + count
  })
  return [rows, columns]
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
