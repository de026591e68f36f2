import { comparableOf } from '../comparable.js'
import type { Model } from '../model.js'
import type { NameForm } from '../name-form.js'
import type { Profile } from '../profile.js'
import type { Cut } from './cut.js'

type Shares = Model['perMillion']

/** Days that clerks write where the day of birth is not known. */
const defaultDays = /^\d{4}-(01-01|\d\d-(01|15))$/
const daysOfYears = 6574

/**
 * Counts how often names, days of birth and postcodes occur in the records of a hub, for the snapshot a model carries. It
 * reads no labels and keeps counts of values only.
 */
class FrequencyCounter {
  private readonly family = new Map<string, number>()
  private readonly given = new Map<string, number>()
  private readonly postcode = new Map<string, number>()
  private readonly day = new Map<string, number>()
  private families = 0
  private givens = 0
  private postcodes = 0
  private days = 0

  constructor(private readonly cut: Cut) {}

  /** Counts one profile. */
  add(profile: Profile): void {
    const [name] = this.cut(profile).names
    if (name) this.addName(name)
    for (const postcode of profile.postcodes) count(this.postcode, postcode)
    this.postcodes += profile.postcodes.length
    if (profile.bornOn !== undefined) this.addDay(profile.bornOn)
  }

  private addName({ family, first }: NameForm): void {
    const [token, ...more] = family.distinct
    if (token !== undefined) this.families += 1
    if (token !== undefined && more.length === 0) count(this.family, token.text)
    if (first === undefined) return
    this.givens += 1
    count(this.given, first.text)
  }

  /**
   * Shares in a million.
   *
   * @param leastPerMillion - postcodes below it are left out: their band is the lowest anyway
   */
  snapshot(leastPerMillion = 10): Shares {
    const postcodes = shares(this.postcode, this.postcodes)
    return {
      family: shares(this.family, this.families),
      given: shares(this.given, this.givens),
      postcode: Object.fromEntries(Object.entries(postcodes).filter(([, share]) => share >= leastPerMillion)),
      day: this.dayShares(),
    }
  }

  private addDay(date: string): void {
    this.days += 1
    if (defaultDays.test(date)) count(this.day, date.endsWith('-01-01') ? '01-01' : date.slice(8))
  }

  /** Of the days that clerks write when they do not know: the share of one such day among all days of birth. */
  private dayShares(): Readonly<Record<string, number>> {
    const years = daysOfYears / 365.25
    const daysLike = (key: string): number => (key === '01-01' ? years : key === '01' ? 11 * years : 12 * years)
    return Object.fromEntries(
      [...this.day].map(([key, counted]) => [key, rounded((counted * 1_000_000) / this.days / daysLike(key))]),
    )
  }
}

function count(counts: Map<string, number>, value: string): void {
  counts.set(value, (counts.get(value) ?? 0) + 1)
}

function shares(counts: ReadonlyMap<string, number>, total: number): Readonly<Record<string, number>> {
  const entries = [...counts].map(([value, counted]): [string, number] => [
    value,
    rounded((counted * 1_000_000) / total),
  ])
  return Object.fromEntries(entries.sort(([one], [two]) => (one < two ? -1 : 1)))
}

/** Three digits after the point: enough for once in twelve million, and written alike everywhere. */
function rounded(share: number): number {
  return Math.round(share * 1000) / 1000
}

/** Counts the frequencies of a stream of profiles. */
export function countFrequencies(profiles: Iterable<Profile>, cut: Cut = comparableOf): Shares {
  const counter = new FrequencyCounter(cut)
  for (const profile of profiles) counter.add(profile)
  return counter.snapshot()
}
