import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Database } from '#libs/postgres'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'

describe('what the gateway may do', () => {
  let test: TestDatabase
  let gateway: Database
  let auth: Database
  beforeAll(async () => {
    test = await waymarkDatabase()
    auth = await Database.open({ url: test.urlOf('auth'), poolSize: 1 })
    gateway = await Database.open({ url: test.urlOf('gateway'), poolSize: 8 })
  })
  afterAll(async () => {
    await auth.close()
    await gateway.close()
    await test.drop()
  })

  it('claims a value once, of many at the same time', async () => {
    const digest = createHash('sha256').update(randomUUID()).digest()
    const claim = () =>
      gateway.query<{ ok: boolean }>("select auth.claim_once('dpop x', $1, now() + interval '70 s') as ok", [digest])
    const rows = (await Promise.all(Array.from({ length: 24 }, claim))).flat()
    expect(rows.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('takes from a bucket until it is empty, and is told how long to wait', async () => {
    const take = async () =>
      (await gateway.query<{ allowed: boolean; retry_after: number }>("select * from auth.take('b', 5, 5000)"))[0]
    const taken = await Promise.all(Array.from({ length: 6 }, take))
    expect(taken.filter((row) => row?.allowed)).toHaveLength(5)
    const retryAfter = taken.find((row) => row?.allowed === false)?.retry_after
    expect(retryAfter).toBeGreaterThan(900)
    expect(retryAfter).toBeLessThanOrEqual(1_000)
  })

  it('asks about as many different children as it may, and about the same ones again', async () => {
    const take = async (item: string) =>
      (
        await gateway.query<{ allowed: boolean; retry_after: number }>(
          "select * from auth.take_distinct('agency x', $1, 3, 3600)",
          [Buffer.from(item)],
        )
      )[0]
    const taken = await Promise.all(['a', 'b', 'c', 'd', 'e', 'a'].map(take))
    const allowed = taken.filter((row) => row?.allowed).length
    expect([3, 4]).toContain(allowed)
    const { n } = (await auth.query<{ n: number }>('select count(seen_at)::int as n from auth.distinct_item'))[0] ?? {
      n: 0,
    }
    expect(n).toBe(3)
    const refusedRow = taken.find((row) => row?.allowed === false)
    expect(refusedRow?.retry_after).toBeGreaterThan(3_590)
  })

  it('counts in turn, and where one limit is reached the next is left alone', async () => {
    const take = async (item: string) =>
      (
        await gateway.query<{ allowed: boolean; retry_after: number }>(
          `select * from auth.take_distinct_in_turn(array['user u', 'agency y'], array[$1, $1]::bytea[], array[2, 5], 3600)`,
          [Buffer.from(item)],
        )
      )[0]
    for (const item of ['a', 'b', 'a']) expect(await take(item)).toEqual({ allowed: true, retry_after: 0 })
    const over = await take('c')
    expect(over?.allowed).toBe(false)
    expect(over?.retry_after).toBeGreaterThan(3_590)
    const admin = await Database.open({ url: test.adminUrl, poolSize: 1 })
    const counted = await admin.query(
      "select scope, count(*)::int as n from auth.distinct_item where scope in ('user u', 'agency y') group by scope order by scope",
    )
    await admin.close()
    expect(counted).toEqual([
      { scope: 'agency y', n: 2 },
      { scope: 'user u', n: 2 },
    ])
  })

  it('reads no table of auth', async () => {
    for (const table of ['agency', 'client', 'public_key', 'replay', 'rate', 'distinct_item', 'outbox', 'revocation']) {
      await expect(gateway.query(`select 1 from auth.${table}`)).rejects.toThrow('permission denied')
    }
  })

  it('records a refusal that auth passes on', async () => {
    const message = {
      record_id: randomUUID(),
      key: Buffer.from('k').toString('base64'),
      partition: 3,
      headers: { service: 'gateway' },
      value: Buffer.from('v').toString('base64'),
    }
    await gateway.query('select auth.record_refusal($1::jsonb)', [JSON.stringify(message)])
    const [row] = await auth.query('select topic, part, key, value from auth.outbox where event_id = $1', [
      message.record_id,
    ])
    expect(row).toEqual({ topic: 'waymark.access-records.v1', part: 3, key: Buffer.from('k'), value: Buffer.from('v') })
  })
})
