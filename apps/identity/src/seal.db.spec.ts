import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { BulkRunner } from './bulk/bulk-runner.js'
import { MergeCheck } from './change/merge-check.js'
import { aFamily, caller, HubUnderTest, nhs, upn } from './hub-under-test.js'
import { SealChild } from './seal/seal-child.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-seal-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
  const jwk = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })
  await hub.admin.query(`insert into auth.public_key_v values ('waymark-hub', 'enc', 'desk', $1, null, null)`, [
    JSON.stringify({ ...jwk, kid: 'desk', alg: 'ECDH-ES+A256KW', use: 'enc' }),
  ])
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const guardian = (reference: string): Caller =>
  caller('waymark-hub', { role: 'guardian-desk', actor: { role: 'guardian-desk', reference } })

async function seal(uci: string, successor?: string) {
  const body = { uci, reason: 'Adoption order.', reviewOn: '2099-01-01', ...(successor !== undefined && { successor }) }
  const asked = await hub.post('/v1/seals', body, guardian('gd-1'))
  expect(asked.status).toBe(201)
  const path = `/v1/seals/${String(asked.body['sealId'])}/approval`
  expect((await hub.post(path, {}, guardian('gd-1'))).body).toMatchObject({ code: 'ANOTHER_PERSON_NEEDED' })
  const done = await hub.post(path, {}, guardian('gd-2'))
  expect(done).toMatchObject({ status: 200, body: { state: 'sealed' } })
  return String(asked.body['sealId'])
}

/** A pupil number that is nobody's: its letter checks the rest. */
function pupil(seed: string): string {
  const digits = `80120000${String(10000 + ((seed.charCodeAt(0) * 131 + seed.charCodeAt(1) * 17 + seed.length) % 9000)).slice(1)}`
  const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'
  const sum = Array.from(digits).reduce((total, digit, at) => total + Number(digit) * (at + 2), 0)
  return `${letters[sum % 23] ?? ''}${digits}`
}
const byIdentifier =
  'query ($system: String!, $value: String!) { childByIdentifier(system: $system, value: $value) { uci } }'

const guardians = `identity.review where kind = 'guardian' and state = 'open'`
const childOf = async (uci: string, by: Caller) =>
  ((await hub.ask('query ($uci: ID!) { child(uci: $uci) { uci } }', { uci }, by))['data'] as { child: object | null })
    .child

describe('a sealed succession', () => {
  it('takes two guardians, and nobody else', async () => {
    const uci = await hub.uciOf('northbridge-hospitals', aFamily())
    const body = { uci, reason: 'x', reviewOn: '2099-01-01' }
    expect((await hub.post('/v1/seals', body, caller('northbridge-council'))).status).toBe(403)
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    expect((await hub.post('/v1/seals', body, steward)).status).toBe(403)
    const program = { ...guardian('gd-1'), actor: { role: 'system-client', reference: 'nightly' } }
    expect((await hub.post('/v1/seals', body, program)).status).toBe(403)
    const itself = await hub.post('/v1/seals', { ...body, successor: uci }, guardian('gd-1'))
    expect(itself).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/successor', code: 'FIELD_VALUE' }] } })
    await seal(uci)
  })

  it('leaves nothing by which the child could be found, and a stale submission by any door gets a fresh identifier', async () => {
    const birth = aFamily()
    const number = { identifiers: [{ system: nhs, value: '9990000077', verified: true }] }
    const old = await hub.uciOf('northbridge-hospitals', { ...birth, ...number }, 'rec-1')
    const grown = { ...aFamily(), bornOn: birth.bornOn, names: [{ use: 'legal', given: 'Amina', family: 'Okonkwo' }] }
    const adopted = await hub.uciOf('northbridge-council', {
      ...grown,
      identifiers: [{ system: nhs, value: '9990000085', verified: true }],
    })
    const [requests, asked] = [await hub.count('identity.seal_request'), await hub.count(guardians)]
    await seal(old, adopted)
    expect(await childOf(old, guardian('gd-1'))).toBeNull()
    const left = `(select id from identity.child where uci = '${old.replaceAll('-', '')}')`
    for (const table of ['profile', 'identifier'])
      expect(await hub.count(`identity.${table} where child_id in ${left}`)).toBe(0)
    expect(await hub.count(`identity.link where valid_to is null and child_id in ${left}`)).toBe(0)
    expect(await hub.count('identity.seal_request')).toBe(requests)

    const fresh = new Set<string>()
    for (const id of ['rec-1', 'rec-2']) {
      const answer = await hub.resolve('northbridge-hospitals', { ...birth, ...number }, { id })
      expect(answer.body).toMatchObject({ outcome: 'identified', status: 'active' })
      fresh.add(String(answer.body['uci']))
    }
    const event = await hub.post('/internal/v1/resolutions', {
      items: [
        {
          ...{
            key: '0',
            agencyId: 'vale-police',
            agencyKind: 'police',
            recordedAt: '2026-11-20T09:00:00Z',
            purpose: 'safeguard-child',
          },
          child: { demographics: birth },
        },
      ],
    })
    const [told] = event.body['items'] as { uci: string }[]
    fresh.add(told?.uci ?? '')
    expect(fresh.has(old)).toBe(false)
    expect(fresh.has(adopted)).toBe(false)
    // An unknown child's records would find each other too.
    expect(fresh.size).toBe(1)
    expect(await hub.count(guardians)).toBe(asked + 3)
    expect(await childOf(adopted, guardian('gd-1'))).toMatchObject({ uci: adopted })
  })

  it('is unknown at every door, also where the new identity still bears a number of the old one', async () => {
    const [birth, strange] = [aFamily(), aFamily()]
    const [kept, other] = [pupil(birth.parents[0]?.family ?? ''), pupil(strange.parents[0]?.family ?? '')]
    const old = await hub.uciOf('larkhill-primary', { ...birth, identifiers: [{ system: upn, value: kept }] }, 'lk-1')
    await seal(old)
    const renamed = { ...birth, names: aFamily().names, identifiers: [{ system: upn, value: kept }] }
    const adopted = await hub.uciOf('northbridge-council', renamed, 'nc-1')
    await hub.part(MergeCheck).run()
    const steward = caller('waymark-hub', {
      ...{ role: 'data-steward', purpose: 'identity-quality' },
      actor: { role: 'data-steward', reference: 'ds-1' },
    })
    const asked = async (family: object, number: string) => {
      const details = { ...family, identifiers: [{ system: upn, value: number }] }
      const found = await hub.resolve('vale-police', details, { mode: 'find' })
      const supposed = await hub.post('/v1/what-if', { record: details }, steward)
      const compared = await hub.post(
        '/v1/reconciliations',
        { records: [{ sourceRecordId: 'vp-1', ...details }] },
        caller('vale-police'),
      )
      const byNumber = await hub.ask(byIdentifier, { system: upn, value: number }, caller('larkhill-primary'))
      return {
        ...{ found: found.body['outcome'], byNumber: byNumber['data'] },
        ...{ candidates: supposed.body['candidates'], outcome: supposed.body['outcome'] },
        compared: compared.body['counts'],
      }
    }
    const unknown = {
      ...{ found: 'none', byNumber: { childByIdentifier: null }, candidates: [], outcome: 'register' },
      compared: { 'missing-here': 1 },
    }
    expect(await asked(birth, kept)).toEqual(unknown)
    expect(await asked(strange, other)).toEqual(unknown)
    expect(await childOf(adopted, guardian('gd-1'))).toMatchObject({ uci: adopted })
    // What a stale record registers is found again, as an unknown child's would be; the new identity is not.
    const fresh = await hub.uciOf('northbridge-hospitals', { ...birth, identifiers: [{ system: upn, value: kept }] })
    expect(fresh).not.toBe(adopted)
    const again = await hub.resolve('vale-police', birth, { mode: 'find' })
    expect(again.body).toMatchObject({ outcome: 'found', uci: fresh })
    await hub.part(MergeCheck).run()
    expect(await hub.count(`identity.review where kind = 'merge'`)).toBe(0)
    expect(await childOf(adopted, guardian('gd-1'))).toMatchObject({ uci: adopted })
  })

  it('answers a stale record in a bulk load as any other', async () => {
    const birth = aFamily()
    const old = await hub.uciOf('northbridge-hospitals', birth, 'bulk-1')
    await seal(old)
    const lines = [birth, aFamily()].map((family, at) =>
      JSON.stringify({ sourceRecordId: `bulk-${at + 1}`, recordedAt: '2026-11-20T09:00:00Z', ...family }),
    )
    const headers = { 'content-type': 'application/x-ndjson' }
    const given = { bytes: Buffer.from(`${lines.join('\n')}\n`), headers }
    const sent = await hub.send('POST', '/v1/bulk-loads', caller('northbridge-hospitals'), given)
    expect(sent.status).toBe(202)
    await hub.part(BulkRunner).runAll()
    const { id } = JSON.parse(sent.text) as { id: string }
    expect(await hub.count(`identity.bulk_load where id = '${id}' and registered = 2 and linked = 0`)).toBe(1)
    expect(await childOf(old, guardian('gd-1'))).toBeNull()
  })

  it('is taken back by two guardians, with every record where it was', async () => {
    const birth = aFamily()
    const number = { identifiers: [{ system: nhs, value: '9990000131', verified: true }] }
    const old = await hub.uciOf('northbridge-hospitals', { ...birth, ...number }, 'back-1')
    await hub.uciOf('larkhill-primary', birth, 'back-2')
    const links = () =>
      hub.admin.query(
        `select encode(s.record_key, 'hex') as key, c.uci from identity.link l join identity.source_record s on s.id = l.source_record_id
           join identity.child c on c.id = l.child_id where l.valid_to is null and c.uci = $1 order by 1`,
        [old.replaceAll('-', '')],
      )
    const before = await links()
    const sealId = await seal(old)
    expect(await links()).toEqual([])
    const path = `/v1/seals/${sealId}/reversal`
    expect((await hub.post(`/v1/protections/${sealId}/lift`, { reason: 'x' }, guardian('gd-1'))).status).toBe(404)
    expect((await hub.post(path, { reason: 'x' }, caller('northbridge-council'))).status).toBe(403)
    expect((await hub.post(`${path}/approval`, {}, guardian('gd-2'))).status).toBe(403)
    expect((await hub.post(path, { reason: 'The order was set aside.' }, guardian('gd-1'))).status).toBe(200)
    expect((await hub.post(`${path}/approval`, {}, guardian('gd-1'))).body).toMatchObject({
      code: 'ANOTHER_PERSON_NEEDED',
    })
    const done = await hub.post(`${path}/approval`, {}, guardian('gd-2'))
    expect(done).toMatchObject({ status: 200, body: { state: 'reversed' } })
    expect((await hub.post(`${path}/approval`, {}, guardian('gd-3'))).status).toBe(404)
    expect(await links()).toEqual(before)
    const known = await hub.resolve('northbridge-hospitals', { ...birth, ...number }, { id: 'back-1' })
    expect(known.body).toMatchObject({ uci: old, status: 'active' })
    expect((await hub.resolve('vale-police', { ...birth, ...number }, { mode: 'find' })).body).toMatchObject({
      uci: old,
    })
    const left = `(select id from identity.child where uci = '${old.replaceAll('-', '')}')`
    expect(await hub.count(`identity.protection_v where child_id in ${left}`)).toBe(0)
    expect(await hub.count(`identity.closed_child where child_id in ${left}`)).toBe(0)
    const told = await hub.count(`identity.change_child where part = 'revived' and child_id in ${left}`)
    expect(told).toBe(1)
  })

  it('leaves nothing that joins the two: no table, no log, and no word before its own time', async () => {
    const [birth, next] = [aFamily(), aFamily()]
    const [old, adopted] = [
      await hub.uciOf('northbridge-hospitals', birth),
      await hub.uciOf('northbridge-council', next),
    ]
    const mark = await hub.count('identity.outbox')
    await seal(old, adopted)
    const ids = await hub.admin.query<{ uci: string; id: string }>(
      'select uci, id from identity.child where uci = any($1::text[])',
      [[old, adopted].map((uci) => uci.replaceAll('-', ''))],
    )
    const idOf = (uci: string) => ids.find((row) => row.uci === uci.replaceAll('-', ''))?.id ?? ''
    const tables = await hub.admin.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('identity', 'vault')`,
    )
    for (const { name } of tables) {
      const rows = await hub.admin.query<{ row: string }>(`select t::text as row from ${name} t`)
      const joins = rows.filter(({ row }) =>
        [old, adopted].every((uci) => row.includes(uci) || row.includes(idOf(uci))),
      )
      expect({ name, joins }).toEqual({ name, joins: [] })
    }
    const words = () =>
      hub.count(
        `identity.outbox where topic = 'waymark.identity-changes.v1' and pos > (select min(pos) + ${mark} - 1 from identity.outbox)`,
      )
    expect(await words()).toBe(0)
    await hub.part(SealChild).tell()
    expect(await words()).toBe(0)
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '4 days'`)
    await hub.part(SealChild).tell()
    expect(await words()).toBeGreaterThan(0)
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '0'`)
  })

  it('is shut to everybody but its two functions', async () => {
    const refused = ['select * from vault.tombstone', 'select * from vault.seal', 'delete from vault.seal']
    for (const sql of refused)
      await expect(hub.admin.query(`set local role waymark_identity; ${sql}`)).rejects.toThrow(
        /permission denied|multiple commands/,
      )
    const [old, adopted] = [await hub.uciOf('vale-police', aFamily()), await hub.uciOf('larkhill-primary', aFamily())]
    await seal(old, adopted)
    expect(await hub.count('vault.seal where pair is not null')).toBeGreaterThan(0)
    const anIdentifier = '99[0-9A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{2}'
    expect(await hub.count(`vault.seal where pair ~ '${anIdentifier}'`)).toBe(0)
  })
})
