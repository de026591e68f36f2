import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { newId } from '#libs/postgres'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, nhs, upn } from './hub-under-test.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-'))
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

const accessRecords = `identity.outbox where topic = 'waymark.access-records.v1'`
const readByUci =
  'query ($uci: ID!) { child(uci: $uci) { uci status requestedAs names { given family } bornOn identifiers { system value } } }'
const readByNumber =
  'query ($system: String!, $value: String!) { childByIdentifier(system: $system, value: $value) { uci names { given } identifiers { system } } }'

describe('reading a child', () => {
  it('shows an involved school what a school may have, and the police nothing', async () => {
    const family = aFamily()
    const numbers = {
      identifiers: [
        { system: nhs, value: '9990000042' },
        { system: upn, value: 'R999999926001' },
      ],
    }
    const uci = await hub.uciOf('larkhill-primary', { ...family, ...numbers })
    const [child] = await hub.admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
    await hub.admin.query(
      `insert into safeguarding.involvement_v values ($1, 'larkhill-primary', 'registered', now() - interval '1 day', null)`,
      [child?.child_id],
    )
    const before = await hub.count(accessRecords)
    const seen = await hub.ask(readByUci, { uci: uci.toLowerCase() }, caller('larkhill-primary'))
    expect(seen).toMatchObject({
      data: {
        child: {
          ...{ uci, status: 'ACTIVE', requestedAs: null, bornOn: family.bornOn },
          names: [{ given: 'Amina', family: family.names[0]?.family }],
          identifiers: [
            { system: 'urn:waymark:uci', value: uci },
            { system: upn, value: 'R999999926001' },
          ],
        },
      },
    })
    expect((seen['extensions'] as { accessReceipts: unknown[] }).accessReceipts).toHaveLength(1)
    expect(await hub.count(accessRecords)).toBe(before + 1)
    const byNumber = await hub.ask(readByNumber, { system: upn, value: 'r9999 9992 6001' }, caller('larkhill-primary'))
    expect(byNumber).toMatchObject({ data: { childByIdentifier: { uci } } })
    const entity = await hub.ask(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Child { uci bornOn } } }',
      { of: [{ __typename: 'Child', uci }] },
      caller('larkhill-primary'),
    )
    expect(entity).toMatchObject({ data: { _entities: [{ uci, bornOn: family.bornOn }] } })
  })

  it('answers unknown, protected and not yours alike, each with its access record', async () => {
    const uci = await hub.uciOf('northbridge-hospitals', {
      ...aFamily(),
      identifiers: [{ system: nhs, value: '9990000050' }],
    })
    const [hidden, absent] = [
      await hub.uciOf('northbridge-hospitals', { ...aFamily(), identifiers: [{ system: nhs, value: '9990000069' }] }),
      '99X4-NQJX-C8',
    ]
    await hub.post(
      '/v1/protections',
      { level: 'existence-hidden', reason: 'r', reviewOn: '2099-01-01', child: { uci: hidden } },
      caller('waymark-hub', { role: 'guardian-desk' }),
    )
    const before = await hub.count(accessRecords)
    const police = caller('vale-police')
    const answers = await Promise.all([uci, hidden, absent].map((asked) => hub.ask(readByUci, { uci: asked }, police)))
    const numbers = await Promise.all(
      ['9990000050', '9990000069', '9990000077'].map((value) => hub.ask(readByNumber, { system: nhs, value }, police)),
    )
    expect(await hub.count(accessRecords)).toBe(before + 6)
    const plain = (answer: Readonly<Record<string, unknown>>) =>
      JSON.stringify(answer).replace(/"(recordId|commitment|issuedAt|signature)":"[^"]*"/g, '"$1":""')
    expect(new Set(answers.map(plain)).size).toBe(1)
    expect(new Set(numbers.map(plain)).size).toBe(1)
    expect(answers[0]).toMatchObject({ data: { child: null } })
  })

  it('refuses a mistyped identifier, a missing actor and a purpose that no agreement has', async () => {
    const school = caller('larkhill-primary')
    const codes = (answer: Readonly<Record<string, unknown>>) =>
      (answer['errors'] as { extensions: object }[])[0]?.extensions
    expect(codes(await hub.ask(readByUci, { uci: '99NJ-YZXT-0T' }, school))).toMatchObject({
      code: 'IDENTIFIER_INVALID',
      errors: [{ pointer: '#/uci', code: 'UCI_CHECK_FAILED' }],
    })
    expect(codes(await hub.ask(readByNumber, { system: nhs, value: '9990000017' }, school))).toMatchObject({
      code: 'IDENTIFIER_INVALID',
    })
    const nobody = JSON.parse(JSON.stringify({ ...school, actor: undefined })) as typeof school
    expect(codes(await hub.ask(readByUci, { uci: '99X4-NQJX-C8' }, nobody))).toMatchObject({ code: 'MALFORMED' })
    const other = caller('larkhill-primary', { purpose: 'audit', purposes: ['audit'] })
    expect(codes(await hub.ask(readByUci, { uci: '99X4-NQJX-C8' }, other))).toMatchObject({ code: 'NOT_PERMITTED' })
  })
})

describe('protection', () => {
  const guardian = (reference: string) =>
    caller('waymark-hub', { role: 'guardian-desk', actor: { role: 'guardian-desk', reference } })
  const protect = (child: object, level = 'existence-hidden') =>
    hub.post('/v1/protections', { level, reason: 'a risk', reviewOn: '2099-01-01', child }, guardian('g-1'))

  it('gives everybody else a fresh UCI in the same words, and whoever holds the record its own', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family, 'p-1')
    expect((await protect({ demographics: family })).status).toBe(201)
    const stranger = await hub.resolve('larkhill-primary', family, { id: 'lk-p' })
    expect(stranger.body).toMatchObject({ outcome: 'identified', status: 'active', notices: [] })
    expect(stranger.body['uci']).not.toBe(uci)
    expect(await hub.uciOf('northbridge-hospitals', family, 'p-1')).toBe(uci)
    expect(await hub.uciOf('larkhill-primary', family, 'lk-p')).toBe(stranger.body['uci'])
    expect((await hub.resolve('vale-police', family, { mode: 'find' })).body).toMatchObject({ outcome: 'none' })
    const third = await hub.uciOf('northbridge-council', family)
    expect([uci, stranger.body['uci']]).not.toContain(third)
  })

  it('works before anybody has spoken of the child', async () => {
    const family = aFamily()
    expect((await protect({ demographics: family }, 'location-hidden')).body).toHaveProperty('protectionId')
    const uci = await hub.uciOf('northbridge-hospitals', family)
    const [level] = await hub.admin.query(
      `select p.level from identity.child_of_uci($1) c join identity.protection_v p using (child_id)`,
      [uci],
    )
    expect(level).toEqual({ level: 'location-hidden' })
    expect((await hub.resolve('vale-police', family, { mode: 'find' })).body).toMatchObject({ outcome: 'none' })
    expect(await hub.uciOf('northbridge-hospitals', family)).toBe(uci)
  })

  it('ends only when a second person agrees', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    const { body } = await protect({ uci })
    const path = `/v1/protections/${String(body['protectionId'])}/lift`
    expect((await hub.post(`${path}/approval`, {}, guardian('g-2'))).status).toBe(403)
    expect((await hub.post(path, { reason: 'over' }, guardian('g-1'))).status).toBe(200)
    const alone = await hub.post(`${path}/approval`, {}, guardian('G-1'))
    expect(alone).toMatchObject({ status: 409, body: { code: 'ANOTHER_PERSON_NEEDED' } })
    const program = { ...guardian('nightly'), actor: { role: 'system-client', reference: 'nightly' } }
    expect((await hub.post(`${path}/approval`, {}, program)).status).toBe(403)
    expect((await hub.post(`${path}/approval`, {}, guardian('g-2'))).status).toBe(200)
    expect((await hub.resolve('vale-police', family, { mode: 'find' })).body).toMatchObject({ outcome: 'found', uci })
    expect((await hub.post(`/v1/protections/${newId()}/lift`, { reason: 'x' }, guardian('g-1'))).status).toBe(404)
    expect(
      (
        await hub.post(
          '/v1/protections',
          { level: 'existence-hidden', reason: 'r', reviewOn: '2099-01-01', child: { uci } },
          caller('larkhill-primary'),
        )
      ).status,
    ).toBe(403)
  })
})

describe('the database', () => {
  it('holds no name, date, number or postcode in the clear', async () => {
    const family = { ...aFamily(), names: [{ given: 'Marquelle', family: 'Thistlewood' }] }
    await hub.uciOf(
      'northbridge-hospitals',
      { ...family, identifiers: [{ system: nhs, value: '9990000085' }] },
      'secret-record',
    )
    const tables = await hub.admin.query<{ t: string }>(
      `select table_name as t from information_schema.tables where table_schema = 'identity' and table_type = 'BASE TABLE'`,
    )
    for (const { t } of tables) {
      const rows = await hub.admin.query<{ found: string }>(
        `select count(*) as found from identity.${t} x where x::text ~* 'thistlewood|marquelle|9990000085|secret-record' or encode(convert_to(x::text, 'UTF8'), 'hex') ~ '7468697374'`,
      )
      expect([t, rows[0]?.found]).toEqual([t, '0'])
    }
  })

  it('finds by an index what refers to a row that may be taken away', async () => {
    const unindexed = await hub.admin.query(
      `select c.conrelid::regclass::text as from, c.confrelid::regclass::text as to
         from pg_constraint c join pg_namespace n on n.oid = c.connamespace and n.nspname = 'identity'
        where c.contype = 'f' and has_table_privilege('waymark_identity', c.confrelid, 'delete')
          and not exists (select 1 from pg_index i where i.indrelid = c.conrelid
                           and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey)`,
    )
    expect(unindexed).toEqual([])
  })

  it('keeps no index whose columns another of the same table begins with', async () => {
    const needless = await hub.admin.query(
      `select a.indexrelid::regclass::text as needless, b.indexrelid::regclass::text as beside
         from pg_index a join pg_index b on b.indrelid = a.indrelid and b.indexrelid <> a.indexrelid
         join pg_class c on c.oid = a.indexrelid join pg_class d on d.oid = b.indexrelid and d.relam = c.relam
         join pg_class t on t.oid = a.indrelid and t.relnamespace in ('identity'::regnamespace, 'vault'::regnamespace)
        where not a.indisunique and a.indpred is null and b.indpred is null and a.indexprs is null and b.indexprs is null
          and (b.indkey::text || ' ') like (a.indkey::text || ' %')`,
    )
    expect(needless).toEqual([])
  })
})
