import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { drawUci, type Uci } from '#libs/identifiers'
import { dayOneModel } from '#libs/matching'
import { Database } from '#libs/postgres'
import { freshBytes, KeyRing } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { readBulkFile } from './bulk/read-file.js'
import { RegisterAnew } from './bulk/register-anew.js'
import { recordsIn } from './bulk/stage-rows.js'
import { HubUnderTest } from './hub-under-test.js'
import { IndexKeeper } from './index/index-keeper.js'
import { KeyedHashes } from './resolution/keyed-hashes.js'
import { SealEffects } from './resolution/seal-effects.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-anew-'))
const [council, recordedAt] = ['northbridge-council', '2026-11-01T09:00:00.000Z']
const tables = ['child', 'source_record', 'profile', 'record_version', 'identifier', 'decision', 'link', 'block_key']
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

interface Invented {
  readonly id: string
  readonly given: string
  readonly family: string
  readonly bornOn: string
  readonly upn: string
}

const ottoline: Invented = {
  ...{ id: 'a-1', given: 'Ottoline', family: 'Brambleford', bornOn: '2012-03-14', upn: 'C999000000001' },
}
const tobiah: Invented = {
  ...{ id: 'a-2', given: 'Tobiah', family: 'Quillfeather', bornOn: '2015-06-07', upn: 'R999000000002' },
}

function detailsOf({ given, family, bornOn, upn }: Invented): object {
  const identifiers = [{ system: 'urn:waymark:upn', value: upn }]
  return { names: [{ use: 'legal', given, family }], bornOn, addresses: [{ postcode: 'NB7 2QT' }], identifiers }
}

async function registerAnew(child: Invented, registering = registrar()): Promise<void> {
  const { id, given, family, bornOn, upn } = child
  const file = `record_id,recorded_at,given,family,born_on,postcode,upn\n${[id, recordedAt, given, family, bornOn, 'NB7 2QT', upn].join(',')}\n`
  const { rows } = await readBulkFile(Buffer.from(file), 'csv')
  const hashes = hub.part(KeyedHashes)
  const sender = { agencyId: council, agencyKind: 'council' } as const
  const lines = { sender, purpose: 'safeguard-child', isProduction: false, nowMs: Date.now(), rows: [...rows] }
  const { records, rejected } = recordsIn(lines, hashes)
  expect(rejected).toEqual([])
  await registering.register(records.map(({ prepared }) => prepared))
}

function registrar(draw?: () => Uci): RegisterAnew {
  const parts = { database: hub.part(Database), keyRing: hub.part(KeyRing), sealing: hub.part(SealEffects) }
  return new RegisterAnew({ ...parts, hashes: hub.part(KeyedHashes), model: dayOneModel, ...(draw && { draw }) })
}

/** What the columns of each row hold, without what is drawn or sealed: whether there is something, and of what kind. */
async function rowsNow(): Promise<Readonly<Record<string, readonly string[]>>> {
  const read = tables.map(async (table) => {
    const rows = await hub.admin.query<{ row: Readonly<Record<string, unknown>> }>(
      `select to_jsonb(t) as row from identity.${table} t`,
    )
    const kind = (value: unknown): string => (value === null ? 'null' : typeof value)
    const forms = rows.map(({ row }) =>
      Object.entries(row)
        .map(([name, value]) => `${name} ${kind(value)}`)
        .join(', '),
    )
    return [table, forms.sort()] as const
  })
  const keys = await hub.admin.query<{ class: string }>(
    `select class from keys.data_key where subject like 'child:%' order by class`,
  )
  return Object.fromEntries([...(await Promise.all(read)), ['keys', keys.map((key) => key.class)] as const])
}

describe('a child registered anew', () => {
  it('stands in the same rows as one that a record registered, and is found by its record, its number and its name', async () => {
    expect((await hub.resolve(council, detailsOf(ottoline), { id: ottoline.id, recordedAt })).status).toBe(200)
    const one = await rowsNow()
    await registerAnew(tobiah)
    const two = await rowsNow()
    expect(one['child']).toHaveLength(1)
    for (const [table, rows] of Object.entries(one))
      expect([table, two[table]]).toEqual([table, [...rows, ...rows].sort()])

    await hub.part(IndexKeeper).catchUp()
    const again = await hub.resolve(council, detailsOf(tobiah), { id: tobiah.id, recordedAt })
    expect(again).toMatchObject({ status: 200, body: { outcome: 'identified', status: 'active' } })
    const other = await hub.uciOf('larkhill-primary', detailsOf(tobiah))
    const nameless = await hub.uciOf('northbridge-hospitals', { ...detailsOf({ ...tobiah, given: 'Toby' }) })
    expect([other, nameless]).toEqual([again.body['uci'], again.body['uci']])
    expect(await hub.count('identity.child')).toBe(2)
  })

  it('has an identifier of its own however often one is drawn that was given before', async () => {
    let [draws, last] = [0, drawUci(freshBytes, { reserved: true })]
    const everyTenthIsNew = () => {
      draws += 1
      if (draws % 10 === 0) last = drawUci(freshBytes, { reserved: true })
      return last
    }
    const registering = registrar(everyTenthIsNew)
    await registerAnew({ ...ottoline, id: 'b-1', given: 'Wilhelmina', upn: 'T999000000003' }, registering)
    await registerAnew({ ...tobiah, id: 'b-2', given: 'Bartholomew', upn: 'G999000000004' }, registering)
    expect(await hub.count('identity.child')).toBe(4)
  })
})
