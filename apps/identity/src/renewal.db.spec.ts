import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { blockingKeys, normaliserVersion, type Profile } from '#libs/matching'
import { newId } from '#libs/postgres'
import { KeyRing, open, seal } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { MergeCheck } from './change/merge-check.js'
import { aFamily, caller, HubUnderTest, named, type Family } from './hub-under-test.js'
import { wholeProfile } from './index/index-entry.js'
import { IndexKeeper } from './index/index-keeper.js'
import { IndexRepository } from './index/index.repository.js'
import { MemoryIndex } from './index/live-index.js'
import { RenewProfiles, type Tally } from './renewal/renew-profiles.js'
import { KeyedHashes } from './resolution/keyed-hashes.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-renewal-'))
const [earlier, later] = ['n-1', 'n-999']
const [council, school] = ['northbridge-council', 'larkhill-primary']
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
/** What earlier tests left of other versions is not this one's. */
beforeEach(async () => {
  await hub.admin.query(`update identity.profile set normaliser = '${normaliserVersion}'`)
  await hub.admin.query('delete from identity.merge_check')
})

interface Held {
  readonly id: string
  readonly child_id: string
  readonly digest: string
  readonly normaliser: string
  readonly profile: Profile
  readonly keys: readonly string[]
}

async function childOf(uci: string): Promise<string> {
  const [row] = await hub.admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
  return row?.child_id ?? ''
}

async function held(childId: string): Promise<readonly Held[]> {
  const rows = await hub.admin.query<Omit<Held, 'profile'> & { sealed: Buffer; key_id: string }>(
    `select p.id, p.child_id, encode(p.digest, 'hex') as digest, p.normaliser, p.sealed, p.key_id,
            array(select b.key::text from identity.block_key b where b.profile_id = p.id order by b.key) as keys
       from identity.profile p where p.child_id = $1 order by p.id`,
    [childId],
  )
  return Promise.all(
    rows.map(async ({ sealed, key_id, ...row }) => {
      const text = open(await keyOf(key_id), sealed, row.id).toString('utf8')
      return { ...row, profile: wholeProfile(JSON.parse(text) as Partial<Profile>) }
    }),
  )
}

async function only(childId: string): Promise<Held> {
  const [one, ...others] = await held(childId)
  if (!one || others.length > 0) throw new Error('There is not one profile')
  return one
}

async function keyOf(id: string) {
  const key = await hub.part(KeyRing).keyById(id)
  if (!key) throw new Error('The key is gone')
  return key
}

/** Under the key of a profile that is there. */
async function sealedAs(id: string, profile: Profile, like: string): Promise<Buffer> {
  const [row] = await hub.admin.query<{ key_id: string }>('select key_id from identity.profile where id = $1', [like])
  return seal(await keyOf(row?.key_id ?? ''), Buffer.from(JSON.stringify(profile)), id)
}

/** Lets a profile be one that an earlier normaliser left: it says something else and is found by other keys, in memory too. */
async function leaveBehind(
  { id, profile }: Pick<Held, 'id' | 'profile'>,
  otherwise: Partial<Profile>,
  version = earlier,
): Promise<Profile> {
  const before: Profile = { ...profile, ...otherwise, v: version }
  const hashes = hub.part(KeyedHashes)
  const sealed = await sealedAs(id, before, id)
  const digest = Buffer.from(hashes.content(JSON.stringify(before)), 'hex')
  const keys = [...new Set(blockingKeys(before).strong.map((key) => hashes.blockKey(key)))]
  await hub.admin.transaction(async (tx) => {
    await tx.query('delete from identity.block_key where profile_id = $1', [id])
    await tx.query('insert into identity.block_key select k, $2 from unnest($1::bigint[]) as k', [keys, id])
    await tx.query('update identity.profile set normaliser = $2, digest = $3, sealed = $4 where id = $1', [
      ...[id, version, digest, sealed],
    ])
  })
  for (const at of [0, 1]) await reload(at, id)
  return before
}

/** An index that was built from the table as it is. */
async function reload(at: number, id: string): Promise<void> {
  await hub.part(IndexKeeper, at).catchUp()
  hub.part(MemoryIndex, at).drop(id)
  for (const entry of await hub.part(IndexRepository, at).entriesOf([id])) hub.part(MemoryIndex, at).put(entry)
}

/** Lets the record that a profile was made of say something else, as if it had all along. */
async function say(profileId: string, details: object): Promise<void> {
  const [own] = await hub.admin.query<{ id: string; key_id: string }>(
    'select source_record_id as id, key_id from identity.record_version where profile_id = $1',
    [profileId],
  )
  if (!own) throw new Error('The profile is of no record')
  const sealed = seal(await keyOf(own.key_id), Buffer.from(JSON.stringify(details)), own.id)
  await hub.admin.query('update identity.record_version set sealed = $2 where source_record_id = $1', [own.id, sealed])
}

const elsewhere: Partial<Profile> = {
  name: { given: ['zebedee'], family: ['quillfeather'] },
  bornOn: '2004-04-04',
  places: ['uprn 987654'],
  postcodes: ['ZE1 0AA'],
}

async function renew(at = 0, went: (slice: Tally) => void = () => undefined, stopped = never): Promise<Tally> {
  return hub.part(RenewProfiles, at).pass({ stopped, went, found: () => undefined })
}
const never = new AbortController().signal

async function isInStep(): Promise<boolean> {
  const digest = await hub.part(IndexRepository).digest()
  for (const at of [0, 1]) await hub.part(IndexKeeper, at).catchUp()
  return [0, 1].every((at) => hub.part(MemoryIndex, at).digest === digest)
}

async function many(count: number): Promise<readonly string[]> {
  const families = Array.from({ length: count }, aFamily)
  return Promise.all(families.map(async (family) => childOf(await hub.uciOf(council, family))))
}

async function leaveAllBehind(childIds: readonly string[]): Promise<void> {
  for (const [n, childId] of childIds.entries()) {
    const family = [`quillfeather${String(n)}`]
    await leaveBehind(await only(childId), { ...elsewhere, name: { given: ['zebedee'], family } })
  }
}

const outdated = () => hub.count(`identity.profile where normaliser = '${earlier}'`)

describe('a profile of an earlier normaliser', () => {
  it('is made anew from its record: what it says, is found by and is named by, in both replicas', async () => {
    const family = aFamily()
    const childId = await childOf(await hub.uciOf(council, family))
    const first = await only(childId)
    const before = await leaveBehind(first, elsewhere)
    for (const at of [0, 1]) expect(hub.part(MemoryIndex, at).propose(before)).toEqual([childId])

    expect(await renew()).toEqual({ changed: 1, kept: 0, gone: 0, left: 0, missed: 0 })
    const now = await only(childId)
    expect(now).toEqual({ ...first, id: now.id })
    const named = await hub.count(`identity.record_version where profile_id = '${now.id}'`)
    expect([named, await hub.count(`identity.block_key where profile_id = '${first.id}'`)]).toEqual([1, 0])
    expect(await isInStep()).toBe(true)
    for (const at of [0, 1]) {
      expect(hub.part(MemoryIndex, at).propose(first.profile)).toEqual([childId])
      expect(hub.part(MemoryIndex, at).propose(before)).toEqual([])
      expect(await hub.part(IndexKeeper, at).compare()).toBe(true)
    }
    expect(await hub.count('identity.merge_check')).toBe(0)
    expect(await renew()).toMatchObject({ changed: 0, kept: 0 })
  })

  it('stays the same profile, of another version, where it says what it said', async () => {
    const [childId = ''] = await many(1)
    const first = await only(childId)
    await leaveBehind(first, {})
    expect(await only(childId)).not.toEqual(first)
    const family = aFamily()
    const uci = await hub.uciOf(council, family)
    const calledByUci = { ...named(family, 'Aminah'), identifiers: [{ system: 'urn:waymark:uci', value: uci }] }
    expect(await hub.uciOf(school, calledByUci)).toBe(uci)
    const two = await held(await childOf(uci))
    expect(two.map(({ profile }) => profile.masterIndexes.length)).toEqual([0, 1])
    for (const one of two) await leaveBehind(one, {})
    await hub.admin.query('delete from identity.merge_check')

    expect(await renew()).toEqual({ changed: 0, kept: 3, gone: 0, left: 0, missed: 0 })
    expect([await only(childId), ...(await held(await childOf(uci)))]).toEqual([first, ...two])
    expect(await hub.count('identity.merge_check')).toBe(0)
    expect(await isInStep()).toBe(true)
  })

  it('becomes one with another of its child that says the same now, and both records name that one', async () => {
    const family = aFamily()
    const childId = await childOf(await hub.uciOf(council, family))
    expect(await childOf(await hub.uciOf(school, named(family, 'Aminah')))).toBe(childId)
    const two = await held(childId)
    expect(two).toHaveLength(2)
    // What the school wrote is read today as what the council wrote.
    const last = two[1]?.id ?? ''
    await say(last, family)
    await hub.admin.query(
      `update identity.source_record set source = $2
        where id = (select source_record_id from identity.record_version where profile_id = $1)`,
      [last, council],
    )
    for (const one of two) await leaveBehind(one, { ...elsewhere, bornOn: `2004-04-0${String(two.indexOf(one) + 1)}` })

    expect(await renew()).toEqual({ changed: 1, kept: 0, gone: 1, left: 0, missed: 0 })
    const { id } = await only(childId)
    expect(await hub.count(`identity.record_version where profile_id = '${id}'`)).toBe(2)
    expect(await isInStep()).toBe(true)
  })

  it('leaves decisions that rested on it as they were signed: they are made again from their levels', async () => {
    const family = aFamily()
    const childId = await childOf(await hub.uciOf(council, family))
    const { body } = await hub.resolve(school, named(family, 'Aminah'))
    const replay = async () => {
      const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
      const { text } = await hub.send('GET', `/v1/decisions/${String(body['decisionId'])}/replay`, steward)
      return JSON.parse(text) as object
    }
    expect(await replay()).toMatchObject({ agrees: true, isSigned: true, from: 'records' })
    for (const one of await held(childId)) await leaveBehind(one, { bornOn: '2004-04-04' })
    await renew()
    expect(await replay()).toMatchObject({ agrees: true, isSigned: true, from: 'levels', because: 'inputs-gone' })
  })

  it('stays hidden with its child', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family)
    const childId = await childOf(uci)
    const guardian = caller('waymark-hub', { role: 'guardian-desk' })
    const hidden = { level: 'location-hidden', reason: 'a risk', reviewOn: '2099-01-01', child: { uci } }
    expect((await hub.post('/v1/protections', hidden, guardian)).status).toBe(201)
    await leaveBehind(await only(childId), elsewhere)
    expect(await renew()).toMatchObject({ changed: 1, left: 0 })
    const { id } = await only(childId)
    expect(hub.part(MemoryIndex).holds(id, childId, true)).toBe(true)
    expect(await isInStep()).toBe(true)
    expect(await hub.uciOf(school, family)).not.toBe(uci)
    expect(await hub.uciOf(council, family, 'another-of-the-holder')).toBe(uci)
  })

  it('stays as it is where its record was erased or does not open, is counted, and keeps nobody from being made anew', async () => {
    const [erased = '', broken = '', whole = ''] = await many(3)
    await leaveAllBehind([erased, broken, whole])
    const before = [await only(erased), await only(broken)]
    await hub.admin.query(
      `update keys.data_key set wrapped = null, destroyed_at = now() where subject = $1 and class = 'content'`,
      [`child:${erased}`],
    )
    await hub.admin.query(
      `update identity.record_version set sealed = '\\x01' where profile_id = (select id from identity.profile where child_id = $1)`,
      [broken],
    )
    for (const at of [0, 1]) hub.part(KeyRing, at).forgetAll()
    expect(await renew()).toEqual({ changed: 1, kept: 0, gone: 0, left: 2, missed: 0 })
    expect([await only(erased), await only(broken)]).toEqual(before)
    // A later pass does not look at them again, and they are there all the same.
    await renew()
    expect(await hub.part(RenewProfiles).outdated()).toBe(2)
    expect((await only(whole)).normaliser).toBe(normaliserVersion)
  })

  it('stays as it is where the key of its child cannot be unwrapped, and keeps nobody from being made anew', async () => {
    const [broken = '', whole = ''] = await many(2)
    await leaveAllBehind([broken, whole])
    const before = await only(broken)
    await hub.admin.query(
      `update keys.data_key set wrapped = set_byte(wrapped, octet_length(wrapped) - 1, get_byte(wrapped, octet_length(wrapped) - 1) # 1)
        where subject = $1 and class = 'content'`,
      [`child:${broken}`],
    )
    for (const at of [0, 1]) hub.part(KeyRing, at).forgetAll()
    expect(await renew()).toEqual({ changed: 1, kept: 0, gone: 0, left: 1, missed: 0 })
    expect(await only(broken)).toEqual(before)
    expect((await only(whole)).normaliser).toBe(normaliserVersion)
  })

  it('is not made anew by a program of an earlier version than its own', async () => {
    const [late = '', both = ''] = await many(2)
    await leaveBehind(await only(late), elsewhere, later)
    await leaveBehind(await only(both), elsewhere)
    const { id, profile } = await only(both)
    const newer = newId()
    await hub.admin.query(
      `insert into identity.profile (id, child_id, digest, normaliser, sealed, key_id)
         select $2, child_id, '\\x00', $3, $4, key_id from identity.profile where id = $1`,
      [id, newer, later, await sealedAs(newer, profile, id)],
    )
    const rows = () =>
      hub.admin.query('select * from identity.profile where child_id = any($1) order by id', [[late, both]])
    const before = await rows()
    expect(await renew()).toEqual({ changed: 0, kept: 0, gone: 0, left: 0, missed: 0 })
    expect(await rows()).toEqual(before)
  })
})

describe('many profiles of an earlier normaliser', () => {
  it('are made anew from where the work was broken off, by whichever program comes next', async () => {
    const childIds = await many(60)
    await leaveAllBehind(childIds)
    const ending = new AbortController()
    const broken = await renew(
      0,
      () => {
        ending.abort()
      },
      ending.signal,
    )
    expect([broken.changed, await outdated()]).toEqual([25, 35])
    expect(await renew(1)).toMatchObject({ changed: 35, left: 0 })
    expect(await outdated()).toBe(0)
    expect(await isInStep()).toBe(true)
  })

  it('are each made anew once by two programs at once', async () => {
    const childIds = await many(60)
    await leaveAllBehind(childIds)
    const from = await hub.count('identity.index_change')
    const missed: number[] = []
    const went = (slice: Tally) => missed.push(slice.missed)
    const [one, two] = await Promise.all([renew(0, went), renew(1, went)])
    expect(new Set(missed)).toEqual(new Set([0]))
    expect([one.changed + two.changed, one.kept + two.kept, one.gone + two.gone]).toEqual([60, 0, 0])
    expect((await hub.count('identity.index_change')) - from).toBe(120)
    expect(await isInStep()).toBe(true)
  })

  it('lose nothing that a record says of their child at the same moment', async () => {
    const family: Family = aFamily()
    const childId = await childOf(await hub.uciOf(council, family, 'racing'))
    await leaveBehind(await only(childId), { name: { given: ['zebedee'], family: ['quillfeather'] } })
    const waiting = () => hub.count(`pg_locks where locktype = 'advisory' and not granted`)
    const until = async (many: number) => {
      while ((await waiting()) < many) await sleep(5)
    }
    // The lock of the record that both are about to touch.
    const lock = `select pg_advisory_xact_lock(('x' || encode(substring(s.record_key from 1 for 8), 'hex'))::bit(64)::bigint)
                    from identity.source_record s join identity.link l on l.source_record_id = s.id where l.child_id = $1`
    const slices: Tally[] = []
    const [resolved, tally] = await hub.admin
      .transaction(async (tx) => {
        await tx.query(lock, [childId])
        const moved = { ...family, addresses: [{ postcode: 'LS7 3EX' }] }
        const resolving = hub.resolve(council, moved, { id: 'racing', recordedAt: '2026-11-21T09:00:00Z', at: 1 })
        await until(1)
        const renewing = renew(0, (slice) => slices.push(slice))
        await until(2)
        return [resolving, renewing] as const
      })
      .then((both) => Promise.all(both))
    expect([resolved.status, await childOf(String(resolved.body['uci']))]).toEqual([200, childId])
    expect(slices.map(({ missed, changed }) => [missed, changed])).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(tally).toEqual({ changed: 1, kept: 0, gone: 0, left: 0, missed: 0 })
    const now = await held(childId)
    expect(now.map(({ normaliser }) => normaliser)).toEqual([normaliserVersion, normaliserVersion])
    expect(now.flatMap(({ profile }) => profile.postcodes).sort()).toEqual(['LS73EX', expect.any(String)])
    expect(await isInStep()).toBe(true)
  })
})

describe('two children of whom a new normaliser sees that they may be one', () => {
  it.each([
    ['one of whom it reads anew', ['other']],
    ['both of whom it reads anew, at once', ['one', 'other']],
  ])('%s, are put before a person, and not joined', async (_, behind) => {
    const family = aFamily()
    const ucis = [await hub.uciOf(council, family), await hub.uciOf(council, aFamily())] as const
    const [childId, otherId] = [await childOf(ucis[0]), await childOf(ucis[1])]
    // The other record is read as this family's from now on, and was not before.
    const { profile, id } = await only(otherId)
    await say(id, family)
    if (behind.includes('one')) await leaveBehind(await only(childId), { ...elsewhere, bornOn: '2005-05-05' })
    await leaveBehind({ id, profile }, elsewhere)
    const asked = `identity.review where kind = 'merge' and state = 'open'`
    const before = await hub.count(asked)

    expect(await renew()).toMatchObject({ changed: behind.length })
    expect(await hub.count(`identity.merge_check where child_id = any('{${childId},${otherId}}')`)).toBe(behind.length)
    await hub.part(MergeCheck).run()
    expect((await hub.count(asked)) - before).toBe(1)
    expect([await childOf(ucis[0]), await childOf(ucis[1])]).toEqual([childId, otherId])
  })
})

describe('two children of whom each is made anew by another program', () => {
  it('wait for the merge check where they meet, though neither program had heard of the other', async () => {
    const family = aFamily()
    const [childId, otherId] = [
      await childOf(await hub.uciOf(council, family)),
      await childOf(await hub.uciOf(council, aFamily())),
    ]
    const { profile, id } = await only(otherId)
    await say(id, family)
    await leaveBehind(await only(childId), { ...elsewhere, bornOn: '2005-05-05' })
    await leaveBehind({ id, profile }, elsewhere)
    await hub.admin.query('delete from identity.merge_check')
    await hub.part(IndexKeeper, 1).stop() // it reads the feed when it is asked to, and not before

    const turnOf = (version: string) =>
      hub.admin.query('update identity.profile set normaliser = $2 where id = $1', [id, version])
    await turnOf(normaliserVersion)
    expect(await renew(0)).toMatchObject({ changed: 1 })
    await turnOf(earlier)
    expect(await renew(1)).toMatchObject({ changed: 1 })
    expect(await hub.count(`identity.merge_check where child_id = any('{${childId},${otherId}}')`)).toBe(1)
  })
})
