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
  const waiting = new Map<string, [number, number]>(records.map((record) => [record, [0, 0]]))
  const join = (record: string, side: 0 | 1): void => {
    if (!waiting.delete(record)) return
    groups[side].push(record)
    for (const [other, sums] of waiting) sums[side] += weight(other, record)
  }
  for (const [record, side] of sides) join(record, side)
  while (waiting.size > 0) {
    const { record, side } = clearest(waiting, groups)
    join(record, side)
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

/** @param waiting - records, each with the sums of its weights against the two groups */
function clearest(
  waiting: ReadonlyMap<string, readonly [number, number]>,
  groups: Division,
): { readonly record: string; readonly side: 0 | 1 } {
  let best: { readonly record: string; readonly side: 0 | 1; readonly clarity: number } | undefined
  for (const [record, sums] of waiting) {
    const [left, right] = [mean(sums[0], groups[0]), mean(sums[1], groups[1])]
    const clarity = Math.abs(left - right)
    const isClearer = !best || clarity > best.clarity || (clarity === best.clarity && record < best.record)
    if (isClearer) best = { record, side: left >= right ? 0 : 1, clarity }
  }
  if (!best) throw new Error('Nothing waits')
  return best
}

function mean(sum: number, group: readonly string[]): number {
  return group.length === 0 ? 0 : sum / group.length
}
