import type { Comparison } from './comparison.js'
import type { Matches } from './estimate.js'
import { holdsFor, type Parent } from './model.js'
import type { SampledPairs } from './sample-pairs.js'

const leastG = 12
const leastBoth = 20
const leastLift = 1.5
const leastInformation = 0.003
const leastMatches = 200

/** For each comparison: the earlier one, and the level of it, on which its agreement by chance depends most. */
export function chanceDependence(
  sample: SampledPairs,
  isHot: (pair: number) => boolean,
): readonly (Parent | undefined)[] {
  const { comparisons } = sample.pairs
  return comparisons.map((_, which) => {
    let best: Parent | undefined
    let bestG = leastG
    for (let of = 0; of < which; of += 1) {
      const table = jointCounts(sample, { which, of }, isHot)
      for (const holds of conditionsOn(comparisons[of] as Comparison)) {
        const g = dependenceOn(table, holds)
        if (g > bestG) [best, bestG] = [{ of, holds }, g]
      }
    }
    return best
  })
}

/** For each comparison: the earlier one whose full agreement tells most about its own, among matches. */
export function matchDependence({ pairs, live, weights }: Matches): readonly (Parent | undefined)[] {
  const { comparisons } = pairs
  return comparisons.map((_, which) => {
    let best: Parent | undefined
    let most = leastInformation
    for (let of = 0; of < which; of += 1) {
      const parent = { of, holds: topOf(comparisons[of] as Comparison) }
      const counts = agreementCounts({ pairs, live, weights }, which, parent)
      const information = mutualInformation(counts)
      if (information > most) [best, most] = [parent, information]
    }
    return best
  })
}

/** Matches by whether a comparison agrees fully (times two) and whether its parent's condition holds. */
function agreementCounts({ pairs, live, weights }: Matches, which: number, parent: Parent): Float64Array {
  const counts = new Float64Array(4)
  const top = (pairs.comparisons[which] as Comparison).levels - 1
  for (const pair of live) {
    const level = pairs.levels[which]?.[pair] as number
    const isKnown = level >= 0 && (pairs.levels[parent.of]?.[pair] as number) >= 0
    if (!isKnown || (weights[pair] as number) < 0.5) continue
    const cell = (level === top ? 2 : 0) + holdsFor(parent, pairs, pair)
    counts[cell] = (counts[cell] as number) + 1
  }
  return counts
}

/** Weight of sampled pairs by whether a comparison agrees (second half) and the level of another one. */
function jointCounts(
  { pairs, stands }: SampledPairs,
  { which, of }: { readonly which: number; readonly of: number },
  isHot: (pair: number) => boolean,
): Float64Array {
  const comparison = pairs.comparisons[which] as Comparison
  const { levels } = pairs.comparisons[of] as Comparison
  const table = new Float64Array(levels * 2)
  for (let pair = 0; pair < pairs.size; pair += 1) {
    const level = pairs.levels[which]?.[pair] as number
    const other = pairs.levels[of]?.[pair] as number
    if (level < 0 || other < 0 || isHot(pair)) continue
    const cell = (comparison.agrees(level) ? levels : 0) + other
    table[cell] = (table[cell] as number) + (stands[pair] as number)
  }
  return table
}

/** Conditions a comparison can make: at least some level; of a grid, that both roles or either agree. */
function conditionsOn({ levels, side, agrees }: Comparison): readonly Uint8Array[] {
  const holding = (test: (level: number) => boolean) =>
    Uint8Array.from({ length: levels + 1 }, (_, at) => (at > 0 && test(at - 1) ? 1 : 0))
  if (side === undefined) return Array.from({ length: levels - 1 }, (_, least) => holding((level) => level > least))
  const half = side / 2
  return [holding(agrees), holding((level) => Math.floor(level / side) >= half || level % side >= half)]
}

function topOf({ levels }: Comparison): Uint8Array {
  const holds = new Uint8Array(levels + 1)
  holds[levels] = 1
  return holds
}

/** The G statistic of a two by two table; 0 where agreement is too rare or hardly lifted. */
function dependenceOn(table: Float64Array, holds: Uint8Array): number {
  const levels = table.length / 2
  let [all, agreeing, holding, both] = [0, 0, 0, 0]
  for (let level = 0; level < levels; level += 1) {
    const agree = table[levels + level] as number
    const here = (table[level] as number) + agree
    all += here
    agreeing += agree
    if (holds[level + 1] !== 1) continue
    holding += here
    both += agree
  }
  if (both < leastBoth || both * all < leastLift * agreeing * holding) return 0
  const part = (found: number, rows: number, columns: number) =>
    found > 0 && rows > 0 && columns > 0 ? 2 * found * Math.log((found * all) / (rows * columns)) : 0
  return (
    part(both, holding, agreeing) +
    part(holding - both, holding, all - agreeing) +
    part(agreeing - both, all - holding, agreeing) +
    part(all - holding - agreeing + both, all - holding, all - agreeing)
  )
}

/** In nats; 0 for fewer than 200 pairs. */
function mutualInformation(counts: Float64Array): number {
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all < leastMatches) return 0
  return counts.reduce((information, count, cell) => {
    if (count === 0) return information
    const row = (counts[cell & 2] as number) + (counts[(cell & 2) + 1] as number)
    const column = (counts[cell & 1] as number) + (counts[(cell & 1) + 2] as number)
    return information + (count / all) * Math.log((count * all) / (row * column))
  }, 0)
}
