import { familyOn, type Child, type Day } from './child.js'
import type { Random } from './random.js'
import { sourceCodes, type Rates, type SourceCode, type SourceRates } from './rates.js'

/** When a sector writes of a child. */
export interface Visit {
  readonly source: SourceCode
  readonly on: Day
}

const yearDays = 365.25

/** The days on which agencies write of a child during its life, or the part of it that one identity covers. */
export function visitsOf(child: Child, rates: Rates, random: Random): readonly Visit[] {
  return sourceCodes.flatMap((source) => {
    const of = rates.sources[source]
    const begin = child.bornOn + Math.floor(of.fromAge * yearDays)
    if (!random.happens(coveredOf(of, rates)) || begin >= child.until) return []
    const many = 1 + random.weighted(of.recordsWeights)
    const days = Array.from({ length: many }, (_, at) => dayOfVisit(child, { begin, isFirst: at === 0, of }, random))
    return days.filter((on) => on >= child.from && on < child.until).map((on) => ({ source, on }))
  })
}

/** A sector that begins later in life covers a greater share of those who are old enough. */
function coveredOf({ covered, fromAge }: SourceRates, { years }: Rates): number {
  return Math.min(100, (covered * years) / (years - fromAge))
}

function dayOfVisit(
  child: Child,
  { begin, isFirst, of }: { readonly begin: Day; readonly isFirst: boolean; readonly of: SourceRates },
  random: Random,
): Day {
  if (isFirst && random.happens(of.atBirth)) return child.bornOn + random.below(28)
  return begin + random.below(child.until - begin)
}

/** Whether an agency that has not heard of an adoption writes of the child under its birth identity afterwards. */
export function staleVisit(child: Child, until: Day, rates: Rates, random: Random): Visit | undefined {
  if (!random.happens(rates.households.staleAfterAdoption) || child.until >= until) return undefined
  const source = random.pick(sourceCodes.filter((code) => rates.sources[code].fromAge === 0))
  return familyOn(child, child.until) === ''
    ? undefined
    : { source, on: child.until + random.below(Math.min(400, until - child.until)) }
}
