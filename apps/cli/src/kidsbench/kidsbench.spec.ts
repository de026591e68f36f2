import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { parseNhsNumber, parsePostcode, parseUln, parseUpn } from '#libs/identifiers'
import { eventColumns, recordColumns, truthColumns } from './columns.js'
import { generate } from './generate.js'
import { inventedChildren } from './invented-children.js'
import { Numbers } from './numbers.js'
import { Random, scatter } from './random.js'
import { readRates } from './rates.js'
import { SortedLines } from './sorted-files.js'

const children = 3000
const folder = mkdtempSync(join(tmpdir(), 'kidsbench-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function rows<C extends string>(file: string, columns: readonly C[]): readonly Readonly<Record<C, string>>[] {
  const [head = '', ...lines] = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
  expect(head).toBe(columns.join(','))
  return lines.map((line) => {
    const fields = line.split(',')
    expect(fields).toHaveLength(columns.length)
    return Object.fromEntries(columns.map((column, at) => [column, fields[at] ?? ''])) as Record<C, string>
  })
}

describe('KidsBench', () => {
  const made = generate({ children, seed: 8 }, folder)
  const records = rows('records.csv', recordColumns)
  const truth = rows('truth.csv', truthColumns)
  const events = rows('events.csv', eventColumns)
  const persons = new Map(truth.map((of) => [of.person_id, of]))
  const shareOf = (test: (person: (typeof truth)[number]) => boolean) =>
    [...persons.values()].filter(test).length / persons.size

  it('writes the same bytes for one seed and others for another', () => {
    const [again, other] = [join(folder, 'again'), join(folder, 'other')]
    expect(generate({ children, seed: 8 }, again).sha256).toEqual(made.sha256)
    expect(generate({ children, seed: 9 }, other).sha256['records.csv']).not.toBe(made.sha256['records.csv'])
    expect(readFileSync(join(again, 'truth.csv'))).toEqual(readFileSync(join(folder, 'truth.csv')))
  })

  it('tells the truth about every record, in the order of the records', () => {
    expect(records).toHaveLength(made.records)
    expect(truth.map(({ record_id: id }) => id)).toEqual(records.map(({ record_id: id }) => id))
    expect(new Set(truth.map(({ record_id: id }) => id)).size).toBe(made.records)
    expect([...records].map((record) => record.recorded_at)).toEqual(records.map((record) => record.recorded_at).sort())
  })

  it('tells what happened in order of time', () => {
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort())
    const submitted = events.filter(({ event }) => event === 'submitted').map(({ record_id: id }) => id)
    expect(submitted).toEqual(records.map(({ record_id: id }) => id))
    for (const { record_id: id, event } of events.filter(({ event }) => event !== 'submitted')) {
      expect(event).toBe('sealed')
      expect(submitted).toContain(id)
    }
  })

  it('has the shares that its rates tell', () => {
    expect(shareOf(({ multiple_id: id }) => id !== '')).toBeCloseTo(0.03, 1)
    const households = new Set([...persons.values()].map(({ household_id: id }) => id)).size
    expect(persons.size / households).toBeGreaterThan(1.7)
    expect(persons.size / households).toBeLessThan(1.95)
    for (const [code, { share }] of Object.entries(readRates().origins))
      expect(Math.abs(shareOf(({ origin_group: group }) => group === code) * 100 - share)).toBeLessThan(2.5)
  })

  it('gives each record what its sector holds', () => {
    const presentIn = (source: string, column: (typeof recordColumns)[number]) => {
      const of = records.filter((record) => record.source === source)
      return of.filter((record) => record[column] !== '').length / of.length
    }
    expect(presentIn('health', 'nhs_number')).toBeCloseTo(0.98, 1)
    expect(presentIn('health', 'birth_order')).toBeCloseTo(0.8, 1)
    expect(presentIn('school', 'upn')).toBeCloseTo(0.99, 1)
    expect(presentIn('police', 'nhs_number')).toBe(0)
    expect(presentIn('housing', 'born_on')).toBeCloseTo(0.9, 1)
  })

  it('gives numbers with valid check symbols, of ranges without real children', () => {
    const numbers = records.flatMap(({ nhs_number: number }) => (number === '' ? [] : [number]))
    const valid = numbers.filter((number) => parseNhsNumber(number) !== undefined)
    expect(valid.length / numbers.length).toBeGreaterThan(0.995)
    expect(valid.every((number) => number.startsWith('999'))).toBe(true)
    expect(records.filter(({ uln }) => uln !== '' && parseUln(uln) !== uln)).toEqual([])
    expect(records.filter(({ postcode }) => postcode !== '' && parsePostcode(postcode) !== postcode)).toEqual([])
    const upns = records.flatMap(({ upn }) => (upn === '' ? [] : [upn]))
    const validUpns = upns.filter((upn) => parseUpn(upn) !== undefined)
    expect(validUpns.length / upns.length).toBeGreaterThan(0.99)
    expect(validUpns.every((upn) => upn.startsWith('999', 1))).toBe(true)
  })

  it('never gives two persons one number, except by an error', () => {
    const owners = new Map<string, Map<string, number>>()
    records.forEach(({ nhs_number: number }, at) => {
      if (number === '') return
      const of = owners.get(number) ?? new Map<string, number>()
      const person = truth[at]?.person_id ?? ''
      owners.set(number, of.set(person, (of.get(person) ?? 0) + 1))
    })
    const shared = [...owners.values()].filter((of) => [...of.values()].filter((times) => times > 1).length > 1)
    expect(shared).toHaveLength(0)
  })

  it('parts the two identities of an adopted child', () => {
    const adopted = [...persons.values()].filter(({ succession_id: id }) => id !== '')
    expect(adopted.length).toBeGreaterThan(0)
    const numbersOf = (person: string) =>
      new Set(records.flatMap(({ nhs_number: number }, at) => (truth[at]?.person_id === person ? [number] : [])))
    for (const one of adopted)
      for (const two of adopted.filter((other) => other !== one && other.succession_id === one.succession_id)) {
        expect(two.household_id).not.toBe(one.household_id)
        const shared = [...numbersOf(one.person_id)].filter(
          (number) => number !== '' && numbersOf(two.person_id).has(number),
        )
        expect(shared).toEqual([])
      }
  })

  it('numbers sixteen million children without repeating itself, above the range kept for tests', () => {
    const numbers = new Numbers(16_000_000, 3)
    const drawn = Array.from({ length: 20_000 }, () => numbers.nextNhs())
    expect(new Set(drawn).size).toBe(drawn.length)
    expect(drawn.every((number) => /^9[0-8]/.test(number) && parseNhsNumber(number) !== undefined)).toBe(true)
  })

  it("passes over the number of ten nines, which fills a field and is nobody's", () => {
    const seedThatBeginsThere = 982_321
    const numbers = new Numbers(10, seedThatBeginsThere)
    expect(parseNhsNumber('9999999999')).toBeUndefined()
    expect(parseNhsNumber(numbers.nextNhs())).toBeDefined()
    expect(new Numbers(10, seedThatBeginsThere).someNhs(0)).not.toBe('9999999999')
  })

  it('scatters ids so that no two are alike', () => {
    const ids = new Set(Array.from({ length: 100_000 }, (_, at) => scatter(at, 7)))
    expect(ids.size).toBe(100_000)
  })

  it('sorts lines by their second however many wait in a file', () => {
    const lines = new SortedLines(join(folder, 'parts'), 2)
    const random = new Random(1, 1)
    const seconds = Array.from({ length: 30_000 }, () => random.below(1_000_000))
    for (const second of seconds) lines.add(second < 500_000 ? 0 : 1, second, `of ${second}`)
    const read = [...lines.sorted()].map(({ second, bytes, from, to }) => [second, bytes.toString('utf8', from, to)])
    expect(read).toEqual([...seconds].sort((one, two) => one - two).map((second) => [second, `of ${second}`]))
  })

  it('invents children for demonstrations, the same for one seed', () => {
    const [first, second] = [inventedChildren(7), inventedChildren(7)].map((made) => made.take(50))
    expect(first).toEqual(second)
    expect(new Set(first?.map(({ nhsNumber }) => nhsNumber)).size).toBe(50)
    for (const { nhsNumber, upn } of first ?? []) {
      expect(parseNhsNumber(nhsNumber)).toBe(nhsNumber)
      expect(parseUpn(upn)).toBe(upn)
    }
  })
})
