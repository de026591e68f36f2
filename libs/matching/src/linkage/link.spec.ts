import { describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { comparisonsOf } from './comparisons.js'
import { Helper, type Helpers } from './crew.js'
import { collectFeatures } from './features.js'
import { InformationIndex } from './information-index.js'
import { linkBatch, linkOnline, type Linkage } from './link.js'
import { PairStore } from './pair-store.js'
import { randomFrom } from './random.js'
import { columnOf, type LinkageRecords } from './records.js'

/** Generous: what is checked is the outcome, on machines however busy. */
jest.setTimeout(120_000)

interface Row {
  readonly id: string
  readonly person: number
  readonly given: string
  readonly surname: string
  readonly born: string
  readonly town: string
}

const beginnings = 'al be ca do el fa ga ha is jo ka le mi no or pa ro si ta va'.split(' ')
const endings = 'ba cor den fin gus han kel lin mon nar pet rick son ton vers win'.split(' ')

/** Invented people; of each, one record, and for some a second one with exactly one error in name or date. */
function invent(people: number, repeated: number, seed: number): readonly Row[] {
  const random = randomFrom(seed)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const two = (most: number) => String(1 + Math.floor(random() * most)).padStart(2, '0')
  const name = (parts: number) => pick(beginnings) + Array.from({ length: parts }, () => pick(endings)).join('')
  const rows: Row[] = Array.from({ length: people }, (_, person) => ({
    id: `a${person}`,
    person,
    given: name(1),
    surname: name(2),
    born: `${1950 + Math.floor(random() * 60)}-${two(12)}-${two(28)}`,
    town: name(1) + 'ham',
  }))
  const again = rows.slice(0, repeated).map((row, at): Row => {
    const copy = { ...row, id: `b${row.person}` }
    if (at % 3 === 0) return { ...copy, surname: misspelt(row.surname, random) }
    return at % 3 === 1
      ? { ...copy, given: misspelt(row.given, random) }
      : { ...copy, born: `${row.born.slice(0, 8)}${two(28)}` }
  })
  return [...rows, ...again]
}

function misspelt(text: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (text.length - 1))
  return text.slice(0, at) + 'q' + text.slice(at + 1)
}

function recordsOf(rows: readonly Row[], more: Partial<LinkageRecords> = {}): LinkageRecords {
  const column = (key: 'given' | 'surname' | 'born' | 'town') => columnOf(rows.map((row) => row[key]))
  return {
    count: rows.length,
    ids: rows.map(({ id }) => id),
    fields: [
      { kind: 'name', given: [column('given')], surname: [column('surname')], other: [] },
      { kind: 'date', parts: [column('born')] },
      { kind: 'text', label: 'town', column: column('town') },
    ],
    ...more,
  }
}

/** Clusters as sets of ids, in order. */
function partition({ clusterOf }: Linkage, rows: readonly Row[]): readonly string[] {
  const clusters = new Map<number, string[]>()
  rows.forEach(({ id }, record) => {
    const cluster = clusterOf[record] as number
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), id])
  })
  return [...clusters.values()].map((ids) => ids.sort().join(' ')).sort()
}

function judge({ clusterOf }: Linkage, rows: readonly Row[]): { readonly right: number; readonly wrong: number } {
  let [right, wrong] = [0, 0]
  rows.forEach((one, at) => {
    rows.slice(0, at).forEach((two, other) => {
      if (clusterOf[at] !== clusterOf[other]) return
      if (one.person === two.person) right += 1
      else wrong += 1
    })
  })
  return { right, wrong }
}

describe('linking records without labels', () => {
  const rows = invent(240, 60, 1)

  it('finds second records of which every one has an error', async () => {
    const { right, wrong } = judge(await linkBatch(recordsOf(rows), { seed: 1 }), rows)
    expect(right).toBeGreaterThanOrEqual(57)
    expect(wrong).toBeLessThanOrEqual(1)
  })

  it('finds them one record at a time as well', async () => {
    const { right, wrong } = judge(await linkOnline(recordsOf(rows), { seed: 1 }), rows)
    expect(right).toBeGreaterThanOrEqual(56)
    expect(wrong).toBeLessThanOrEqual(2)
  })

  it('takes nobody for another where nobody is recorded twice', async () => {
    const singles = invent(300, 0, 2)
    const { scores } = await linkBatch(recordsOf(singles), { seed: 1 })
    expect(scores.filter((score) => score > 4248).length).toBeLessThanOrEqual(1)
  })

  it('does not join relatives: one surname, one town, other given names and dates', async () => {
    const people = invent(300, 60, 3)
    const kin = people.slice(100, 130).map((row, at): Row => ({
      ...(people[at + 150] as Row),
      id: `k${at}`,
      person: 10_000 + at,
      given: people[at + 200]?.given ?? '',
      surname: row.surname,
      town: row.town,
    }))
    const all = [...people, ...kin]
    expect(judge(await linkBatch(recordsOf(all), { seed: 1 }), all).wrong).toBeLessThanOrEqual(2)
  })

  it('learns what relatives share: children of one home and one mother, some of them twins', async () => {
    const random = randomFrom(5)
    const people = invent(400, 0, 5)
    const families = people.slice(0, 200).flatMap((row, at): readonly (Row & { readonly mother: string })[] => {
      const other = people[at + 200] as Row
      const mother = `${other.given} ${row.surname}`
      const given = people[((at + 90) % 200) + 200]?.given ?? ''
      const born = at % 10 === 0 ? row.born : other.born
      const sibling = { ...row, id: `s${at}`, person: 1000 + at, given, born, mother }
      const again = { ...row, id: `b${at}`, mother, surname: misspelt(row.surname, random) }
      return [{ ...row, mother }, ...(at < 40 ? [sibling] : []), ...(at >= 20 ? [again] : [])]
    })
    const { fields, ...rest } = recordsOf(families)
    const mothers = columnOf(families.map(({ mother }) => mother))
    const named = { ...rest, fields: [...fields, { kind: 'category', label: 'mother', column: mothers } as const] }
    const { right, wrong } = judge(await linkBatch(named, { seed: 1 }), families)
    expect(right).toBeGreaterThanOrEqual(176)
    expect(wrong).toBeLessThanOrEqual(2)
  })

  it('takes twins for two where there are as many of them as of repeated children', async () => {
    const random = randomFrom(8)
    const people = invent(400, 0, 8)
    const families = people.slice(0, 200).flatMap((row, at): readonly Row[] => {
      const other = people[at + 200] as Row
      const born = at % 4 === 0 ? other.born : row.born
      const sibling = { ...row, id: `s${at}`, person: 1000 + at, given: other.given, born }
      return [row, ...(at < 120 ? [sibling] : []), { ...row, id: `b${at}`, surname: misspelt(row.surname, random) }]
    })
    const { right, wrong } = judge(await linkBatch(recordsOf(families), { seed: 1 }), families)
    expect(right).toBeGreaterThanOrEqual(195)
    expect(wrong).toBeLessThanOrEqual(4)
  })

  it('gives one partition whatever the order of rows and whatever records are called', async () => {
    const some = invent(90, 40, 4)
    const expected = partition(await linkBatch(recordsOf(some), { seed: 1 }), some)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), async (seed) => {
        const random = randomFrom(seed)
        const shuffled = some
          .map((row) => ({ row, key: random() }))
          .sort((one, two) => one.key - two.key)
          .map(({ row }) => row)
        const named = recordsOf(shuffled, { ids: shuffled.map(() => `x${random()}`) })
        expect(partition(await linkBatch(named, { seed: 1 }), shuffled)).toEqual(expected)
      }),
      { numRuns: 2 },
    )
  })

  it('never joins two records of one source', async () => {
    const source = columnOf(rows.map(({ id }, at) => (at % 7 === 0 ? 'both' : id.slice(0, 1))))
    const { clusterOf, one, two } = await linkBatch(recordsOf(rows, { source }), { seed: 1 })
    const sources = new Map<string, number>()
    clusterOf.forEach((cluster, record) => {
      const key = `${cluster} ${source.at[record] as number}`
      sources.set(key, (sources.get(key) ?? 0) + 1)
    })
    expect(Math.max(...sources.values())).toBe(1)
    expect(one.some((record, pair) => source.at[record] === source.at[two[pair] as number])).toBe(false)
  })

  it('comes to the same whoever takes part, and fails if a helper does', async () => {
    const many = invent(300, 100, 7)
    const alone = await linkBatch(recordsOf(many), { seed: 1 })
    let helper: Helper | undefined
    const helpers: Helpers = {
      learnOf: (records) => (helper = new Helper(records)),
      takePart: async (work) => {
        helper?.takePart(work)
        await Promise.resolve()
      },
    }
    expect(await linkBatch(recordsOf(many), { seed: 1, helpers })).toEqual({ ...alone, model: expect.anything() })
    const failing: Helpers = {
      learnOf: () => undefined,
      takePart: async (work) => {
        Atomics.add(work.progress, 1, 1)
        await Promise.reject(new Error('out of memory'))
      },
    }
    await expect(linkBatch(recordsOf(rows), { seed: 1, helpers: failing })).rejects.toThrow('out of memory')
  })

  it.each([0, 1, 2])('links %i records', async (count) => {
    const few = rows.slice(0, count)
    for (const link of [linkBatch, linkOnline]) {
      const { clusterOf } = await link(recordsOf(few), { seed: 1 })
      expect(new Set(clusterOf).size).toBe(count)
    }
  })
})

describe('comparing pairs', () => {
  const rows = invent(40, 20, 5)
  const comparisons = comparisonsOf(recordsOf(rows))

  it('says the same either way round, and the most of a record and itself', () => {
    fc.assert(
      fc.property(fc.nat(rows.length - 1), fc.nat(rows.length - 1), (one, two) => {
        for (const { compare, levels } of comparisons) {
          expect(compare(one, two)).toBe(compare(two, one))
          expect(compare(one, one) % 64).toBe(levels - 1)
        }
      }),
    )
  })

  it('finds a pair again that it has compared, however many there are', () => {
    const pairs = new PairStore(comparisons, 2)
    const first = rows.map((_, one) => rows.map((__, two) => (one === two ? -1 : pairs.pairOf(one, two))))
    expect(pairs.size).toBe((rows.length * (rows.length - 1)) / 2)
    rows.forEach((_, one) => {
      rows.forEach((__, two) => {
        if (one !== two) expect(pairs.pairOf(two, one)).toBe(first[one]?.[two])
      })
    })
  })
})

describe('the information index', () => {
  it('retrieves what a walk over all records would, most shared information first', () => {
    const rows = invent(120, 60, 6)
    const features = collectFeatures(comparisonsOf(recordsOf(rows)), rows.length)
    const index = new InformationIndex(features, undefined)
    rows.forEach((_, record) => {
      index.add(record)
    })
    rows.forEach((_, record) => {
      const shared = rows.map((__, other) => sharedInformation(features, record, other))
      const found = index.find(record)
      const expected = shared
        .map((bits, other) => ({ bits, other }))
        .filter(({ bits, other }) => other !== record && bits >= Math.round(1000 * Math.log2(rows.length)) - 3000)
        .sort((one, two) => two.bits - one.bits || one.other - two.other)
      expect(found).toEqual(expected.slice(0, 20).map(({ other }) => other))
    })
  })
})

/** The best shared feature of each unit, asked for by the first unit that has it. */
function sharedInformation(features: ReturnType<typeof collectFeatures>, one: number, two: number): number {
  const { units, own, asked, bits } = features
  const has = new Set<number>()
  for (const unit of units.list.subarray(units.from[two], units.from[two + 1])) {
    for (const feature of own.list.subarray(own.from[unit], own.from[unit + 1])) has.add(feature)
  }
  const taken = new Set<number>()
  let sum = 0
  for (const unit of units.list.subarray(units.from[one], units.from[one + 1])) {
    const fresh = [...asked.list.subarray(asked.from[unit], asked.from[unit + 1])].filter((f) => !taken.has(f))
    for (const feature of fresh) taken.add(feature)
    sum += Math.max(0, ...fresh.filter((feature) => has.has(feature)).map((feature) => bits[feature] as number))
  }
  return sum
}
