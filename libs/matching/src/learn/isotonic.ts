/** A decided pair as calibration sees it. */
export interface CalibrationPoint {
  /** What the model said before anybody looked. */
  readonly probability: number
  readonly isSame: boolean
  /** One divided by the chance of being selected for review. */
  readonly weight: number
}

/** Steps that never fall: from each probability on, what share of such pairs were of one child. */
export type CalibrationMap = readonly (readonly [from: number, share: number])[]

interface Block {
  readonly from: number
  readonly weight: number
  readonly same: number
}

/** Fewer decided pairs say nothing. */
const fewest = 100

/**
 * Fits steps to decided pairs (isotonic regression by pooling adjacent violators). Only blindly reviewed pairs belong here:
 * who has seen the model's verdict confirms it.
 *
 * @returns an empty map, which changes nothing, of fewer than a hundred pairs
 */
export function calibrationOf(points: readonly CalibrationPoint[]): CalibrationMap {
  if (points.length < fewest) return []
  const sorted = [...points].sort(
    (one, two) => one.probability - two.probability || Number(two.isSame) - Number(one.isSame),
  )
  const blocks: Block[] = []
  for (const { probability, isSame, weight } of sorted) {
    let block: Block = { from: probability, weight, same: isSame ? weight : 0 }
    for (let last = blocks.at(-1); last && shareOf(last) >= shareOf(block); last = blocks.at(-1)) {
      blocks.pop()
      block = { from: last.from, weight: last.weight + block.weight, same: last.same + block.same }
    }
    blocks.push(block)
  }
  return blocks.map((block) => [block.from, shareOf(block)])
}

/** What a probability is worth by a map; between two steps the lower one holds. */
export function calibrated(map: CalibrationMap, probability: number): number {
  const [first] = map
  if (first === undefined) return probability
  let share = Math.min(probability, first[1])
  for (const [from, next] of map) if (probability >= from) share = next
  return share
}

function shareOf({ same, weight }: Block): number {
  return same / weight
}
