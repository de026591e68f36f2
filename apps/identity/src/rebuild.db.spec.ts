import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import { KeyRing } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, HubUnderTest } from './hub-under-test.js'
import { copyOut } from './index/copy-out.js'
import { IndexKeeper } from './index/index-keeper.js'
import { IndexRepository } from './index/index.repository.js'
import { entriesIn } from './index/index-entry.js'
import { MemoryIndex } from './index/live-index.js'
import { readEntries, type EntryBatch } from './index/read-entries.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-rebuild-'))
let test: TestDatabase
let hub: HubUnderTest
let client: pg.Client

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
  client = new pg.Client({ connectionString: test.urlOf('identity') })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

async function all<T>(from: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const one of from) found.push(one)
  return found
}

describe('a table that is streamed', () => {
  it('arrives whole, however many lots it takes', async () => {
    const lots = await all(copyOut(client, 'select generate_series(1, 1234)'))
    const rows = lots.flat().filter((row) => row.length > 2)
    expect(lots.length).toBe(3)
    expect(rows.map((row) => row.readInt32BE(row.length - 4))).toEqual(Array.from({ length: 1234 }, (_, at) => at + 1))
  })

  it('fails as PostgreSQL does, and leaves the connection of use', async () => {
    await expect(all(copyOut(client, 'select nothing from nowhere'))).rejects.toMatchObject({ code: '42P01' })
    await expect(all(copyOut(client, 'select 1 / (700 - g) from generate_series(1, 900) g'))).rejects.toMatchObject({
      code: '22012',
    })
    expect(await all(copyOut(client, 'select 1 where false'))).toHaveLength(1)
  })
})

describe('an index built anew', () => {
  const shareOf = (at: number, of: number): Promise<readonly EntryBatch[]> =>
    all(readEntries({ url: test.urlOf('identity'), keyRing: hub.part(KeyRing), share: { at, of } }))

  it('is read in shares that are together the table', async () => {
    for (let count = 0; count < 12; count += 1) await hub.uciOf('northbridge-council', aFamily())
    const held = await hub.count('identity.profile')
    const [whole] = await shareOf(0, 1)
    const shares = (await Promise.all([0, 1, 2].map((at) => shareOf(at, 3)))).flat()
    const idsOf = (batches: readonly EntryBatch[]) =>
      batches.flatMap((batch) => entriesIn(batch).map(({ profileId }) => profileId)).sort()
    expect(whole?.count).toBe(held)
    expect(idsOf(shares)).toEqual(idsOf(whole ? [whole] : []))
    const digest = shares.reduce<readonly number[]>(
      (sum, one) => sum.map((half, at) => half ^ (one.digest[at] ?? 0)),
      [0, 0],
    )
    expect(digest.map((half) => half >>> 0)).toEqual(whole?.digest.map((half) => half >>> 0))
  })

  it('holds what the table holds, and finds whom it found before', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    expect(await hub.part(IndexKeeper).rebuild()).toBe(await hub.count('identity.profile'))
    expect(hub.part(MemoryIndex).digest).toBe(await hub.part(IndexRepository).digest())
    expect(await hub.uciOf('larkhill-primary', family)).toBe(uci)
  })
})
