import type { Child, Day } from './child.js'
import type { Random } from './random.js'
import { sourceCodes, type Rates, type SourceCode, type SourceRates } from './rates.js'

/** When a sector writes of a child. */
export interface Visit {
  readonly source: SourceCode
  readonly on: Day
}

const yearDays = 365.25

/**
 * The days on which agencies write of a child, or of the part of its life that one identity covers: when it is born or
 * begins school, soon after its family has moved, and at other times.
 */
export function visitsOf(child: Child, rates: Rates, random: Random): readonly Visit[] {
  const visits: Visit[] = []
  for (const source of sourceCodes) {
    const of = rates.sources[source]
    const begin = child.bornOn + Math.floor(of.fromAge * yearDays)
    if (!random.happens(coveredOf(of, rates)) || begin >= child.until) continue
    for (const on of daysOf(child, { begin, of }, random))
      if (on >= child.from && on < child.until) visits.push({ source, on })
  }
  return visits
}

/** A sector that begins later in life covers a greater share of those who are old enough. */
function coveredOf({ covered, fromAge }: SourceRates, { years }: Rates): number {
  return Math.min(100, (covered * years) / (years - fromAge))
}

interface Stay {
  readonly begin: Day
  readonly of: SourceRates
}

function daysOf(child: Child, stay: Stay, random: Random): readonly Day[] {
  const { of, begin } = stay
  const many = 1 + random.weighted(of.recordsWeights)
  const isAtStart = random.happens(of.atStart)
  const first = isAtStart ? begin + random.below(of.startDays) : dayOfVisit(child, stay, random)
  const days = [first]
  // Who is written down at birth is written down again, with a name, within the year.
  if (isAtStart && of.namedWithin > 0) days.push(begin + of.startDays + random.below(of.namedWithin))
  while (days.length < many) days.push(dayOfVisit(child, stay, random))
  return days
}

function dayOfVisit(child: Child, { begin, of }: Stay, random: Random): Day {
  if (!random.happens(of.afterMove)) return begin + random.below(child.until - begin)
  const moves = child.homes.filter(({ from }) => from > begin && from < child.until)
  if (moves.length === 0) return begin + random.below(child.until - begin)
  return Math.min(child.until - 1, random.pick(moves).from + random.below(120))
}

/** Whether an agency that has not heard of an adoption writes of the child under its birth identity afterwards. */
export function staleVisit(child: Child, until: Day, rates: Rates, random: Random): Visit | undefined {
  if (!random.happens(rates.households.staleAfterAdoption)) return undefined
  const source = random.pick(sourceCodes.filter((code) => rates.sources[code].fromAge === 0))
  return { source, on: child.until + random.below(Math.min(400, until - child.until)) }
}
