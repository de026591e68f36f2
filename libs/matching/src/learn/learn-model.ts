import type { Comparison, Model, Weight } from '../model.js'
import { normaliserVersion, type Profile } from '../profile.js'
import { sourceWeights } from './by-source.js'
import { calibrations } from './calibrations.js'
import { candidatePairs, type Pairs } from './candidate-pairs.js'
import { countFrequencies } from './count-frequencies.js'
import { countSiblings } from './count-siblings.js'
import { cutting, type Cut } from './cut.js'
import { standsFor, type DecidedPair } from './decided-pair.js'
import { learnGeneric } from './learn-generic.js'
import { LevelTable } from './level-table.js'
import { maximise, posteriorOf, type Priors } from './maximise.js'
import { Patterns } from './patterns.js'
import { LevelCounts } from './tallies.js'
import { drawOthers, unrelatedOf, type Unrelated } from './unrelated.js'
import { sameChances, shiftsOf, weightsOf, type Weights } from './weights.js'

/** A record to learn from. */
export interface LearningRecord {
  readonly profile: Profile
  /** Which agency it is of, since agencies err differently. */
  readonly source: string
}

/** What to learn from, and what to start from. */
export interface LearningTask {
  readonly name: string
  readonly base: Model
  readonly records: readonly LearningRecord[]
  readonly decided?: readonly DecidedPair[]
  readonly seed: number
  /** Pairs drawn by chance from those that share no key; 150,000 if left out. */
  readonly drawn?: number
  /** Children the model is for; twelve million if left out. */
  readonly children?: number
}

/** A model that was learned, and what the data said. */
export interface Learned {
  readonly model: Model
  readonly found: {
    readonly candidatePairs: number
    readonly drawnPairs: number
    readonly siblingPairs: number
    /** Pairs of one child that the data holds, by expectation. */
    readonly expectedMatches: number
    /** Share of records of children who were on file, by expectation. */
    readonly knownShare: number
    readonly rounds: number
  }
}

const usuallyDrawn = 150_000
const decidedWeight = 5
const childrenOfEngland = 12_000_000
const passes = 2

/**
 * Learns a model without labels (identity.md §10): how unrelated pairs look from pairs drawn with a fixed seed, how siblings
 * look from verified numbers, how records of one child look and how many there are by expectation and maximisation over
 * pairs that share a blocking key, and frequencies of names and days from a snapshot. Decided pairs count five times, divided
 * by their chance of being decided; those that were decided blindly say what a probability of the model is worth.
 *
 * Pure and deterministic: the same task gives the same model, so the same hash. Gates are those of the base.
 *
 * @throws RangeError of fewer than two records
 */
export function learnModel(task: LearningTask): Learned {
  if (task.records.length < 2) throw new RangeError('Nothing can be learned from fewer than two records')
  const profiles = task.records.map(({ profile }) => profile)
  const generic = learnGeneric(profiles)
  const cut = cutting()
  const counted = { normaliser: normaliserVersion, perMillion: countFrequencies(profiles, cut), generic }
  const base = { ...task.base, ...counted }
  const table = new LevelTable(base)
  const seen = observe(task, { profiles, cut, table })
  const learned = estimate(seen, table)
  const known = knownShareOf(seen, learned.posterior.same, profiles.length)
  const model: Model = {
    ...base,
    name: task.name,
    prior: { ...base.prior, m: Math.round(1000 * Math.log2(known / (task.children ?? childrenOfEngland))) },
    levels: levelsOf(table, learned.weights),
    bySource: sourceWeights(
      { ...seen, patterns: seen.patterns.list, sources: task.records.map(({ source }) => source) },
      learned.posterior.same,
      sameChances(learned.counts, table),
      table,
    ),
  }
  return {
    model: { ...model, calibration: calibrations(task.decided ?? [], model) },
    found: {
      candidatePairs: seen.pairs.left.length,
      drawnPairs: seen.drawn.pairs,
      siblingPairs: seen.siblingPairs,
      expectedMatches: learned.priors.same * seen.allPairs,
      knownShare: known,
      rounds: learned.rounds,
    },
  }
}

type Seen = ReturnType<typeof observe>

/** Compares every pair once; afterwards only patterns are counted. */
function observe(
  task: LearningTask,
  { profiles, cut, table }: { readonly profiles: readonly Profile[]; readonly cut: Cut; readonly table: LevelTable },
) {
  const patterns = new Patterns(table, cut)
  const pairs = candidatePairs(profiles, cut)
  const patternOf = Int32Array.from(pairs.left, (left, at) =>
    patterns.observe(profiles[left] as Profile, profiles[pairs.right[at] ?? 0] as Profile),
  )
  const siblings = countSiblings(profiles, cut, { table, patterns })
  const decided = (task.decided ?? []).map((pair) => ({
    pattern: patterns.observe(pair.left, pair.right),
    isSame: pair.isSame,
    weight: decidedWeight * standsFor(pair),
  }))
  const drawn = drawOthers(profiles, pairs, patterns, { seed: task.seed, many: task.drawn ?? usuallyDrawn })
  const many = patterns.list.length
  const candidates = new Float64Array(many)
  for (const pattern of patternOf) candidates[pattern] = (candidates[pattern] ?? 0) + 1
  const [decidedSame, decidedOther] = [new Float64Array(many), new Float64Array(many)]
  for (const { pattern, isSame, weight } of decided) {
    const side = isSame ? decidedSame : decidedOther
    side[pattern] = (side[pattern] ?? 0) + weight
  }
  const allPairs = (profiles.length * (profiles.length - 1)) / 2
  const siblingPairs = siblings.reduce((most, count) => Math.max(most, count), 0)
  return {
    patterns,
    pairs,
    patternOf,
    candidates,
    decidedSame,
    decidedOther,
    drawn,
    allPairs,
    siblings,
    siblingPairs,
    many: profiles.length,
  }
}

function estimate(seen: Seen, table: LevelTable) {
  const { patterns, candidates, allPairs, decidedSame, siblings } = seen
  const observed = { candidates, decidedSame, allPairs }
  const own = (side: 'm' | 's') => Float64Array.from(table.levels, (_, level) => table.weightOf(level)[side])
  let weights: Weights = { m: own('m'), s: own('s') }
  let priors: Priors = { same: seen.many / 2 / allPairs, sibling: seen.many / 2 / allPairs }
  let posterior = posteriorOf(patterns.list, weights, priors)
  let counts = new LevelCounts(table)
  let rounds = 0
  for (let pass = 0; pass < passes; pass += 1) {
    const unrelated = unrelatedOf(patterns, table, seen, posterior)
    const shift = shiftsOf(table.model.perMillion, fullNameChance(unrelated, table))
    const s = weightsOf(siblingChances(siblings, table), unrelated.chances, of(siblings, unrelated), {
      table,
      side: 's',
      shift: shift.s,
    })
    const found = maximise(patterns.list, observed, { weights: { m: weights.m, s }, priors, table }, (same) => {
      counts = same
      const side = { table, side: 'm' as const, shift: shift.m }
      return { m: weightsOf(sameChances(same, table), unrelated.chances, of(same.byLevel, unrelated), side), s }
    })
    weights = found.weights
    priors = found.priors
    posterior = found.posterior
    rounds += found.rounds
  }
  return { weights, priors, posterior, counts, rounds }
}

function of(seen: Float64Array, unrelated: Unrelated) {
  return { seen, seenUnrelated: unrelated.seen }
}

function siblingChances(siblings: Float64Array, table: LevelTable): Float64Array {
  const counts = new LevelCounts(table)
  siblings.forEach((count, level) => {
    counts.addLevel(level, count)
  })
  return Float64Array.from(table.levels, (_, level) => counts.chance(level, 0.5))
}

function fullNameChance({ chances }: Unrelated, table: LevelTable): number {
  return chances[table.numberOf('names', 'both-exact')] ?? 0
}

/** Of records with so many others of their child, each counts as that part of a child. */
function knownShareOf(
  { patternOf, pairs }: { patternOf: Int32Array; pairs: Pairs },
  same: Float64Array,
  many: number,
): number {
  const others = new Float64Array(many)
  patternOf.forEach((pattern, at) => {
    const chance = same[pattern] ?? 0
    const [left, right] = [pairs.left[at] ?? 0, pairs.right[at] ?? 0]
    others[left] = (others[left] ?? 0) + chance
    others[right] = (others[right] ?? 0) + chance
  })
  const children = others.reduce((sum, count) => sum + 1 / (1 + count), 0)
  return Math.min(0.99, Math.max(0.05, 1 - children / many))
}

function levelsOf(table: LevelTable, { m, s }: Weights): Model['levels'] {
  const levels: Partial<Record<Comparison, Record<string, Weight>>> = {}
  table.levels.forEach(({ comparison, level, tf }, at) => {
    const weight = { m: Math.round(m[at] ?? 0), s: Math.round(s[at] ?? 0) }
    ;(levels[comparison] ??= {})[level] = tf === undefined ? weight : { ...weight, tf }
  })
  return levels as Model['levels']
}
