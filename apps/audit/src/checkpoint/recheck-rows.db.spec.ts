import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Database, runMigrations } from '#libs/postgres'
import { AccessRecorder, createDevelopmentKeys, KeyRing, readProgramKeys } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { readSigner } from '#libs/tlog'
import { AppendRecords } from '../log/append-records.js'
import { readEntries } from '../log/entry.js'
import { LogRepository } from '../log/log.repository.js'
import { migrations } from '../migrations/index.js'
import { AccessRecordRepository } from '../search/access-record.repository.js'
import { RecheckRows } from './recheck-rows.js'

const child = '0199f000-0000-7000-8000-000000000001'
const size = 300

describe('rows that were published long ago', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-recheck-'))
  let place: TestDatabase
  let admin: Database
  let database: Database
  let recheck: RecheckRows
  let ids: readonly string[]
  beforeAll(async () => {
    createDevelopmentKeys(folder, { agencies: [] })
    const keys = readProgramKeys(join(folder, 'programs', 'audit.json'))
    place = await emptyDatabase()
    await runMigrations({ url: place.adminUrl, schema: 'audit', migrations })
    admin = await Database.open({ url: place.adminUrl })
    database = await Database.open({ url: place.urlOf('audit') })
    const keyRing = new KeyRing(keys, () => database)
    const recorder = new AccessRecorder({ keys, keyRing, service: 'audit' })
    const log = new LogRepository(database)
    const made = await Promise.all(
      Array.from({ length: size }, (_, at) =>
        recorder.record({
          ...{ kind: 'read', action: 'readFlags', outcome: 'answered', truth: { ruleId: 'r' } },
          ...(at % 2 === 0 && { child }),
        }),
      ),
    )
    ids = made.map(({ receipt }) => receipt.recordId)
    const appender = new AppendRecords(log, () => readSigner(keys.logKey ?? ''))
    const entries = made.flatMap(({ message }) => readEntries(message.value, message.headers) ?? [])
    await database.transaction((tx) => appender.append(tx, entries))
    const newest = await log.newestCheckpoint()
    await log.publish(size, newest?.note ?? '')
    recheck = new RecheckRows(log, new AccessRecordRepository(database, keyRing, keys))
  })
  afterAll(async () => {
    await admin.close()
    await database.close()
    await place.drop()
    rmSync(folder, { recursive: true })
  })

  /** Each look takes one tile: two of them see the whole log. */
  const found = async () => [await recheck.look(), await recheck.look()].filter((one) => one !== undefined)

  it('are looked at again and again, and nothing is said while they are as they were', async () => {
    for (let round = 0; round < 3; round += 1) expect(await found()).toEqual([])
  })

  it.each<[string, number, string]>([
    ['hidden from the trace of its child', 4, 'update audit.entry set child_index = sha256(child_index) where seq = 4'],
    ['put under another agency', 257, `update audit.entry set agency_id = 'vale-police' where seq = 257`],
    ['committed to anew', 299, 'update audit.entry set commitment = sha256(commitment) where seq = 299'],
    ['taken away', 120, 'delete from audit.entry where seq = 120'],
  ])('are named when one is %s', async (_, seq, change) => {
    await admin.query('create table public.kept as select * from audit.entry')
    await admin.query(change)
    const named = await found()
    await admin.query('delete from audit.entry')
    await admin.query('insert into audit.entry select * from public.kept')
    await admin.query('drop table public.kept')
    expect(named).toEqual([change.startsWith('delete') ? `entry ${String(seq)}` : ids[seq]])
  })
})
