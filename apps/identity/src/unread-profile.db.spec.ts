import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { normaliserVersion } from '#libs/matching'
import { KeyRing } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named } from './hub-under-test.js'
import { IndexKeeper } from './index/index-keeper.js'
import { IndexRepository } from './index/index.repository.js'
import { MemoryIndex } from './index/live-index.js'
import { TrainingRepository } from './model/training.repository.js'
import { RenewProfiles } from './renewal/renew-profiles.js'
import { ToldChildrenRepository } from './variant/told-children.repository.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-unread-'))
const [council, school, hospital] = ['northbridge-council', 'larkhill-primary', 'northbridge-hospitals']
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

async function childOf(uci: string): Promise<string> {
  const [row] = await hub.admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
  return row?.child_id ?? ''
}

type Harm = 'bytes' | 'key'
const harms = {
  bytes: `update identity.profile set sealed = '\\x0102' where child_id = $1`,
  key: `update identity.profile set key_id = (select id from keys.data_key where class = 'content' limit 1) where child_id = $1`,
}

/** Lets the profiles of a child be sealed bytes that do not open, in both replicas. */
async function harm(uci: string, how: Harm = 'bytes'): Promise<string> {
  const childId = await childOf(uci)
  await hub.admin.query(harms[how], [childId])
  const held = await hub.admin.query<{ id: string }>('select id from identity.profile where child_id = $1', [childId])
  for (const { id } of held) {
    for (const at of [0, 1]) hub.part(MemoryIndex, at).drop(id)
    await hub.admin.query(`insert into identity.index_change (profile_id, op) values ($1, 'put')`, [id])
  }
  return childId
}

const unread = () => [0, 1].map((at) => hub.part(MemoryIndex, at).unread)

/** How many records a model is learned from, and how many profiles are looked through for variants. */
async function learnedFrom(): Promise<readonly number[]> {
  const keyRing = hub.part(KeyRing)
  const records = await new TrainingRepository(hub.admin, keyRing).records(1_000)
  let told = 0
  for await (const profiles of new ToldChildrenRepository(hub.admin, keyRing).all()) told += profiles.length
  return [records.length, told]
}

async function isInStep(): Promise<boolean> {
  const digest = await hub.part(IndexRepository).digest()
  for (const at of [0, 1]) await hub.part(IndexKeeper, at).catchUp()
  return [0, 1].every((at) => hub.part(MemoryIndex, at).digest === digest)
}

describe('a profile whose sealed bytes do not open', () => {
  it.each<Harm>(['bytes', 'key'])(
    '(%s) stops neither the feed nor the building of an index, and is counted',
    async (how) => {
      const uci = await hub.uciOf(council, aFamily())
      const before = unread()
      await harm(uci, how)
      const family = aFamily()
      const other = await hub.uciOf(council, family)
      expect(await isInStep()).toBe(true)
      expect(unread()).toEqual(before.map((count) => count + 1))
      for (const at of [0, 1]) {
        const keeper = hub.part(IndexKeeper, at)
        expect(await keeper.compare()).toBe(true)
        expect(await keeper.rebuild()).toBe(await hub.count('identity.profile'))
        expect(await keeper.compare()).toBe(true)
      }
      expect(unread()).toEqual(before.map((count) => count + 1))
      for (const at of [0, 1]) {
        const { status, body } = await hub.resolve(school, family, { at })
        expect([status, body['uci']]).toEqual([200, other])
      }
    },
  )

  it('is left out of what a model and name variants are learned from, as is a record that does not open', async () => {
    const family = aFamily()
    const without = await learnedFrom()
    const uci = await hub.uciOf(council, family)
    expect(await hub.uciOf(school, named(family, 'Aminah'))).toBe(uci)
    expect(await learnedFrom()).toEqual(without.map((many) => many + 2))
    const childId = await harm(uci)
    expect(await learnedFrom()).toEqual(without)
    await hub.admin.query(
      `update identity.record_version set sealed = '\\x0102', profile_id = null
        where profile_id in (select id from identity.profile where child_id = $1)`,
      [childId],
    )
    expect(await learnedFrom()).toEqual(without)
  })

  it('is told of whenever their number is another', async () => {
    const told: number[] = []
    expect(await isInStep()).toBe(true)
    hub.part(IndexKeeper).whenUnread((count) => told.push(count))
    const [before = 0] = unread()
    await harm(await hub.uciOf(council, aFamily()))
    await hub.part(IndexKeeper).catchUp()
    await hub.part(IndexKeeper).rebuild()
    expect(told).toEqual([before + 1])
  })
})

describe('a child of whom a profile does not open', () => {
  it('gets no second identifier for good: whoever may be it is registered for the time being, and a person is asked', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family, 'own')
    const childId = await harm(uci)
    const { status, body } = await hub.resolve(school, family)
    expect([status, body['outcome'], body['status']]).toEqual([200, 'provisional', 'provisional'])
    expect(body['uci']).not.toBe(uci)
    expect(
      await hub.count(`identity.review where id = '${String(body['reviewId'])}' and '${childId}' = any(other_ids)`),
    ).toBe(1)
  })

  it('is not linked to by what else is known of it, since what is not read may tell the two apart', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family)
    await harm(uci)
    expect(await hub.uciOf(council, named(family, 'Aminah'), 'another')).not.toBe(uci)
    const of = aFamily()
    const known = await hub.uciOf(council, of)
    expect(await hub.uciOf(school, named(of, 'Aminah'))).toBe(known)
    await hub.admin.query(
      `update identity.profile set sealed = '\\x0102' where id = (select min(id::text)::uuid from identity.profile where child_id = $1)`,
      [await childOf(known)],
    )
    const { status, body } = await hub.resolve(hospital, named(of, 'Aminah'))
    expect([status, body['status']]).toEqual([200, 'provisional'])
  })

  it('is named to the steward as what kept the record from being linked or registered, and so the decision is made again', async () => {
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    const [family, of] = [aFamily(), aFamily()]
    await harm(await hub.uciOf(council, family))
    const known = await hub.uciOf(council, of)
    expect(await hub.uciOf(school, named(of, 'Aminah'))).toBe(known)
    await hub.admin.query(
      `update identity.profile set sealed = '\\x0102' where id = (select min(id::text)::uuid from identity.profile where child_id = $1)`,
      [await childOf(known)],
    )
    for (const said of [family, named(of, 'Aminah')]) {
      const { decisionId } = (await hub.resolve(hospital, said)).body
      const answer = await hub.ask(
        'query ($id: ID!) { decision(id: $id) { outcome whyNot { gate } } }',
        { id: decisionId },
        steward,
      )
      expect(answer['data']).toEqual({ decision: { outcome: 'review', whyNot: [{ gate: 'unread' }] } })
      const again = await hub.get(`/v1/decisions/${String(decisionId)}/replay`, steward)
      expect(again).toMatchObject({ status: 200, body: { agrees: true, isSigned: true } })
    }
  })

  it('stops nobody whose record comes at the same moment', async () => {
    const [harmed, whole] = [aFamily(), aFamily()]
    const uci = await hub.uciOf(council, whole)
    await harm(await hub.uciOf(council, harmed))
    const answers = await Promise.all([harmed, whole, aFamily()].map((family) => hub.resolve(school, family)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(answers[1]?.body['uci']).toBe(uci)
  })

  it('is found again once the bytes are restored', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family)
    const childId = await childOf(uci)
    const [row] = await hub.admin.query<{ sealed: Buffer }>('select sealed from identity.profile where child_id = $1', [
      childId,
    ])
    await harm(uci)
    expect(await isInStep()).toBe(true)
    const before = unread()
    await hub.admin.query('update identity.profile set sealed = $2 where child_id = $1', [childId, row?.sealed])
    expect(await isInStep()).toBe(true)
    expect(unread()).toEqual(before.map((count) => count - 1))
    expect(await hub.uciOf(school, family)).toBe(uci)
  })

  it('keeps the records it has: a later version of one is linked as ever', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family, 'kept')
    await harm(uci)
    const moved = { ...family, addresses: [{ postcode: 'LS7 3EX' }] }
    const { status, body } = await hub.resolve(council, moved, { id: 'kept', recordedAt: '2026-11-21T09:00:00Z' })
    expect([status, body['uci'], body['status']]).toEqual([200, uci, 'active'])
    // Now that something of it is known, what is not known keeps others from being linked all the same.
    expect((await hub.resolve(school, moved)).body['status']).toBe('provisional')
  })

  it('stays hidden: whoever may be it is hidden too, and nobody but the guardian desk learns of it', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family)
    const guardian = caller('waymark-hub', { role: 'guardian-desk' })
    const hidden = { level: 'location-hidden', reason: 'a risk', reviewOn: '2099-01-01', child: { uci } }
    expect((await hub.post('/v1/protections', hidden, guardian)).status).toBe(201)
    await harm(uci)
    const { status, body } = await hub.resolve(hospital, family)
    expect([status, body['outcome'], body['status']]).toEqual([200, 'identified', 'active'])
    const newId = await childOf(String(body['uci']))
    expect(await hub.count(`identity.protection_v where child_id = '${newId}'`)).toBe(1)
    expect(await hub.count(`identity.review where kind = 'guardian' and child_id = '${newId}'`)).toBe(1)
  })

  it('is found again once its profile was made anew from its records', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family)
    const childId = await harm(uci)
    expect(await isInStep()).toBe(true)
    const before = unread()
    await hub.admin.query(
      `update identity.profile set normaliser = 'n-0', digest = uuid_send(id) where child_id = $1`,
      [childId],
    )
    const stopped = new AbortController().signal
    const tally = await hub.part(RenewProfiles).pass({ stopped, found: () => undefined, went: () => undefined })
    expect(tally).toEqual({ changed: 1, kept: 0, gone: 0, left: 0, missed: 0 })
    expect(
      await hub.count(`identity.profile where child_id = '${childId}' and normaliser = '${normaliserVersion}'`),
    ).toBe(1)
    expect(await isInStep()).toBe(true)
    expect(unread()).toEqual(before.map((count) => count - 1))
    expect(await hub.uciOf(school, family)).toBe(uci)
  })
})
