import { calibrated, type Calibration, type CalibrationMap } from '../calibration-map.js'

/** A decided pair as calibration sees it. */
export interface CalibrationPoint {
  /** What the model says by levels alone. */
  readonly probability: number
  readonly isSame: boolean
  /** One divided by the chance of being selected for review. */
  readonly weight: number
}

interface Block {
  readonly from: number
  readonly weight: number
  readonly same: number
}

/** Fewer decided pairs say nothing. */
const fewest = 100
/** Each pair is judged by steps fitted to the pairs of all other parts. */
const parts = 5
const bins = 10

/**
 * Fits steps to decided pairs (isotonic regression by pooling adjacent violators). Only blindly reviewed pairs belong here:
 * who has seen the model's verdict confirms it.
 *
 * @returns an empty map, which changes nothing, of fewer than a hundred pairs
 */
export function calibrationOf(points: readonly CalibrationPoint[]): CalibrationMap {
  return points.length < fewest ? [] : stepsOf(inOrder(points))
}

/** The steps, and how well probabilities come out without them and with them; nothing of fewer than a hundred pairs. */
export function calibrate(points: readonly CalibrationPoint[]): Calibration | undefined {
  if (points.length < fewest) return undefined
  const sorted = inOrder(points)
  const without = Array.from({ length: parts }, (_, part) => stepsOf(sorted.filter((_, at) => at % parts !== part)))
  const after = sorted.map((point, at) => ({
    ...point,
    probability: calibrated(without[at % parts] ?? [], point.probability),
  }))
  return { steps: stepsOf(sorted), pairs: points.length, before: measure(sorted), after: measure(after) }
}

function inOrder(points: readonly CalibrationPoint[]): readonly CalibrationPoint[] {
  return [...points].sort((one, two) => one.probability - two.probability || Number(two.isSame) - Number(one.isSame))
}

function stepsOf(sorted: readonly CalibrationPoint[]): CalibrationMap {
  const blocks: Block[] = []
  for (const { probability, isSame, weight } of sorted)
    addTo(blocks, { from: probability, weight, same: isSame ? weight : 0 })
  const [last, highest] = [blocks.at(-1), sorted.at(-1)?.probability ?? 0]
  const steps = blocks.map((block): CalibrationMap[number] => [block.from, shareOf(block)])
  return last && last.from < highest ? [...steps, [highest, shareOf(last)]] : steps
}

/** Adds a block; those before it that are no lower become one with it. */
function addTo(blocks: Block[], added: Block): void {
  let block = added
  for (let last = blocks.at(-1); last && shareOf(last) >= shareOf(block); last = blocks.at(-1)) {
    blocks.pop()
    block = { from: last.from, weight: last.weight + block.weight, same: last.same + block.same }
  }
  blocks.push(block)
}

function shareOf({ same, weight }: Block): number {
  return same / weight
}

function measure(points: readonly CalibrationPoint[]): Calibration['before'] {
  const sums = Array.from({ length: bins }, () => 0)
  let [whole, brier] = [0, 0]
  for (const { probability, isSame, weight } of points) {
    const off = probability - Number(isSame)
    const bin = Math.min(bins - 1, Math.floor(probability * bins))
    sums[bin] = (sums[bin] ?? 0) + weight * off
    brier += weight * off * off
    whole += weight
  }
  return { ece: rounded(sums.reduce((sum, off) => sum + Math.abs(off), 0) / whole), brier: rounded(brier / whole) }
}

function rounded(figure: number): number {
  return Math.round(figure * 10_000) / 10_000
}
