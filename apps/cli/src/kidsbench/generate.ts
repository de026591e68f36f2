import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { dateOf, dayOf, type Child, type Day } from './child.js'
import { Clerk, recordColumns, type KidsRecord } from './clerk.js'
import { Families } from './families.js'
import { staleVisit, visitsOf, type Visit } from './lives.js'
import { readNameTables } from './name-tables.js'
import { Numbers } from './numbers.js'
import { Places } from './places.js'
import { Random, scatter } from './random.js'
import { readRates, type Rates } from './rates.js'
import { HashedFile, SortedLines } from './sorted-files.js'

/** Which world to invent. */
export interface World {
  readonly children: number
  readonly seed: number
}

/** What was written. */
export interface Generated {
  readonly children: number
  readonly records: number
  /** SHA-256 of each file, in hex. */
  readonly sha256: Readonly<Record<'records.csv' | 'truth.csv' | 'events.csv', string>>
}

/** A child's record as it was written, and whose it is. */
export interface Written {
  readonly id: string
  readonly child: Child
  readonly record: KidsRecord
}

/** Records that one file of waiting lines may hold: what is sorted at once. */
const sortedAtOnce = 100_000
const mostParts = 800

/**
 * Invents children and the records that agencies keep of them, one family after the other.
 *
 * @param told - called with the number of children every ten thousand
 */
export class KidsBench {
  readonly rates: Rates
  private readonly random: Random
  private readonly families: Families
  private readonly clerk: Clerk
  private readonly end: Day
  private records = 0

  constructor(private readonly world: World) {
    this.rates = readRates()
    const { children, seed } = world
    this.random = new Random(seed, 0)
    const numbers = new Numbers(children, seed)
    const places = new Places(this.rates, children)
    const names = readNameTables(this.rates)
    this.families = new Families(
      { rates: this.rates, names, places, numbers, seed, children },
      this.random,
      new Random(seed, 0),
    )
    this.clerk = new Clerk(this.rates, numbers, this.random)
    this.end = dayOf(this.rates.referenceDate)
  }

  /** All children, family by family. */
  *children(): Generator<readonly Child[]> {
    let made = 0
    for (let family = 0; made < this.world.children; family += 1) {
      this.random.restart(this.world.seed, family)
      const children = this.families.next().slice(0, this.world.children - made)
      made += children.length
      yield children
    }
  }

  /** The identities of a family's children (two where an adoption parted them), each with its records. */
  recordsOf(family: readonly Child[]): readonly { readonly child: Child; readonly records: readonly Written[] }[] {
    return family.flatMap((child) =>
      this.identitiesOf(child).map((identity) => ({ child: identity, records: this.written(identity, family) })),
    )
  }

  private identitiesOf(child: Child): readonly Child[] {
    if (!this.random.happens(this.rates.households.adopted)) return [child]
    const on = child.bornOn + 90 + this.random.below(8 * 365)
    return on + 60 < this.end ? this.families.adopted(child, on) : [child]
  }

  private written(child: Child, family: readonly Child[]): readonly Written[] {
    const stale = child.isSealed === true ? staleVisit(child, this.end, this.rates, this.random) : undefined
    const visits = [...visitsOf(child, this.rates, this.random), ...(stale ? [stale] : [])]
    return visits.map(({ source, on }: Visit) => ({
      id: `r${scatter(this.records++, this.world.seed).toString(16).padStart(8, '0')}`,
      child,
      record: this.clerk.write(
        child,
        child.isSealed === undefined && child.succession !== undefined ? [] : family,
        source,
        on,
      ),
    }))
  }
}

/**
 * Writes `records.csv`, `truth.csv` and `events.csv`, all in order of time: byte for byte the same for one seed, size and
 * version, in memory that does not grow with the size.
 *
 * @param told - called with the number of children written, every ten thousand
 */
export function generate(world: World, folder: string, told: (children: number) => void = () => undefined): Generated {
  mkdirSync(folder, { recursive: true })
  const bench = new KidsBench(world)
  const expected = world.children * 4
  const parts = Math.min(mostParts, Math.max(1, Math.ceil(expected / sortedAtOnce)))
  const lines = new SortedLines(join(folder, '.parts'), parts)
  const spans = spansOf(bench.rates, parts)
  let children = 0
  for (const family of bench.children()) {
    addFamily(bench, family, lines, spans)
    if (Math.floor((children + family.length) / 10_000) > Math.floor(children / 10_000)) told(children + family.length)
    children += family.length
  }
  return { children, ...writeSorted(lines, folder) }
}

function addFamily(bench: KidsBench, family: readonly Child[], lines: SortedLines, partOf: (day: Day) => number): void {
  for (const { child, records } of bench.recordsOf(family)) {
    for (const { id, record } of records)
      lines.add(
        partOf(dayOf(record.recorded_at.slice(0, 10))),
        `${record.recorded_at}|${id}|${rowOf(record)}|${truthOf(child)}`,
      )
    const lastBefore = records.findLast(({ record }) => record.recorded_at < dateOf(child.until))
    if (child.isSealed === true && lastBefore)
      lines.add(partOf(child.until), `${dateOf(child.until)}T00:00:00Z|${lastBefore.id}`)
  }
}

/** Which part a day belongs to: more records are written of later days, so later spans are shorter. */
function spansOf({ referenceDate, years }: Rates, parts: number): (day: Day) => number {
  const end = dayOf(referenceDate)
  const whole = Math.floor(years * 365.25)
  return (day) => {
    const share = Math.max(0, Math.min(1 - 1e-9, 1 - (end - day) / whole))
    return Math.floor(share * share * parts)
  }
}

function rowOf(record: KidsRecord): string {
  let row = ''
  for (const column of recordColumns) row += `,${record[column]}`
  return row
}

function truthOf({ person, household, multiple, succession, names }: Child): string {
  const known = (letter: string, number: number | undefined) => (number === undefined ? '' : `${letter}${number}`)
  return `,p${person},h${household},${known('m', multiple)},${known('s', succession)},${names.code}`
}

function writeSorted(lines: SortedLines, folder: string): Omit<Generated, 'children'> {
  const records = new HashedFile(join(folder, 'records.csv'))
  const truth = new HashedFile(join(folder, 'truth.csv'))
  const events = new HashedFile(join(folder, 'events.csv'))
  records.write(`record_id,${recordColumns.join(',')}\n`)
  truth.write('record_id,person_id,household_id,multiple_id,succession_id,origin_group\n')
  events.write('at,event,record_id\n')
  let many = 0
  for (const part of lines.sorted()) {
    const [rows, truths, happened]: [string[], string[], string[]] = [[], [], []]
    for (const line of part) {
      const [at = '', id = '', row, whose = ''] = line.split('|')
      happened.push(`${at},${row === undefined ? 'sealed' : 'submitted'},${id}\n`)
      if (row === undefined) continue
      rows.push(`${id}${row}\n`)
      truths.push(`${id}${whose}\n`)
    }
    many += rows.length
    records.write(rows.join(''))
    truth.write(truths.join(''))
    events.write(happened.join(''))
  }
  return {
    records: many,
    sha256: { 'records.csv': records.close(), 'truth.csv': truth.close(), 'events.csv': events.close() },
  }
}
