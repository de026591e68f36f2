import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { unpackRecords } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { caller, HubUnderTest } from './hub-under-test.js'
import { ProgramUnderTest } from './program-under-test.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-bulk-kill-'))
const records = 2_500
const children = 2_400
const waitMs = 60_000
const testsLock = 4_242
let test: TestDatabase
let hub: HubUnderTest
let program: ProgramUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
  program = await ProgramUnderTest.over(hub, test.urlOf('identity'), folder)
})
afterAll(async () => {
  program.killAll()
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

/** A record of a child that resembles no other; the last hundred speak of the first hundred's children again. */
function line(n: number): string {
  const drawn = createHash('sha256')
    .update(`outlives ${String(n % children)}`)
    .digest()
  const word = (from: number): string =>
    Array.from(drawn.subarray(from, from + 8), (byte) => String.fromCharCode(97 + (byte % 26))).join('')
  const two = (byte = 0, most = 28): string => String(1 + (byte % most)).padStart(2, '0')
  const bornOn = `20${two(drawn[20], 16)}-${two(drawn[21], 12)}-${two(drawn[22])}`
  return [`k-${String(n)}`, '2026-11-01T09:00:00Z', word(0), word(8), bornOn, `NB${two(drawn[23])} 1QT`].join(',')
}

async function resolvedUntil(
  enough: (resolved: number, state: string) => boolean,
  format: 'csv' | 'ndjson' = 'csv',
): Promise<number> {
  for (const until = Date.now() + waitMs; Date.now() < until;) {
    const [row] = await hub.admin.query<{ resolved: number; state: string }>(
      'select linked + registered + provisional + known as resolved, state from identity.bulk_load where format = $1',
      [format],
    )
    if (row && enough(row.resolved, row.state)) return row.resolved
    await sleep(10)
  }
  throw new Error('The load did not come so far')
}

/** Lets no program resolve more than half of the records while the test holds its lock. */
const holdingBack = [
  `create function identity.hold_back() returns trigger language plpgsql as $$
     begin
       if new.linked + new.registered + new.provisional + new.known > ${String(records / 2)} then
         perform pg_advisory_xact_lock(${String(testsLock)});
       end if;
       return new;
     end $$`,
  'create trigger hold_back before update on identity.bulk_load for each row execute function identity.hold_back()',
]

async function recordsInLog(): Promise<readonly string[]> {
  const rows = await hub.admin.query<{ value: Buffer }>(
    `select value from identity.outbox where topic = 'waymark.access-records.v1'`,
  )
  return rows.flatMap(({ value }) => (unpackRecords(value) ?? []).map(({ recordId }) => recordId))
}

/** Rows are checked in a thread there, which has to know what the load is for. */
async function refusesAnotherPurpose(): Promise<void> {
  const record = {
    ...{ sourceRecordId: 'p-1', recordedAt: '2026-11-01T09:00:00Z', purpose: 'audit' },
    ...{ bornOn: '2011-03-14', sex: 'female', names: [{ given: 'Ottoline', family: 'Brambleford' }] },
  }
  const posted = await hub.send('POST', '/v1/bulk-loads', caller('northbridge-council'), {
    bytes: Buffer.from(JSON.stringify(record)),
    headers: { 'content-type': 'application/x-ndjson' },
  })
  expect(posted.status).toBe(202)
  await resolvedUntil((_, state) => state === 'done', 'ndjson')
  expect(await hub.admin.query('select line, code, pointer from identity.bulk_rejected')).toEqual([
    { line: 1, code: 'PURPOSE_MISMATCH', pointer: '#/purpose' },
  ])
}

describe('a bulk load whose program is killed', () => {
  it('is taken up by the next program: every record resolved once, linked once, logged once, and what is for another purpose refused', async () => {
    const rows = Array.from({ length: records }, (_, n) => line(n))
    const bytes = Buffer.from(['record_id,recorded_at,given,family,born_on,postcode', ...rows].join('\n'))
    const headers = { 'content-type': 'text/csv' }
    const posted = await hub.send('POST', '/v1/bulk-loads', caller('northbridge-council'), { bytes, headers })
    expect(posted.status).toBe(202)
    for (const statement of holdingBack) await hub.admin.query(statement)
    await hub.admin.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [testsLock])
      const first = program.start()
      await resolvedUntil((resolved) => resolved > 0)
      await program.kill(first)
    })
    const stopped = await resolvedUntil(() => true)
    expect(stopped).toBeLessThan(records)
    // Whoever comes next waits until the dead program's hold has run out; here it has.
    await hub.admin.query('update identity.bulk_load set held_until = now()')
    const second = program.start()
    await resolvedUntil((_, state) => state === 'done')
    await refusesAnotherPurpose()
    await program.kill(second)

    const [load] = await hub.admin.query(
      `select staged, linked + registered + provisional as resolved, known, rejected from identity.bulk_load where format = 'csv'`,
    )
    expect(load).toEqual({ staged: records, resolved: records, known: 0, rejected: 0 })
    expect(await hub.count('identity.source_record')).toBe(records)
    expect(await hub.count('identity.record_version')).toBe(records)
    expect(await hub.count('identity.link where valid_to is null')).toBe(records)
    const childless = 'identity.child c where not exists (select 1 from identity.link l where l.child_id = c.id)'
    expect(await hub.count(childless)).toBe(0)
    const logged = await recordsInLog()
    expect([logged.length, new Set(logged).size]).toEqual([records + 2, records + 2])
  })
})
