/** Two records that a person says are of two children. */
export interface ApartPair {
  readonly left: string
  readonly right: string
}

/** A child's records in two groups, each in order. */
export type Division = readonly [readonly string[], readonly string[]]

/**
 * Divides the records of a child without the links a person found wrong: the two ends of each stay apart, every other record
 * goes where its mean weight is greater, the clearest first. The outcome does not depend on the order of records or pairs.
 *
 * @param weight - of two records, in milli-bits
 * @returns `undefined` where the pairs contradict each other, as A apart from B, B from C and A from C do, or A apart from A
 */
export function divideRecords(
  records: readonly string[],
  apart: readonly ApartPair[],
  weight: (one: string, two: string) => number,
): Division | undefined {
  const sides = apart.some(({ left, right }) => left === right) ? undefined : sidesOf(apart)
  if (!sides) return undefined
  const groups: [string[], string[]] = [[], []]
  for (const [record, side] of sides) if (records.includes(record)) groups[side].push(record)
  const waiting = new Set([...records].sort().filter((record) => !sides.has(record)))
  while (waiting.size > 0) {
    const next = clearest([...waiting], groups, weight)
    groups[next.side].push(next.record)
    waiting.delete(next.record)
  }
  return [groups[0].sort(), groups[1].sort()]
}

/** Which of two sides each end of a pair is on; pairs that share a record hang together. */
function sidesOf(apart: readonly ApartPair[]): ReadonlyMap<string, 0 | 1> | undefined {
  const sides = new Map<string, 0 | 1>()
  const pairs = apart
    .map(({ left, right }) => (left < right ? { left, right } : { left: right, right: left }))
    .sort((one, two) => (one.left + one.right < two.left + two.right ? -1 : 1))
  const open = new Set(pairs)
  while (open.size > 0) {
    const known = [...open].find(({ left, right }) => sides.has(left) || sides.has(right)) ?? [...open][0]
    if (!known) break
    open.delete(known)
    const left = sides.get(known.left) ?? other(sides.get(known.right)) ?? 0
    if (sides.get(known.right) === left) return undefined
    sides.set(known.left, left)
    sides.set(known.right, left === 0 ? 1 : 0)
  }
  return sides
}

function other(side: 0 | 1 | undefined): 0 | 1 | undefined {
  return side === undefined ? undefined : side === 0 ? 1 : 0
}

function clearest(
  waiting: readonly string[],
  groups: readonly [readonly string[], readonly string[]],
  weight: (one: string, two: string) => number,
): { readonly record: string; readonly side: 0 | 1 } {
  const judged = waiting.map((record) => {
    const [left, right] = [mean(record, groups[0], weight), mean(record, groups[1], weight)]
    const side: 0 | 1 = left >= right ? 0 : 1
    return { record, side, clarity: Math.abs(left - right) }
  })
  const [best] = judged.sort((one, two) => two.clarity - one.clarity || (one.record < two.record ? -1 : 1))
  if (!best) throw new Error('Nothing waits')
  return best
}

function mean(record: string, group: readonly string[], weight: (one: string, two: string) => number): number {
  return group.length === 0 ? 0 : group.reduce((sum, one) => sum + weight(record, one), 0) / group.length
}
