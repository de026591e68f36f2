import type { Child } from '../kidsbench/child.js'
import { KidsBench, type Written } from '../kidsbench/kids-bench.js'
import type { SourceCode } from '../kidsbench/rates.js'

/** The one world of demonstrations: its numbers are of the range kept for tests, and a hub holds them once. */
export const seedWorld = { children: 100_000, seed: 7 } as const

/** How many of its children a seed may take; the others play the demonstration. */
export const mostSeeded = 10_000

/** A record, and the agency of the demonstration that keeps it. */
export interface SeedRecord extends Written {
  readonly agency: string
}

/** An adoption: a record of the identity it ends, and one of the identity it begins. */
interface Succession {
  readonly before: SeedRecord
  readonly after: SeedRecord
}

/** The records of a population, in the order in which a hub has to hear of them. */
export interface Population {
  /** Children who are protected before anything is recorded of them, each by a record of theirs. */
  readonly hidden: readonly SeedRecord[]
  /** What every agency knew before any adoption. */
  readonly first: readonly SeedRecord[]
  /** What they know of the children under their new names. */
  readonly adopted: readonly SeedRecord[]
  readonly successions: readonly Succession[]
  /** What comes late, under names that an adoption has ended. */
  readonly stale: readonly SeedRecord[]
}

/** One in so many children is protected. */
const hiddenEvery = 250

const agencyOf: Readonly<Record<SourceCode, string>> = {
  health: 'northbridge-hospitals',
  school: 'larkhill-primary',
  council: 'northbridge-council',
  police: 'vale-police',
  housing: 'northbridge-housing',
}

/** The first children of the world with all their records, in order of time; the same each time. */
export function populationOf(children: number): Population {
  const lists = { first: list(), adopted: list(), stale: list() }
  const hidden = list()
  const parted = new Map<number, Partial<Succession>>()
  let ordinary = 0
  for (const { child, records } of identitiesOf(children)) {
    const [start] = records
    if (!start) continue
    for (const record of records) lists[timeIn(child, record)].push(record)
    if (child.succession !== undefined)
      note(parted, child.succession, child.isSealed ? { before: start } : { after: start })
    else if (++ordinary % hiddenEvery === 0) hidden.push(start)
  }
  const successions = [...parted.values()].flatMap(({ before, after }) => (before && after ? [{ before, after }] : []))
  const [first, adopted, stale] = [inTime(lists.first), inTime(lists.adopted), inTime(lists.stale)]
  return { hidden, first, adopted, successions, stale }
}

/** When a hub has to hear of a record. */
function timeIn({ succession, isSealed, until }: Child, { on }: Written): 'first' | 'adopted' | 'stale' {
  if (succession === undefined) return 'first'
  if (!isSealed) return 'adopted'
  return on >= until ? 'stale' : 'first'
}

function list(): SeedRecord[] {
  return []
}

function* identitiesOf(children: number): Generator<{ child: Child; records: readonly SeedRecord[] }> {
  const bench = new KidsBench(seedWorld)
  let taken = 0
  for (const family of bench.children()) {
    const some = family.slice(0, children - taken)
    taken += some.length
    for (const { child, records } of bench.recordsOf(some)) {
      const known = records.filter(({ record }) => isEnough(record.born_on))
      yield { child, records: known.map((written) => ({ ...written, agency: agencyOf[written.record.source] })) }
    }
    if (taken >= children) return
  }
}

/** A record without a birth date is refused by the doors (identity.md §13). */
function isEnough(bornOn: string): boolean {
  return bornOn !== ''
}

function note(parted: Map<number, Partial<Succession>>, succession: number, side: Partial<Succession>): void {
  parted.set(succession, { ...parted.get(succession), ...side })
}

function inTime(records: readonly SeedRecord[]): readonly SeedRecord[] {
  const timeOf = ({ id, record }: SeedRecord) => record.recorded_at + id
  return records.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
}
