import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { Database, type Sql } from '#libs/postgres'
import { KeyRing, type Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, nhs, type Family } from './hub-under-test.js'
import { IndexKeeper } from './index/index-keeper.js'

/**
 * Promise 5, without a clock: whoever may not know of a child makes this program send the same statements and gets the same
 * bytes, whether the child is hidden, sealed or unknown (security-and-audit.md §7: the same code, no early return). How long
 * it takes is measured by `waymark bench alike`.
 */
jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-alike-'))
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

type Child = Family & { readonly identifiers: readonly object[] }

const guardian = (reference: string): Caller =>
  caller('waymark-hub', { role: 'guardian-desk', actor: { role: 'guardian-desk', reference } })
const police = caller('vale-police')
let serial = 0

/** A child that the hospital has sent, unless the test wants it unknown. */
function aChild(): Child {
  for (;;) {
    serial += 1
    const nine = `999000${String(300 + serial)}`
    const sum = Array.from(nine).reduce((total, digit, at) => total + Number(digit) * (10 - at), 0)
    const check = (11 - (sum % 11)) % 11
    if (check !== 10)
      return { ...aFamily(), identifiers: [{ system: nhs, value: `${nine}${String(check)}`, verified: true }] }
  }
}
const protect = (level: string, child: object) =>
  hub.post('/v1/protections', { level, reason: 'a risk', reviewOn: '2099-01-01', child }, guardian('g-1'))

/** Makes a child be what the name says, and tells it with the UCI under which it was known, if it was. */
const beings: Readonly<Record<string, () => Promise<{ child: Child; uci: string }>>> = {
  unknown: () => Promise.resolve({ child: aChild(), uci: '99X4-NQJX-C8' }),
  'hidden by its location': async () => {
    const child = aChild()
    const uci = await hub.uciOf('northbridge-hospitals', child)
    expect((await protect('location-hidden', { uci })).status).toBe(201)
    return { child, uci }
  },
  'hidden by its existence': async () => {
    const child = aChild()
    const uci = await hub.uciOf('northbridge-hospitals', child)
    expect((await protect('existence-hidden', { uci })).status).toBe(201)
    return { child, uci }
  },
  'hidden before anybody spoke of it': async () => {
    const child = aChild()
    const { identifiers, ...demographics } = child
    expect((await protect('location-hidden', { demographics, identifiers })).status).toBe(201)
    return { child, uci: '99X4-NQJX-C8' }
  },
  sealed: async () => {
    const child = aChild()
    const uci = await hub.uciOf('northbridge-hospitals', child)
    const body = { uci, reason: 'Adoption order.', reviewOn: '2099-01-01' }
    const { sealId } = (await hub.post('/v1/seals', body, guardian('g-1'))).body
    expect((await hub.post(`/v1/seals/${String(sealId)}/approval`, {}, guardian('g-2'))).status).toBe(200)
    return { child, uci }
  },
}

/** Every door at which an agency may ask of a child; those that write come last. */
const doors: Readonly<Record<string, (child: Child, uci: string) => Promise<unknown>>> = {
  'child by UCI': (_, uci) => hub.ask('query ($uci: ID!) { child(uci: $uci) { uci status } }', { uci }, police),
  'child by identifier': ({ identifiers }) =>
    hub.ask(
      'query ($s: String!, $v: String!) { childByIdentifier(system: $s, value: $v) { uci status } }',
      { s: nhs, v: (identifiers[0] as { value: string }).value },
      police,
    ),
  find: (child) => hub.resolve('vale-police', child, { mode: 'find' }),
  match: ({ names: [name], bornOn, sex, identifiers }) =>
    hub.post(
      '/fhir/R4/Patient/$match',
      {
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'resource',
            resource: {
              ...{ resourceType: 'Patient', birthDate: bornOn, gender: sex },
              name: [{ use: 'official', given: [name?.given], family: name?.family }],
              identifier: identifiers.map((given) => ({ system: nhs, value: (given as { value: string }).value })),
            },
          },
        ],
      },
      police,
    ),
  'compare lists': (child) =>
    hub.post('/v1/reconciliations', { records: [{ sourceRecordId: `l-${String(1000 + serial)}`, ...child }] }, police),
  'what if': (child) =>
    hub.post(
      '/v1/what-if',
      { record: child },
      caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' }),
    ),
  event: ({ identifiers, ...demographics }) =>
    hub.post('/internal/v1/resolutions', {
      items: [
        {
          ...{ key: '0', agencyId: 'vale-police', agencyKind: 'police', recordedAt: '2026-11-20T09:00:00Z' },
          ...{ purpose: 'safeguard-child', child: { demographics, identifiers } },
        },
      ],
    }),
  register: (child) => hub.resolve('vale-police', child, { id: `a-${String(serial)}` }),
  'register again': (child) => hub.resolve('vale-police', child, { id: `b-${String(serial)}` }),
}

/** The index is kept in step beside the requests, whenever it is its turn. */
const isOfTheFeed = (text: string): boolean => /identity\.index_(?:change|entry)|pg_notify|as is_hidden/.test(text)

/** Every request uses the month's key of the index, so that one is in memory always; keys of children are not. */
async function forgetQuestions(): Promise<void> {
  const keys = await hub.admin.query<{ key_id: string }>('select distinct key_id from identity.profile')
  hub.part(KeyRing).forgetAll()
  for (const { key_id } of keys) await hub.part(KeyRing).keyById(key_id)
}

/** What this program asks of PostgreSQL while it answers, with nothing left in its memory of earlier questions. */
async function statementsOf(work: () => Promise<unknown>): Promise<{ answer: unknown; sent: readonly string[] }> {
  const database = hub.part(Database)
  const [query, transaction] = [database.query.bind(database), database.transaction.bind(database)]
  await hub.part(IndexKeeper).catchUp() // or it opens a profile, for which it looks up a key, while it is watched
  await forgetQuestions()
  const sent: string[] = []
  const watched = (sql: Sql): Sql => ({
    query: (text, params) => {
      sent.push(text)
      return sql.query(text, params)
    },
  })
  const over = watched({ query })
  database.query = (text, params) => over.query(text, params)
  database.transaction = (within) => transaction((tx) => within(watched(tx)))
  try {
    const answer = await work()
    return { answer, sent: sent.filter((text) => !isOfTheFeed(text)).sort() }
  } finally {
    Object.assign(database, { query, transaction })
  }
}

/** An answer without what is drawn anew each time; lengths stay. */
function asSeen(answer: unknown): string {
  const text = JSON.stringify(answer)
  const masked = text
    .replace(
      /"(recordId|sourceRecordId|commitment|issuedAt|signature|decisionId|childId|uci)":"([^"]*)"/g,
      (_, name, value) => `"${String(name)}":"<${String(String(value).length)}>"`,
    )
    .replace(
      /"(system)":"[^"]*","value":"([^"]*)"/g,
      (_, name, value) => `"${String(name)}":"<${String(String(value).length)}>"`,
    )
  return masked
}

describe('at every door', () => {
  it('a child that is hidden or sealed takes the statements and the bytes of one that is unknown', async () => {
    const seen = new Map<string, Readonly<Record<string, object>>>()
    for (const name of Object.keys(beings)) {
      const { child, uci } = (await beings[name]?.()) ?? { child: aChild(), uci: '' }
      const told: Record<string, object> = {}
      for (const [door, ask] of Object.entries(doors)) {
        const { answer, sent } = await statementsOf(() => ask(child, uci))
        told[door] = { sent, answer: asSeen(answer) }
      }
      seen.set(name, told)
    }
    const expected = seen.get('unknown')
    for (const [name, told] of seen) expect({ name, told }).toEqual({ name, told: expected })
    expect(expected?.['find']).toMatchObject({ answer: expect.stringContaining('"none"') as unknown })
  })
})

describe('a child hidden by its location', () => {
  it('is found by who holds a record of it with its postcode, without or with another, and by nobody else in any way', async () => {
    const { child, uci } = (await beings['hidden by its location']?.()) ?? { child: aChild(), uci: '' }
    for (const addresses of [child.addresses, [], [{ postcode: 'TW9 9ZZ' }]]) {
      const asked = { ...child, addresses }
      const holder = await hub.resolve('northbridge-hospitals', asked, { mode: 'find' })
      expect(holder.body).toMatchObject({ outcome: 'found', uci })
      expect((await hub.resolve('vale-police', asked, { mode: 'find' })).body).toMatchObject({ outcome: 'none' })
    }
  })

  it('is not known to the hub’s stewards because its guardian desk hid it', async () => {
    const { child } = (await beings['hidden before anybody spoke of it']?.()) ?? { child: aChild() }
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    const supposed = await hub.post('/v1/what-if', { record: child }, steward)
    expect(supposed.body).toMatchObject({ outcome: 'register', candidates: [] })
  })
})
