/** Numbers that were given and have not arrived; `sinceMs`: when a higher one was first seen without them. */
interface Gap {
  readonly first: number
  readonly last: number
  readonly sinceMs: number
}

/** What is known of the numbers of one relay: each up to `last` has arrived but for the gaps, which are in order. */
export interface NumberSeries {
  readonly last: number
  readonly gaps: readonly Gap[]
}

/** A relay that nothing came from yet; it numbers from 1. */
export const unheardSeries: NumberSeries = { last: 0, gaps: [] }

/** Accounts for numbers in whatever order they came, some perhaps again: they fill gaps, or end the series further on. */
export function accountFor({ last, gaps }: NumberSeries, numbers: readonly number[], nowMs: number): NumberSeries {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const highest = Math.max(last, sorted.at(-1) ?? 0)
  const awaited = highest > last ? [...gaps, { first: last + 1, last: highest, sinceMs: nowMs }] : gaps
  let next = 0
  const left = awaited.flatMap((gap) => {
    next = firstFrom(sorted, next, gap.first)
    const until = firstFrom(sorted, next, gap.last + 1)
    const arrived = sorted.slice(next, until)
    next = until
    return without(gap, arrived)
  })
  return { last: highest, gaps: left }
}

function firstFrom(sorted: readonly number[], from: number, least: number): number {
  let at = from
  while (at < sorted.length && (sorted[at] as number) < least) at += 1
  return at
}

function without(gap: Gap, arrived: readonly number[]): readonly Gap[] {
  const left: Gap[] = []
  let { first } = gap
  for (const number of [...arrived, gap.last + 1]) {
    if (number > first) left.push({ ...gap, first, last: number - 1 })
    first = number + 1
  }
  return left
}
