import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { newId } from '#libs/postgres'
import type { Caller } from '#libs/security'
import { KeyedRequests } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest } from './hub-under-test.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-keyed-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
})
// What a test waits for in the table is then of its own request, and of no earlier one.
beforeEach(() => hub.admin.query('delete from identity.keyed_request'))
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const guardian = (reference: string) =>
  caller('waymark-hub', { role: 'guardian-desk', actor: { role: 'guardian-desk', reference } })

async function post(path: string, key: string, body: object, by: Caller = guardian('g-1')) {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8')
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const { status, text, headers: answered } = await hub.send('POST', path, by, { bytes, headers })
  const { code } = JSON.parse(text) as { readonly code?: string }
  return { status, text, code, retryAfter: answered['retry-after'] }
}

const hidden = (child: object) => ({ level: 'existence-hidden', reason: 'a risk', reviewOn: '2099-01-01', child })
const protections = 'identity.protection'
const records = `identity.outbox where topic = 'waymark.access-records.v1'`

async function aProtection(): Promise<string> {
  const { text } = await post('/v1/protections', newId(), hidden({ demographics: aFamily() }))
  return String((JSON.parse(text) as { protectionId: unknown }).protectionId)
}

/** Runs `work` while nobody else can change the protection. */
async function whileHeld(protectionId: string, work: () => Promise<void>): Promise<void> {
  await hub.admin.transaction(async (tx) => {
    await tx.query('select 1 from identity.protection where id = $1 for update', [protectionId])
    await work()
  })
}

async function until(sql: string): Promise<void> {
  for (const end = Date.now() + 20_000; (await hub.count(sql)) === 0;) {
    if (Date.now() > end) throw new Error(`there is nothing in ${sql}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('a request under a key of the client’s own', () => {
  it('takes effect once, and is answered again with the same status and bytes', async () => {
    const [key, body] = [newId(), hidden({ demographics: aFamily() })]
    const first = await post('/v1/protections', key, body)
    expect(first.status).toBe(201)
    const [made, told] = [await hub.count(protections), await hub.count(records)]
    expect(await post('/v1/protections', key, body)).toEqual(first)
    expect([await hub.count(protections), await hub.count(records)]).toEqual([made, told])
    expect((await post('/v1/protections', newId(), body)).text).not.toBe(first.text)
  })

  it('is refused for another body, another person and another path, and is another client’s to use', async () => {
    const [key, body] = [newId(), hidden({ demographics: aFamily() })]
    const { text } = await post('/v1/protections', key, body)
    const lift = `/v1/protections/${String((JSON.parse(text) as { protectionId: unknown }).protectionId)}/lift`
    const reused = { status: 409, code: 'IDEMPOTENCY_KEY_REUSED' }
    expect(await post('/v1/protections', key, { ...body, reason: 'another' })).toMatchObject(reused)
    expect(await post('/v1/protections', key, body, guardian('g-2'))).toMatchObject(reused)
    expect(await post(lift, key, { reason: 'over' })).toMatchObject(reused)
    const other = { ...guardian('g-1'), clientId: 'waymark-hub.another' }
    expect(await post(lift, key, { reason: 'over' }, other)).toMatchObject({ status: 200 })
  })

  it('is told to wait while the first attempt runs, and then has its answer', async () => {
    const [key, protectionId] = [newId(), await aProtection()]
    const lift = () => post(`/v1/protections/${protectionId}/lift`, key, { reason: 'over' })
    let first: ReturnType<typeof lift> | undefined
    await whileHeld(protectionId, async () => {
      first = lift()
      await until(`identity.keyed_request where answer is null`)
      expect(await lift()).toMatchObject({ status: 409, code: 'REQUEST_IN_PROGRESS', retryAfter: '1' })
    })
    const answer = await first
    expect(answer).toMatchObject({ status: 200 })
    expect(await lift()).toEqual(answer)
  })

  it('has one effect of many attempts at once', async () => {
    const [key, body, before] = [newId(), hidden({ demographics: aFamily() }), await hub.count(protections)]
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('/v1/protections', key, body)))
    expect(await hub.count(protections)).toBe(before + 1)
    const done = answers.filter(({ status }) => status === 201)
    expect(new Set(done.map(({ text }) => text)).size).toBe(1)
    const waiting = answers.filter(({ status }) => status !== 201).map(({ code }) => code)
    expect(new Set(['REQUEST_IN_PROGRESS', ...waiting]).size).toBe(1)
  })

  it('is free again after a body that does not hold, and after a refusal', async () => {
    const [key, body] = [newId(), hidden({ demographics: aFamily() })]
    expect(await post('/v1/protections', key, { ...body, level: 'none' })).toMatchObject({ status: 422 })
    expect(await post('/v1/protections', key, body, caller('larkhill-primary'))).toMatchObject({ status: 403 })
    expect(await post('/v1/protections', key, body)).toMatchObject({ status: 201 })
    const approval = `/v1/protections/${await aProtection()}/lift/approval`
    expect(await post(approval, key, {}, { ...guardian('g-2'), clientId: 'c' })).toMatchObject({ status: 403 })
    expect(await hub.count(`identity.keyed_request where client_id = 'c'`)).toBe(0)
  })

  it('takes a key of 1 to 255 characters and no other', async () => {
    const body = hidden({ demographics: aFamily() })
    expect(await post('/v1/protections', '', body)).toMatchObject({ status: 400, code: 'MALFORMED' })
    expect(await post('/v1/protections', 'k'.repeat(256), body)).toMatchObject({ status: 400, code: 'MALFORMED' })
    expect(await post('/v1/protections', 'k'.repeat(255), body)).toMatchObject({ status: 201 })
  })
})

describe('an attempt that died', () => {
  it('leaves its key to the same request when its time is over, and to no other', async () => {
    const [key, protectionId] = [newId(), await aProtection()]
    const lift = (reason = 'over') => post(`/v1/protections/${protectionId}/lift`, key, { reason })
    expect(await lift()).toMatchObject({ status: 200 })
    // As it stands where the program ended before the commit.
    await hub.admin.query(
      'update identity.protection set lift_asked_at = null, lift_asked_by = null, lift_reason = null',
    )
    await hub.admin.query(`update identity.keyed_request set answer = null, answer_key_id = null`)
    expect(await lift()).toMatchObject({ code: 'REQUEST_IN_PROGRESS' })
    await hub.admin.query(`update identity.keyed_request set held_until = now() - interval '1 second'`)
    expect(await lift('another')).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect(await lift()).toMatchObject({ status: 200 })
  })

  it('has no effect where it only seemed to have died, and another has taken over', async () => {
    const [key, protectionId] = [newId(), await aProtection()]
    const lift = () => post(`/v1/protections/${protectionId}/lift`, key, { reason: 'over' })
    let attempts: ReturnType<typeof lift>[] = []
    const told = await hub.count(records)
    await whileHeld(protectionId, async () => {
      attempts = [lift()]
      await until(`identity.keyed_request where answer is null`)
      await hub.admin.query(
        `update identity.keyed_request set held_until = now() - interval '1 second' where answer is null`,
      )
      attempts.push(lift())
      await until(`identity.keyed_request where answer is null and held_until > now()`)
    })
    const [first, second] = await Promise.all(attempts)
    expect(first).toMatchObject({ status: 409, code: 'REQUEST_IN_PROGRESS' })
    expect(second).toMatchObject({ status: 200 })
    expect(await lift()).toEqual(second)
    expect(await hub.count(records)).toBe(told + 1)
  })
})

describe('what is kept of a keyed request', () => {
  it('is neither key nor body nor answer in the clear, and is forgotten after a day', async () => {
    const [key, body] = ['ring Nasreen', hidden({ demographics: aFamily() })]
    const { text } = await post('/v1/protections', key, body)
    const [row] = await hub.admin.query<{ row: string }>(
      `select k::text || encode(answer, 'escape') as row from identity.keyed_request k order by created_at desc limit 1`,
    )
    expect(row?.row).not.toMatch(/Nasreen|protectionId|begum/)
    await hub.admin.query(`update identity.keyed_request set created_at = now() - interval '25 hours'`)
    const again = await post('/v1/protections', key, body)
    expect(again.status).toBe(201)
    expect(again.text).not.toBe(text)
    await hub.part(KeyedRequests).forgetOld()
    expect(await hub.count('identity.keyed_request')).toBe(1)
  })
})

describe('every other door that changes something', () => {
  const ask = (body: object, by = guardian('g-1')) => ({ body, by })

  it('answers a repeat with the bytes of the first', async () => {
    const uci = await hub.uciOf('northbridge-hospitals', aFamily())
    const twice = async (path: string, { body, by }: ReturnType<typeof ask>) => {
      const key = newId()
      const first = await post(path, key, body, by)
      expect([path, first.status < 300]).toEqual([path, true])
      const told = await hub.count(records)
      expect(await post(path, key, body, by)).toEqual(first)
      expect(await hub.count(records)).toBe(told)
      return JSON.parse(first.text) as Record<string, string>
    }
    const { protectionId = '' } = await twice('/v1/protections', ask(hidden({ uci })))
    await twice(`/v1/protections/${protectionId}/lift`, ask({ reason: 'over' }))
    await twice(`/v1/protections/${protectionId}/lift/approval`, ask({}, guardian('g-2')))
    const { sealId = '' } = await twice('/v1/seals', ask({ uci, reason: 'adopted', reviewOn: '2099-01-01' }))
    await twice(`/v1/seals/${sealId}/approval`, ask({}, guardian('g-2')))
    await twice(`/v1/seals/${sealId}/reversal`, ask({ reason: 'a mistake' }))
    await twice(`/v1/seals/${sealId}/reversal/approval`, ask({}, guardian('g-2')))
    const [item, change] = [newId(), newId()]
    await hub.admin.query(`insert into identity.change (id, kind, made_by) values ($1, 'merged', '{a,b}')`, [change])
    await hub.admin.query(
      `insert into identity.rekey_item (id, change_id, holder, old_uci, new_uci, opened_at, due_at)
       values ($1, $2, 'larkhill-primary', '99X4NQJXC8', '99MJYZXT0T', now(), now() + interval '1 day')`,
      [item, change],
    )
    await twice(`/v1/rekeys/${item}/confirmation`, ask({}, caller('larkhill-primary')))
  })
})
