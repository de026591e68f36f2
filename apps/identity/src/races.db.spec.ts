import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { buildProfile } from '#libs/matching'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, HubUnderTest, named, nhs, type Family } from './hub-under-test.js'
import { IndexKeeper } from './index/index-keeper.js'
import { IndexRepository } from './index/index.repository.js'
import { MemoryIndex } from './index/live-index.js'

jest.setTimeout(180_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-races-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const agencies = ['northbridge-hospitals', 'larkhill-primary', 'northbridge-council', 'vale-police'] as const

describe('two replicas', () => {
  it('mint one UCI for one newborn that they are told of a thousand times at once', async () => {
    const children = await hub.count('identity.child')
    const newborn = { ...aFamily(), birthOrder: { order: 1, of: 1 } }
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        hub.resolve(agencies[n % 4] ?? '', newborn, { id: `n-${String(n % 200)}`, at: n % 2 }),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body['uci'])).size).toBe(1)
    expect(await hub.count('identity.child')).toBe(children + 1)
  })

  it('find by memory what the other committed, and hold what the table holds', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    await hub.part(IndexKeeper, 1).catchUp()
    const [digest, ...held] = [
      await hub.part(IndexRepository).digest(),
      hub.part(MemoryIndex, 0).digest,
      hub.part(MemoryIndex, 1).digest,
    ]
    expect(held).toEqual([digest, digest])
    const misspelled = { ...named(family, 'Aminah'), addresses: [] }
    const { profile } = buildProfile(misspelled, { source: 'larkhill-primary', recordedOn: '2026-11-20' })
    const [child] = await hub.admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
    expect(hub.part(MemoryIndex, 1).propose(profile)).toContain(child?.child_id)
    expect(await hub.part(IndexKeeper, 1).compare()).toBe(true)
    await hub.part(IndexKeeper, 1).rebuild()
    expect(hub.part(MemoryIndex, 1).digest).toBe(await hub.part(IndexRepository).digest())
  })

  it('notice that an index has lost a profile, and build it anew', async () => {
    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', family)
    await hub.part(IndexKeeper, 1).catchUp()
    const [row] = await hub.admin.query<{ id: string }>(
      'select id from identity.profile order by created_at desc limit 1',
    )
    hub.part(MemoryIndex, 1).drop(row?.id ?? '')
    expect(await hub.part(IndexKeeper, 1).compare()).toBe(false)
    expect(hub.part(MemoryIndex, 1).digest).toBe(await hub.part(IndexRepository).digest())
  })
})

describe('the order of arrival', () => {
  /** One child in several spellings, its twin, and a namesake. */
  const world = (family: Family): readonly object[] => [
    { ...family, identifiers: [{ system: nhs, value: numberOf(family) }] },
    named(family, 'Aminah'),
    { ...family, addresses: [] },
    { ...family, identifiers: [{ system: nhs, value: numberOf(family) }], addresses: [] },
    { ...named(family, 'Zara'), birthOrder: { order: 2, of: 2 } },
    { ...named(family, 'Zara'), birthOrder: { order: 2, of: 2 }, parents: [] },
    { ...named(family, 'Baby'), parents: [] },
    { ...family, bornOn: '2009-03-03', addresses: [], parents: [] },
  ]

  it('makes no difference to who is one child and who is another, reviews that are open apart', async () => {
    const orders = fc.array(fc.nat({ max: 7 }), { minLength: 8, maxLength: 12 })
    const property = fc.asyncProperty(orders, orders, async (one, other) => {
      const [first, second] = [await partitionAfter(one), await partitionAfter(other)]
      for (const [pair, isOne] of first) expect([pair, second.get(pair) ?? isOne]).toEqual([pair, isOne])
    })
    await fc.assert(property, { numRuns: 8 })
  })

  /** Posts the records in this order, repeats and all; of each two: are they one child? Undecided pairs are left out. */
  async function partitionAfter(order: readonly number[]): Promise<ReadonlyMap<string, boolean>> {
    const records = world(aFamily())
    const childOf = new Map<number, string>()
    for (const [turn, n] of order.entries()) {
      const answer = await hub.resolve(agencies[n % 4] ?? '', records[n] ?? {}, {
        id: `o-${String(serial)}-${String(n)}`,
        at: turn % 2,
      })
      expect(answer.status).toBe(200)
      childOf.set(n, String(answer.body['uci']))
    }
    serial += 1
    const undecided = await openPairs()
    const pairs = [...childOf].flatMap(([a, one]) =>
      [...childOf].flatMap(([b, other]): readonly (readonly [string, boolean])[] =>
        a < b && !undecided.has(`${one} ${other}`) ? [[`${String(a)} ${String(b)}`, one === other]] : [],
      ),
    )
    return new Map(pairs)
  }

  let serial = 0

  async function openPairs(): Promise<ReadonlySet<string>> {
    const rows = await hub.admin.query<{ one: string; other: string }>(
      `select a.uci as one, b.uci as other from identity.review r join identity.child a on a.id = r.child_id
        join identity.child b on b.id = any(r.other_ids) where r.state not in ('applied', 'withdrawn')`,
    )
    const shown = (uci: string): string => `${uci.slice(0, 4)}-${uci.slice(4, 8)}-${uci.slice(8)}`
    return new Set(rows.flatMap(({ one, other }) => [`${shown(one)} ${shown(other)}`, `${shown(other)} ${shown(one)}`]))
  }
})

let numbers = 0
const known = new Map<Family, string>()

/** A test number of a family's own; the same each time. */
function numberOf(family: Family): string {
  const before = known.get(family)
  if (before !== undefined) return before
  numbers += 1
  const number = checked(1_000 + numbers)
  known.set(family, number)
  return number
}

/** The next nine digits with their check digit (Modulus 11), where there is one. */
function checked(seed: number): string {
  for (let serial = seed * 10; serial < seed * 10 + 10; serial += 1) {
    const nine = `999${String(serial % 1_000_000).padStart(6, '0')}`
    const sum = Array.from(nine).reduce((total, digit, at) => total + Number(digit) * (10 - at), 0)
    const digit = (11 - (sum % 11)) % 11
    if (digit < 10) return nine + String(digit)
  }
  throw new Error('Of ten numbers in a row one has a check digit')
}
