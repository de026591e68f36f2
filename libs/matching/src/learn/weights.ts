import type { FrequencyOf, Model } from '../model.js'
import { unrelatedPerMillion } from '../term-frequency.js'
import type { LevelTable } from './level-table.js'
import type { LevelCounts } from './tallies.js'

/** Weights of the levels in milli-bits. */
export interface Weights {
  readonly m: Float64Array
  readonly s: Float64Array
}

const smoothing = 0.5
const leastChance = 1e-5
/** Pairs that the weights of the model before count for: where there is little to learn from, they stay. */
const trust = 20
/** Most of the pairs of one child that may disagree; without a bound a file without duplicates takes towns for children. */
const bounds: readonly { readonly levels: ReadonlySet<string>; readonly most: number }[] = [
  { levels: new Set(['names given-exact', 'names surname-exact-given-differ', 'names nothing']), most: 0.1 },
  { levels: new Set(['birth within-five-years', 'birth else']), most: 0.2 },
]

/** Chances of the levels among pairs of one child, within their bounds. */
export function sameChances(counts: LevelCounts, table: LevelTable): Float64Array {
  const chances = Float64Array.from(table.levels, (_, level) => Math.max(leastChance, counts.chance(level, smoothing)))
  return withinBounds(chances, table)
}

/** Takes from levels that disagree what is beyond their bound, and gives it to the others of their comparison. */
export function withinBounds(chances: Float64Array, table: LevelTable): Float64Array {
  for (const { levels, most } of bounds) {
    const bounded = table.levels.map(({ comparison, level }) => levels.has(`${comparison} ${level}`))
    const comparison = table.comparisonOf[bounded.indexOf(true)]
    const sum = chances.reduce((total, chance, level) => total + (bounded[level] === true ? chance : 0), 0)
    if (sum <= most) continue
    chances.forEach((chance, level) => {
      if (bounded[level] === true) chances[level] = (chance * most) / sum
      else if (table.comparisonOf[level] === comparison) chances[level] = (chance * (1 - most)) / (1 - sum)
    })
  }
  return chances
}

/**
 * Weights from chances against those of unrelated pairs: the fewer pairs a level was seen in, the more the model's own
 * weight counts.
 *
 * @param counts - pairs of the class by level, and unrelated pairs actually looked at
 */
export function weightsOf(
  chances: Float64Array,
  unrelated: Float64Array,
  counts: { readonly seen: Float64Array; readonly seenUnrelated: Float64Array },
  { table, side, shift }: { table: LevelTable; side: 'm' | 's'; shift: (tf: FrequencyOf | undefined) => number },
): Float64Array {
  return Float64Array.from(table.levels, ({ tf }, level) => {
    const own = table.weightOf(level)[side]
    const seen = Math.min(counts.seen[level] ?? 0, counts.seenUnrelated[level] ?? 0)
    const [chance, other] = [chances[level] ?? 0, unrelated[level] ?? 0]
    if (seen <= 0 || chance <= 0 || other <= 0) return own
    const learned = 1000 * Math.log2(chance / other) + shift(tf)
    return (seen * learned + trust * own) / (seen + trust)
  })
}

/**
 * What corrections by frequency leave out: a weight is of a value as frequent as values agree by chance in these records,
 * and corrections count from the published chance.
 */
export function shiftsOf(perMillion: Model['perMillion'], fullName: number): Readonly<Record<'m' | 's', Shift>> {
  const family = shiftOf(agreementOf(perMillion.family), unrelatedPerMillion.family)
  const given = shiftOf(agreementOf(perMillion.given), unrelatedPerMillion.given)
  const middle = shiftOf(agreementOf(perMillion.given), unrelatedPerMillion.middle)
  const whole = shiftOf(fullName * 1_000_000, unrelatedPerMillion.fullName)
  const ofM = { family, given, middle, day: 0, 'full-name': whole, 'near-full-name': 0 }
  const ofS = { family, given: 0, middle: 0, day: 0, 'full-name': family, 'near-full-name': 0 }
  return { m: (tf) => (tf === undefined ? 0 : ofM[tf]), s: (tf) => (tf === undefined ? 0 : ofS[tf]) }
}

type Shift = (tf: FrequencyOf | undefined) => number

/** Chance that two values drawn by these shares are the same, in a million. */
function agreementOf(shares: Readonly<Record<string, number>>): number {
  return Object.values(shares).reduce((sum, share) => sum + (share * share) / 1_000_000, 0)
}

function shiftOf(here: number, published: number): number {
  return here <= 0 ? 0 : 1000 * Math.log2(here / published)
}
