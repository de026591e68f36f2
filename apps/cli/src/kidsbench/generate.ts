import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { dateOf, dayOf, twoDigits, type Child, type Day } from './child.js'
import { eventColumns, recordColumns, rowOf, truthColumns, truthOf } from './columns.js'
import { idLength, KidsBench, type World } from './kids-bench.js'
import type { Rates } from './rates.js'
import { HashedFile, SortedLines } from './sorted-files.js'

/** What was written. */
export interface Generated {
  readonly children: number
  readonly records: number
  /** SHA-256 of each file, in hex. */
  readonly sha256: Readonly<Record<string, string>>
}

/** Records that one file of waiting lines may hold: what is sorted at once. */
const sortedAtOnce = 100_000
const mostParts = 800
const [recordsFile, truthFile, eventsFile] = ['records.csv', 'truth.csv', 'events.csv'] as const

/**
 * Writes `records.csv`, `truth.csv` and `events.csv`, all in order of time: byte for byte the same for one seed, size and
 * version, in memory that does not grow with the size.
 *
 * @param told - called with the number of children written, every ten thousand
 */
export function generate(world: World, folder: string, told: (children: number) => void = () => undefined): Generated {
  mkdirSync(folder, { recursive: true })
  const bench = new KidsBench(world)
  const parts = Math.min(mostParts, Math.max(1, Math.ceil((world.children * 4) / sortedAtOnce)))
  const lines = new SortedLines(join(folder, '.parts'), parts)
  const partOf = partsOf(bench.rates, parts)
  let children = 0
  for (const family of bench.children()) {
    addFamily(bench, family, lines, partOf)
    if (Math.floor((children + family.length) / 10_000) > Math.floor(children / 10_000)) told(children + family.length)
    children += family.length
  }
  return { children, ...writeSorted(lines, folder) }
}

function addFamily(bench: KidsBench, family: readonly Child[], lines: SortedLines, partOf: (day: Day) => number): void {
  for (const { child, records } of bench.recordsOf(family)) {
    for (const { id, on, record } of records)
      lines.add(partOf(on), secondOf(on, record.recorded_at), `${id}${rowOf(record)}|${truthOf(child)}`)
    const known = child.isSealed ? records.findLast(({ on }) => on < child.until) : undefined
    if (known) lines.add(partOf(child.until), child.until * 86_400, known.id)
  }
}

/** Which part a day belongs to: more records are written of later days, so later spans are shorter. */
function partsOf({ referenceDate, years }: Rates, parts: number): (day: Day) => number {
  const end = dayOf(referenceDate)
  const whole = Math.floor(years * 365.25)
  return (day) => {
    const share = Math.max(0, Math.min(1 - 1e-9, 1 - (end - day) / whole))
    return Math.floor(share * share * parts)
  }
}

function writeSorted(lines: SortedLines, folder: string): Omit<Generated, 'children'> {
  const [records, truth, events] = [recordsFile, truthFile, eventsFile].map(
    (name) => new HashedFile(join(folder, name)),
  )
  if (!records || !truth || !events) throw new Error('Three files are written')
  records.text(`${recordColumns.join(',')}\n`)
  truth.text(`${truthColumns.join(',')}\n`)
  events.text(`${eventColumns.join(',')}\n`)
  let many = 0
  for (const { second, bytes, from, to } of lines.sorted()) {
    const idEnd = from + idLength
    const isRecord = to > idEnd
    events.text(`${timeOf(second)},${isRecord ? 'submitted' : 'sealed'},`)
    events.bytes(bytes, from, idEnd)
    events.text('\n')
    if (!isRecord) continue
    const rowEnd = bytes.indexOf('|', idEnd)
    records.bytes(bytes, from, rowEnd)
    records.text('\n')
    truth.bytes(bytes, from, idEnd)
    truth.bytes(bytes, rowEnd + 1, to + 1)
    many += 1
  }
  const sha256 = { [recordsFile]: records.close(), [truthFile]: truth.close(), [eventsFile]: events.close() }
  return { records: many, sha256 }
}

function secondOf(day: Day, at: string): number {
  return day * 86_400 + Number(at.slice(11, 13)) * 3600 + Number(at.slice(14, 16)) * 60 + Number(at.slice(17, 19))
}

function timeOf(second: number): string {
  const ofDay = second % 86_400
  return `${dateOf((second - ofDay) / 86_400)}T${twoDigits(ofDay / 3600)}:${twoDigits((ofDay / 60) % 60)}:${twoDigits(ofDay % 60)}Z`
}
