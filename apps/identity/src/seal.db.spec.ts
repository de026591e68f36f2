import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, nhs } from './hub-under-test.js'
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
  const body = { uci, reason: 'Adoption order.', reviewOn: '2027-01-01', ...(successor !== undefined && { successor }) }
  const asked = await hub.post('/v1/seals', body, guardian('gd-1'))
  expect(asked.status).toBe(201)
  const path = `/v1/seals/${String(asked.body['sealId'])}/approval`
  expect((await hub.post(path, {}, guardian('gd-1'))).body).toMatchObject({ code: 'ANOTHER_PERSON_NEEDED' })
  const done = await hub.post(path, {}, guardian('gd-2'))
  expect(done).toMatchObject({ status: 200, body: { state: 'sealed' } })
}

const childOf = async (uci: string, by: Caller) =>
  ((await hub.ask('query ($uci: ID!) { child(uci: $uci) { uci } }', { uci }, by))['data'] as { child: object | null })
    .child

describe('a sealed succession', () => {
  it('takes two guardians, and nobody else', async () => {
    const uci = await hub.uciOf('northbridge-hospitals', aFamily())
    const body = { uci, reason: 'x', reviewOn: '2027-01-01' }
    expect((await hub.post('/v1/seals', body, caller('northbridge-council'))).status).toBe(403)
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    expect((await hub.post('/v1/seals', body, steward)).status).toBe(403)
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
    await seal(old, adopted)
    expect(await childOf(old, guardian('gd-1'))).toBeNull()
    const left = `(select id from identity.child where uci = '${old.replaceAll('-', '')}')`
    for (const table of ['profile', 'identifier'])
      expect(await hub.count(`identity.${table} where child_id in ${left}`)).toBe(0)
    expect(await hub.count(`identity.link where valid_to is null and child_id in ${left}`)).toBe(0)
    expect(await hub.count('identity.seal_request')).toBe(0)

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
    expect(fresh.size).toBe(3)
    expect(await hub.count(`identity.review where kind = 'guardian' and state = 'open'`)).toBe(3)
    expect(await childOf(adopted, guardian('gd-1'))).toMatchObject({ uci: adopted })
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
    expect(await hub.count('vault.seal where pair is not null')).toBeGreaterThan(0)
    const anIdentifier = '99[0-9A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{2}'
    expect(await hub.count(`vault.seal where pair ~ '${anIdentifier}'`)).toBe(0)
  })
})
