import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { normaliserVersion } from '#libs/matching'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, HubUnderTest } from './hub-under-test.js'
import { ProgramUnderTest } from './program-under-test.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-renewal-kill-'))
const [children, testsLock] = [60, 4_243]
const waitMs = 60_000
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

const current = `identity.profile where normaliser = '${normaliserVersion}'`

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + waitMs; Date.now() < end;) {
    if (await isSo()) return
    await sleep(10)
  }
  throw new Error('The program did not come so far')
}

/** Profiles of an earlier normaliser, each found by other keys than those of today. */
const leavingBehind = [
  `update identity.profile set normaliser = 'n-1', digest = decode(md5(digest::text), 'hex')`,
  'update identity.block_key set key = key # 1',
]

/** Lets no program add more than half of the profiles while the test holds its lock. */
const holdingBack = [
  `create function identity.hold_back() returns trigger language plpgsql as $$
     begin
       if (select count(*) from ${current}) > ${String(children / 4)} then perform pg_advisory_xact_lock(${String(testsLock)}); end if;
       return null;
     end $$`,
  'create trigger hold_back before insert on identity.profile for each statement execute function identity.hold_back()',
]

describe('a program that is killed while it makes profiles anew', () => {
  it('leaves what it did, and the next makes the others anew: each once', async () => {
    const families = Array.from({ length: children }, aFamily)
    await Promise.all(families.map((family) => hub.uciOf('northbridge-council', family)))
    const keys = () => hub.admin.query('select key from identity.block_key order by key')
    const before = await keys()
    for (const statement of [...leavingBehind, ...holdingBack]) await hub.admin.query(statement)
    await hub.admin.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [testsLock])
      const first = program.start()
      await until(async () => (await hub.count(`pg_locks where locktype = 'advisory' and not granted`)) > 0)
      await program.kill(first)
    })
    const done = await hub.admin.query<{ id: string }>(`select id from ${current} order by id`)
    expect(done.length).toBeGreaterThan(0)
    expect(done.length).toBeLessThan(children)
    const second = program.start()
    await until(async () => (await hub.count(current)) === children)
    await program.kill(second)

    const now = await hub.admin.query<{ id: string }>('select id from identity.profile order by id')
    expect(now).toHaveLength(children)
    expect(now).toEqual(expect.arrayContaining([...done]))
    expect(await keys()).toEqual(before)
    expect(await hub.count('identity.record_version where profile_id is not null')).toBe(children)
  })
})
