import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named } from './hub-under-test.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-reconcile-'))
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

const council = caller('northbridge-council')
const reconcile = (records: readonly object[], more: object = {}, by = council) =>
  hub.post('/v1/reconciliations', { records, ...more }, by)
const byUci = (uci: string) => ({ identifiers: [{ system: 'urn:waymark:uci', value: uci }] })

describe('a reconciliation', () => {
  it('says of each record how it stands beside what is known, and registers nothing', async () => {
    const [same, moved, unknown, other, gone] = [aFamily(), aFamily(), aFamily(), aFamily(), aFamily()]
    const uci = await hub.uciOf('northbridge-council', same, 'c-1')
    await hub.uciOf('northbridge-council', moved, 'c-2')
    const lost = await hub.uciOf('northbridge-council', gone, 'c-9')
    const strangers = await hub.uciOf('northbridge-hospitals', other)
    const children = await hub.count('identity.child')
    const elsewhere = { ...moved, addresses: [{ postcode: 'TW9 9ZZ' }] }
    const answer = await reconcile(
      [
        { sourceRecordId: 'c-1', ...same },
        { sourceRecordId: 'c-2', ...elsewhere },
        { sourceRecordId: 'c-3', ...unknown },
        { sourceRecordId: 'c-4', ...same, ...byUci('99NJ-YZXT-0T') },
        { sourceRecordId: 'c-5', ...aFamily(), ...byUci('99X4-NQJX-C8') },
        { sourceRecordId: 'c-1', ...other },
      ],
      { isComplete: true },
    )
    expect(answer).toMatchObject({
      status: 200,
      body: {
        records: [
          { sourceRecordId: 'c-1', outcome: 'no-differences', uci, addresses: 'intersect' },
          { sourceRecordId: 'c-2', outcome: 'differences', fields: ['addresses'], addresses: 'apart' },
          { sourceRecordId: 'c-3', outcome: 'missing-here' },
          { sourceRecordId: 'c-4', outcome: 'identifier-invalid' },
          { sourceRecordId: 'c-5', outcome: 'identifier-unknown' },
          { sourceRecordId: 'c-1', outcome: 'demographics-match-another' },
        ],
        counts: { 'no-differences': 1, differences: 1, 'missing-here': 1 },
        missingThere: { count: 1, ucis: [lost] },
        quality: { names: 1000, identifiers: 333 },
      },
    })
    expect(answer.body).toHaveProperty('accessReceipt')
    expect(JSON.stringify(answer.body)).not.toContain(strangers)
    expect(await hub.count('identity.child')).toBe(children)
  })

  it('tells the UCI of today where one was replaced, and nothing of where a child lives to whoever only knows its UCI', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    await hub.admin.query(
      `insert into identity.redirect (old_uci, child_id, direct_child_id, kind)
       select '99X4NQJXC8', child_id, child_id, 'supersede' from identity.child_of_uci($1)`,
      [uci],
    )
    const { body } = await reconcile([
      { sourceRecordId: 'k-1', ...family, ...byUci('99X4-NQJX-C8') },
      { sourceRecordId: 'k-2', ...named(family, 'Quentin'), addresses: [], ...byUci(uci) },
    ])
    expect(body['records']).toEqual([
      { sourceRecordId: 'k-1', outcome: 'identifier-superseded', uci },
      { sourceRecordId: 'k-2', outcome: expect.stringMatching(/^(no-)?differences$/) as unknown, uci },
    ])
  })

  it('answers a protected child like one that is unknown, and refuses a list that cannot be read', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    const guardian = caller('waymark-hub', { role: 'guardian-desk' })
    const protection = { level: 'existence-hidden', reason: 'r', reviewOn: '2099-01-01', child: { uci } }
    expect((await hub.post('/v1/protections', protection, guardian)).status).toBe(201)
    const { body } = await reconcile([
      { sourceRecordId: 'h-1', ...family },
      { sourceRecordId: 'h-2', ...family, ...byUci(uci) },
    ])
    expect(body['records']).toEqual([
      { sourceRecordId: 'h-1', outcome: 'missing-here' },
      { sourceRecordId: 'h-2', outcome: 'identifier-unknown' },
    ])
    expect(await reconcile([{ ...family, bornOn: '20190514' }])).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/records/0/bornOn', code: 'DATE_FORM' }] },
    })
    expect(await reconcile([family])).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/records/0/sourceRecordId', code: 'FIELD_REQUIRED' }] },
    })
    expect((await reconcile([], {}, caller('vale-police', { actions: [] }))).status).toBe(403)
  })
})
