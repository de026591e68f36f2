/**
 * Steps that never fall: from each probability on, what share of such pairs were of one child. The last step is the highest
 * probability that was seen.
 */
export type CalibrationMap = readonly (readonly [from: number, share: number])[]

/** How probabilities came out. */
interface Calibrated {
  /** Expected calibration error, ten bins. */
  readonly ece: number
  readonly brier: number
}

/** What pairs that stewards decided blindly say of a model's probabilities. */
export interface Calibration {
  readonly steps: CalibrationMap
  readonly pairs: number
  /** Of the probabilities that levels alone come to. */
  readonly before: Calibrated
  /** Of those by the steps, each pair by steps that were fitted without it. */
  readonly after: Calibrated
}

/**
 * What a probability is worth by a map; between two steps the lower one holds. Beyond what was seen nothing is known: there
 * it stays, but for never falling.
 */
export function calibrated(map: CalibrationMap, probability: number): number {
  const [[lowest, least] = [0, 0], [highest, most] = [1, 1]] = [map[0], map.at(-1)]
  if (map.length === 0) return probability
  if (probability < lowest) return Math.min(probability, least)
  if (probability > highest) return Math.max(probability, most)
  let share = least
  for (const [from, next] of map) if (probability >= from) share = next
  return share
}
