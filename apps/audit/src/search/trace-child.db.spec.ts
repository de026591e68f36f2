import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { loadPolicies, policiesIn } from '#libs/policy'
import { Database, runMigrations } from '#libs/postgres'
import { AccessRecorder, createDevelopmentKeys, KeyRing, readProgramKeys, type Caller } from '#libs/security'
import { newTraceparent, Problem } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { canonicalJson, readSigner, sha256 } from '#libs/tlog'
import { ExportRecords } from '../export/export-records.js'
import { AppendRecords } from '../log/append-records.js'
import { readEntries } from '../log/entry.js'
import { LogRepository } from '../log/log.repository.js'
import { migrations } from '../migrations/index.js'
import { OwnRecords } from '../proof/own-records.js'
import { ProveRecord } from '../proof/prove-record.js'
import { AccessRecordRepository } from './access-record.repository.js'
import { TraceChild } from './trace-child.js'
import { viewOf } from './access-record.view.js'
import { textIn } from './opened-record.js'

const child = '0199f000-0000-7000-8000-000000000001'
const [known, unknown] = ['99MJ-YZXT-0T', '99X4-NQJX-C8']

/** What other programs grant this one, as far as tracing asks for it. */
const neighbours = [
  'create schema if not exists auth',
  `create view auth.agency_v as select unnest(array['waymark-hub', 'larkhill', 'st-brannocs']) as agency_id, 'active' as status`,
  'create schema if not exists exchange',
  'create table exchange.ended (ended_at timestamptz)',
  `create view exchange.agreement_v as
     select agreement_id, agency_id, 1 as version, now() - interval '1 day' as valid_from,
            null::timestamptz as valid_until, (select ended_at from exchange.ended) as ended_at,
            '{"purposes": {"audit": {"gateways": [], "article6": "A6E"}, "safeguard-child": {"gateways": [], "article6": "A6C"}}}'::jsonb as body
       from unnest(array['dsa-hub', 'dsa-larkhill', 'dsa-st-brannocs'], array['waymark-hub', 'larkhill', 'st-brannocs']) as a (agreement_id, agency_id)`,
  'create schema if not exists identity',
  'create table identity.protection_v (child_id uuid, level text)',
  `create function identity.child_of_uci(text) returns table (child_id uuid) language sql as
     $$ select '${child}'::uuid where $1 = '${known.replaceAll('-', '')}' $$`,
  `create function identity.children_joined_into(uuid) returns table (child_id uuid) language sql as
     $$ select '${child}'::uuid where false $$`,
  ...['auth', 'exchange', 'identity'].flatMap((schema) => [
    `grant usage on schema ${schema} to public`,
    `grant select on all tables in schema ${schema} to public`,
  ]),
]

const folder = mkdtempSync(join(tmpdir(), 'waymark-trace-'))
let place: TestDatabase
let admin: Database
let database: Database
let tracing: TraceChild
let records: AccessRecordRepository
let openings: ProveRecord
let exports: ExportRecords

beforeAll(async () => {
  createDevelopmentKeys(folder, { agencies: [] })
  const keys = readProgramKeys(join(folder, 'programs', 'audit.json'))
  place = await emptyDatabase()
  await runMigrations({ url: place.adminUrl, schema: 'audit', migrations })
  admin = await Database.open({ url: place.adminUrl })
  for (const statement of neighbours) await admin.query(statement)
  database = await Database.open({ url: place.urlOf('audit') })
  const keyRing = new KeyRing(keys, () => database)
  const recorder = new AccessRecorder({ keys, keyRing, service: 'audit' })
  const policies = loadPolicies(policiesIn('schemas/policy'))
  records = new AccessRecordRepository(database, keyRing, keys)
  openings = new ProveRecord(
    database,
    new LogRepository(database),
    new OwnRecords(database, records, policies),
    recorder,
  )
  exports = new ExportRecords({ database, log: new LogRepository(database), records, recorder, policies })
  tracing = new TraceChild(database, records, recorder, { policies, keys })
  const looked = { kind: 'read', action: 'readFlags', outcome: 'answered', child, truth: { ruleId: 'r' } } as const
  const { message } = await recorder.record(looked)
  const longAgo = new AccessRecorder({ keys, keyRing, service: 'safeguarding', nowMs: () => Date.now() - 60_000 })
  const bySchool = await longAgo.record({
    ...{ kind: 'read', action: 'readFlags', outcome: 'answered', truth: { ruleId: 'r' } },
    caller: school('larkhill'),
  })
  const appender = new AppendRecords(new LogRepository(database), () => readSigner(keys.logKey ?? ''))
  await database.transaction((tx) =>
    appender.append(
      tx,
      [message, bySchool.message].flatMap(({ value, headers }) => readEntries(value, headers) ?? []),
    ),
  )
})
afterAll(async () => {
  await database.close()
  await admin.close()
  await place.drop()
  rmSync(folder, { recursive: true })
})

function office(role: string, purpose: string): Caller {
  return {
    ...{ clientId: `waymark-hub.${role}`, agencyId: 'waymark-hub', agencyKind: 'hub', role, agreement: 'dsa-hub' },
    ...{ purposes: [purpose], purpose, actions: ['readAccessLog'], jti: role, actor: { role, reference: 'p-1' } },
    ...{ requestId: child, traceparent: newTraceparent() },
  }
}
/** The school that looked, in the record that all of this is about. */
const school = (agencyId: string): Caller => ({
  ...{
    clientId: `${agencyId}.mis`,
    agencyId,
    agencyKind: 'school',
    agreement: `dsa-${agencyId}`,
    actions: ['readFlags'],
  },
  ...{ purposes: ['safeguard-child'], purpose: 'safeguard-child', jti: agencyId, requestId: child },
  traceparent: newTraceparent(),
})

const found = async (role: string, uci: string, purpose = 'audit') => {
  const traced = tracing.trace(office(role, purpose), { uci, limit: 10 })
  return traced.then(
    ({ records, receipt }) => [records.length, typeof receipt.recordId],
    (error: unknown) => [error instanceof Problem && error.code],
  )
}

describe('a trace', () => {
  it.each([
    `kind = 'query'`,
    `service = 'identity'`,
    `at = at - interval '1 day'`,
    `purpose = 'safeguard-child'`,
    `agency_id = 'larkhill-primary'`,
    `client_id = 'mis'`,
    `child_index = set_byte(child_index, 0, get_byte(child_index, 0) # 1)`,
    `salt1 = set_byte(salt1, 0, get_byte(salt1, 0) # 1)`,
    `inner_hash = set_byte(inner_hash, 0, get_byte(inner_hash, 0) # 1)`,
    `commitment = set_byte(commitment, 0, get_byte(commitment, 0) # 1)`,
    `sealed_inner = set_byte(sealed_inner, 40, get_byte(sealed_inner, 40) # 1)`,
  ])('names a record whose row was altered, and shows what was logged: %s', async (change) => {
    const [row] = await admin.query<{ record_id: string }>('select record_id from audit.entry order by seq limit 1')
    const shown = async () => {
      const record = await records.find(row?.record_id ?? '')
      return record && viewOf(record, await records.outerOf(record), await records.innerOf(record))
    }
    const before = await shown()
    expect(before?.state).toBe('intact')
    await admin.query('create table public.kept as select * from audit.entry')
    await admin.query(`update audit.entry set ${change}`)
    const after = await shown()
    await admin.query('delete from audit.entry')
    await admin.query('insert into audit.entry select * from public.kept')
    await admin.query('drop table public.kept')
    expect(after?.state).toBe('altered')
    expect(after).toMatchObject({ kind: before?.kind, service: before?.service, at: before?.at })
  })

  it('shows auditors who looked at a child, and nothing of one whose existence is hidden, which its guardians see', async () => {
    expect(await found('auditor', known)).toEqual([1, 'string'])
    expect(await found('guardian-desk', known, 'safeguard-child')).toEqual(['NOT_PERMITTED'])
    const levelled = async (level: string) => {
      await admin.query('delete from identity.protection_v')
      await admin.query('insert into identity.protection_v values ($1, $2)', [child, level])
    }
    await levelled('location-hidden')
    expect(await found('auditor', known)).toEqual([1, 'string'])
    await levelled('existence-hidden')
    for (const role of ['auditor', 'data-protection-officer'])
      expect([await found(role, known), await found(role, unknown)]).toEqual([
        [0, 'string'],
        [0, 'string'],
      ])
    expect(await found('guardian-desk', known, 'safeguard-child')).toEqual([1, 'string'])
    expect(await found('data-steward', known)).toEqual(['NOT_PERMITTED'])
  })
})

describe('the open half of a record', () => {
  const opened = (caller: Caller, id: string) =>
    openings.opening(id, caller).then(
      ({ outer }) => outer['agencyId'],
      (error: unknown) => error instanceof Problem && error.code,
    )
  const itsId = async () => {
    const [row] = await admin.query<{ record_id: string }>(
      `select record_id from audit.entry where agency_id = 'larkhill'`,
    )
    return row?.record_id ?? ''
  }

  it('is refused to another agency as what nobody recorded is, and each refusal is on record, with what it was truly asked of', async () => {
    /** Of whom, and whose record it was in truth. */
    const refusals = async () => {
      const written = await admin.query<{ value: Buffer; headers: Record<string, string> }>(
        `select value, headers from audit.outbox where topic = 'waymark.access-records.v1' order by pos`,
      )
      const entries = written.flatMap(({ value, headers }) => readEntries(value, headers) ?? [])
      const halves = await Promise.all(
        entries.map(async (entry) => {
          const stored = { ...entry, at: new Date(entry.atMs).toISOString(), seq: 0 }
          return [await records.outerOf(stored), await records.innerOf(stored)] as const
        }),
      )
      return halves
        .filter(([outer]) => textIn(outer, 'action') === 'readAccessRecord' && textIn(outer, 'outcome') === 'refused')
        .map(([outer, inner]) => [textIn(outer, 'agencyId'), textIn(inner, 'recordOf')])
    }
    const before = await refusals()
    for (const id of [await itsId(), child]) expect(await opened(school('st-brannocs'), id)).toBe('NOT_FOUND')
    await expect(openings.proof(await itsId(), school('st-brannocs'))).rejects.toThrow()
    expect((await refusals()).slice(before.length)).toEqual([
      ['st-brannocs', 'larkhill'],
      ['st-brannocs', null],
      ['st-brannocs', 'larkhill'],
    ])
  })

  it('is for the agency that acted, as long as its agreement is in force, and for the offices that read the log', async () => {
    const id = await itsId()
    expect(await opened(school('larkhill'), id)).toBe('larkhill')
    for (const role of ['auditor', 'data-protection-officer'])
      expect(await opened(office(role, 'audit'), id)).toBe('larkhill')
    await admin.query('insert into exchange.ended values (now())')
    expect(await opened(school('larkhill'), id)).toBe('NOT_FOUND')
    await admin.query('delete from exchange.ended')
    expect(await opened(school('larkhill'), id)).toBe('larkhill')
  })

  it('is not there for anybody else, whatever actions their token lists', async () => {
    const id = await itsId()
    const other = { ...school('st-brannocs'), actions: ['readFlags', 'readAccessLog'] }
    const others = [
      school('st-brannocs'),
      other,
      office('guardian-desk', 'safeguard-child'),
      office('data-steward', 'audit'),
    ]
    for (const caller of others) expect(await opened(caller, id)).toBe('NOT_FOUND')
  })
})

describe('an export', () => {
  const page = (caller: Caller, question: { entry?: number; limit?: number; agencyId?: string; to?: string } = {}) =>
    exports.page({ ...caller, actor: { role: 'x', reference: 'p-1' } }, { entry: 0, limit: 10, ...question }).then(
      ({ records, next, size }) => ({ entries: records.map(({ entry }) => entry), next, size }),
      (error: unknown) => error instanceof Problem && error.code,
    )
  const refused = 'NOT_PERMITTED'

  it('holds what is published, and nothing else', async () => {
    expect(await page(office('auditor', 'audit'))).toEqual({ entries: [], next: null, size: 0 })
    await new LogRepository(database).publish(2, 'a checkpoint')
    expect(await page(office('auditor', 'audit'))).toEqual({ entries: [0, 1], next: null, size: 2 })
    expect(await page(office('auditor', 'audit'), { limit: 1 })).toEqual({ entries: [0], next: 1, size: 2 })
    expect(await page(office('auditor', 'audit'), { entry: 7 })).toEqual({ entries: [], next: null, size: 2 })
  })

  it('is of all for the offices that read the log, and of an agency’s own doings for that agency', async () => {
    const own = { entries: [1], next: null, size: 2 }
    expect(await page(school('larkhill'))).toEqual(own)
    expect(await page(office('data-protection-officer', 'audit'), { agencyId: 'larkhill' })).toEqual(own)
    expect(await page(school('st-brannocs'))).toEqual({ ...own, entries: [] })
    expect(await page(school('st-brannocs'), { agencyId: 'larkhill' })).toBe(refused)
    for (const caller of [office('guardian-desk', 'safeguard-child'), office('data-steward', 'audit')])
      expect([await page(caller), await page(caller, { agencyId: 'larkhill' })]).toEqual([refused, refused])
    expect(await page(office('auditor', 'audit'), { to: '2020-01-01T00:00:00Z' })).toEqual({ ...own, entries: [] })
  })

  it('holds of each record what its commitment is made from, and nothing of its inner half', async () => {
    const caller = { ...school('larkhill'), actor: { role: 'x', reference: 'p-1' } }
    const { records: exported } = await exports.page(caller, { entry: 0, limit: 10 })
    const [record] = exported
    if (!record) throw new Error('nothing was exported')
    const half = JSON.parse(record.outer ?? '') as object
    expect(sha256(Buffer.from(record.salt1, 'hex'), canonicalJson(half)).toString('hex')).toBe(record.commitment)
    expect(record).toMatchObject({ entry: 1, kind: 'read', service: 'safeguarding', state: 'intact' })
    expect(Object.keys(half)).not.toEqual(expect.arrayContaining(['child']))
    expect(JSON.stringify(exported)).not.toContain('ruleId')
  })

  it('is recorded, also where it is refused', async () => {
    const told = async () => {
      const rows = await admin.query<{ n: number }>('select count(*)::int as n from audit.outbox')
      return rows[0]?.n ?? 0
    }
    const before = await told()
    await page(office('auditor', 'audit'))
    await page(school('st-brannocs'), { agencyId: 'larkhill' })
    expect(await told()).toBe(before + 2)
  })
})
