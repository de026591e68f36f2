import type { Features } from './features.js'
import { GrowingList } from './growing-list.js'
import type { InformationIndex } from './information-index.js'
import type { Parent } from './model.js'
import type { PairStore } from './pair-store.js'
import { randomFrom } from './random.js'

/** How many pairs stand for all pairs. */
const sampleSize = 300_000
/** Together they count as at most this many observations. */
const mostObservations = 4e6

/** Pairs that stand for all pairs of records, and how many observations each counts as. */
export interface SampledPairs {
  readonly pairs: PairStore
  readonly stands: Float64Array
  /** How many observations there would be of something that one pair a record has. */
  readonly pairARecord: number
  /** Levels of a comparison counted before, until pairs are compared again. */
  readonly tallies: Map<number, Tally>
}

/** Weight of pairs by level, without and with a condition that holds. */
export interface Tally {
  readonly parent: Parent | undefined
  readonly counts: readonly [Float64Array, Float64Array]
  readonly rarity: RarityTally
}

/** By level, of sampled pairs whose agreement has a rarity. */
export interface RarityTally {
  /** Sums of the inverse of how frequent what agrees is. */
  readonly inverse: Float64Array
  /** Observations, and pairs that were drawn. */
  readonly all: Float64Array
  readonly drawn: Float64Array
}

/** Sampled pairs that look like one person: they do not stand for unrelated records. */
export interface HotPairs {
  readonly list: Int32Array
  readonly weights: Float64Array
}

/** Compares sampled pairs again by a comparison whose answers have changed for those concerned. */
export function compareSampleAgain(
  { pairs, tallies }: SampledPairs,
  which: number,
  isConcerned: (pair: number) => boolean,
): void {
  pairs.compareAgain(which, isConcerned)
  tallies.clear()
}

export interface Population {
  readonly records: number
  readonly source: Int32Array | undefined
  /** How many pairs there are that could be one person. */
  readonly allPairs: number
}

/** Counts the pairs that could be one person: of two sources, if records have any. */
export function populationOf(records: number, source: Int32Array | undefined): Population {
  let allPairs = (records * (records - 1)) / 2
  if (source !== undefined) {
    const counts = new Map<number, number>()
    for (const value of source) counts.set(value, (counts.get(value) ?? 0) + 1)
    for (const [value, times] of counts) if (value >= 0) allPairs -= (times * (times - 1)) / 2
  }
  return { records, source, allPairs }
}

/** Pairs as drawn, not yet compared. */
export interface DrawnPairs {
  readonly one: Int32Array
  readonly two: Int32Array
  readonly stands: Float64Array
  readonly pairARecord: number
}

/**
 * Draws pairs for what unrelated records look like: all of them in a small file; else half among pairs that share
 * an indexed feature, weighted back, and half among those that share none.
 */
export function drawPairs(
  population: Population,
  index: { readonly features: Features; readonly index: InformationIndex; readonly seed: number },
): DrawnPairs {
  const one = new GrowingList()
  const two = new GrowingList()
  const stands: number[] = []
  const add = (left: number, right: number, weight: number): void => {
    one.push(left)
    two.push(right)
    stands.push(weight)
  }
  if (population.allPairs <= sampleSize) addAll(population, add)
  else {
    const strata = new Strata(population, index)
    const covered = strata.addSharing(add)
    const from = stands.length
    strata.addOthers(add)
    const weight = Math.max(0, population.allPairs - covered) / Math.max(1, stands.length - from)
    stands.fill(weight, from)
  }
  const scale = Math.min(1, mostObservations / population.allPairs)
  return {
    ...{ one: one.values, two: two.values, stands: Float64Array.from(stands, (weight) => weight * scale) },
    pairARecord: population.records * scale,
  }
}

type Add = (one: number, two: number, weight: number) => void

function isPossible({ source }: Population, one: number, two: number): boolean {
  return one !== two && (source === undefined || source[one] !== source[two] || (source[one] as number) < 0)
}

function addAll(population: Population, add: Add): void {
  for (let one = 0; one < population.records; one += 1) {
    for (let two = one + 1; two < population.records; two += 1) {
      if (isPossible(population, one, two)) add(one, two, 1)
    }
  }
}

class Strata {
  private readonly random: () => number
  private readonly mark: Int32Array
  private asked = 0

  constructor(
    private readonly population: Population,
    private readonly source: { readonly features: Features; readonly index: InformationIndex; readonly seed: number },
  ) {
    this.random = randomFrom(source.seed)
    this.mark = new Int32Array(source.features.frequency.length)
  }

  /** Draws a feature by the pairs that share it, then a pair. @returns how many pairs the drawn ones stand for */
  addSharing(add: Add): number {
    const { features, index } = this.source
    const until = Float64Array.from(features.frequency)
    let total = 0
    features.frequency.forEach((_, feature) => {
      const times = index.posted(feature).length
      total += (times * (times - 1)) / 2
      until[feature] = total
    })
    let covered = 0
    for (let drawn = 0; total > 0 && drawn < sampleSize / 2; drawn += 1) {
      const posted = index.posted(firstAbove(until, this.random() * total))
      const one = posted[this.below(posted.length)] as number
      const two = this.another(posted, one)
      const weight = total / (sampleSize / 2) / this.sharedBy(one, two)
      if (!isPossible(this.population, one, two)) continue
      covered += weight
      add(one, two, weight)
    }
    return covered
  }

  addOthers(add: Add): void {
    const { records } = this.population
    for (let drawn = 0; drawn < sampleSize / 2; drawn += 1) {
      const one = this.below(records)
      const two = this.below(records)
      if (isPossible(this.population, one, two) && this.sharedBy(one, two) === 0) add(one, two, 1)
    }
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  private another(posted: Int32Array, one: number): number {
    for (;;) {
      const two = posted[this.below(posted.length)] as number
      if (two !== one) return two
    }
  }

  /** How many indexed features two records share. */
  private sharedBy(one: number, two: number): number {
    this.asked += 1
    this.visitOwn(one, this.asked)
    return this.visitOwn(two, 0)
  }

  /** Marks the features of a record (0: unmarks them). @returns how many were marked of the record asked for */
  private visitOwn(record: number, mark: number): number {
    const { units, own } = this.source.features
    let met = 0
    for (let at = units.from[record] as number; at < (units.from[record + 1] as number); at += 1) {
      const unit = units.list[at] as number
      for (let which = own.from[unit] as number; which < (own.from[unit + 1] as number); which += 1) {
        const feature = own.list[which] as number
        if (this.mark[feature] === this.asked) met += 1
        this.mark[feature] = mark
      }
    }
    return met
  }
}

function firstAbove(until: Float64Array, value: number): number {
  let low = 0
  let high = until.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((until[middle] as number) > value) high = middle
    else low = middle + 1
  }
  return low
}
