import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { drawUci } from '#libs/identifiers'
import { newId } from '#libs/postgres'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { randomBytes } from 'node:crypto'
import { ApplyChange } from './change/apply-change.js'
import { planMerge, planSplit, planUndo } from './change/change.js'
import { ChangeRepository } from './change/change.repository.js'
import { MergeCheck } from './change/merge-check.js'
import { MergeCheckRepository } from './change/merge-check.repository.js'
import { aFamily, caller, HubUnderTest, nhs } from './hub-under-test.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-changes-'))
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

const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
const ground = { madeBy: ['ann', 'ben'], explanation: {} }
const partition = `select l.source_record_id, l.child_id from identity.link l where l.valid_to is null order by 1`

async function childIdOf(uci: string): Promise<string> {
  const [row] = await hub.admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
  if (!row) throw new Error('no such child')
  return row.child_id
}

async function merge(one: string, two: string): Promise<string | undefined> {
  const outcome = await hub.part(ApplyChange).apply({
    childIds: [one, two],
    plan: (states) => {
      const [a, b] = [one, two].map((id) => states.find(({ childId }) => childId === id))
      return a && b ? planMerge(newId(), a, b) : { ok: false, because: 'closed' }
    },
    ground,
  })
  return outcome.ok ? outcome.plan.changeId : undefined
}

async function undo(changeId: string): Promise<boolean> {
  const changes = hub.part(ChangeRepository)
  const past = await changes.past(changeId)
  if (!past) throw new Error('no such change')
  const today = await changes.childrenOf(past.moved.map(({ sourceRecordId }) => sourceRecordId))
  const childIds = [
    ...new Set([...past.children.map(({ childId }) => childId), ...today.filter((id) => id !== undefined)]),
  ]
  const outcome = await hub
    .part(ApplyChange)
    .apply({ childIds, plan: (states) => planUndo(newId(), past, states), ground })
  return outcome.ok
}

async function split(childId: string, leaving: readonly string[]): Promise<string | undefined> {
  const newChild = { childId: newId(), uci: drawUci(randomBytes, { reserved: true }) }
  const outcome = await hub.part(ApplyChange).apply({
    childIds: [childId],
    plan: ([state]) =>
      state
        ? planSplit(newId(), state, { leaving: new Set(leaving), isMislink: false, newChild })
        : { ok: false, because: 'closed' },
    ground,
  })
  return outcome.ok ? outcome.plan.changeId : undefined
}

/** One thing done to one or two of the children; `made` keeps what can be taken back. */
async function carryOut(
  what: string,
  { a, b, ucis, made }: { a: number; b: number; ucis: readonly string[]; made: string[] },
): Promise<void> {
  if (what === 'undo') {
    const last = made.pop()
    if (last !== undefined) expect(await undo(last)).toBe(true)
    return
  }
  const [one, two] = [await childIdOf(ucis[a % 4] ?? ''), await childIdOf(ucis[b % 4] ?? '')]
  const change = what === 'merge' ? await merge(one, two) : await split(one, await someRecords(one, b))
  if (change !== undefined) made.push(change)
}

async function someRecords(childId: string, n: number): Promise<readonly string[]> {
  const [state] = await hub.part(ChangeRepository).states([childId])
  const records = state?.records.map(({ sourceRecordId }) => sourceRecordId) ?? []
  return records.slice(0, 1 + (n % records.length))
}

/** What must hold of the tables, whatever was done. */
async function invariants(): Promise<readonly string[]> {
  const questions: Readonly<Record<string, string>> = {
    'a redirect leads to a closed child': `identity.redirect r join identity.child c on c.id = r.child_id where c.status = 'withdrawn'`,
    'a redirect is of a living child': `identity.redirect r join identity.child c on c.uci = r.old_uci where c.status <> 'withdrawn'`,
    'an identifier leads to nobody': `identity.child c where c.uci is not null and not exists (select 1 from identity.child_of_uci(c.uci))`,
    'an identifier leads to two': `identity.child c where (select count(*) from identity.child_of_uci(c.uci)) > 1`,
    'an open link is to a closed child': `identity.link l join identity.child c on c.id = l.child_id where l.valid_to is null and c.status = 'withdrawn'`,
    'a record has two open links or none': `identity.source_record s where (select count(*) from identity.link l where l.source_record_id = s.id and l.valid_to is null) <> 1`,
    'a closed child can be found': `identity.profile p join identity.child c on c.id = p.child_id where c.status = 'withdrawn'`,
    'a closed child holds a number': `identity.identifier i join identity.child c on c.id = i.child_id where c.status = 'withdrawn'`,
    'a living child cannot be found': `identity.child c where c.status <> 'withdrawn' and not exists (select 1 from identity.profile p where p.child_id = c.id)`,
  }
  const broken: string[] = []
  for (const [name, sql] of Object.entries(questions)) if ((await hub.count(sql)) > 0) broken.push(name)
  return broken
}

describe('children joined and separated', () => {
  it('keep the laws of redirects and links whatever is done in whatever order, and undoing all restores what was', async () => {
    const act = fc.record({ do: fc.constantFrom('merge', 'merge', 'undo', 'split'), a: fc.nat(20), b: fc.nat(20) })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), async (acts) => {
        const ucis: string[] = []
        for (let n = 0; n < 4; n += 1) {
          const family = aFamily()
          ucis.push(await hub.uciOf('northbridge-hospitals', family))
          await hub.uciOf('larkhill-primary', family)
        }
        const before = await hub.admin.query(partition)
        const made: string[] = []
        for (const { do: what, a, b } of acts) {
          await carryOut(what, { a, b, ucis, made })
          expect(await invariants()).toEqual([])
        }
        for (const change of made.reverse()) expect(await undo(change)).toBe(true)
        expect(await invariants()).toEqual([])
        const after = await hub.admin.query<{ source_record_id: string; child_id: string }>(partition)
        expect(after).toEqual(before)
      }),
      { numRuns: 8 },
    )
  })

  it('refuses a circle, a child with itself, and a split that leaves nothing', async () => {
    const [one, two] = [await hub.uciOf('northbridge-hospitals', aFamily()), await hub.uciOf('vale-police', aFamily())]
    const [a, b] = [await childIdOf(one), await childIdOf(two)]
    expect(await merge(a, a)).toBeUndefined()
    expect(await merge(a, b)).toBeDefined()
    expect(await merge(b, a)).toBeUndefined()
    const kept = await childIdOf(one)
    const [state] = await hub.part(ChangeRepository).states([kept])
    expect(await split(kept, state?.records.map(({ sourceRecordId }) => sourceRecordId) ?? [])).toBeUndefined()
    expect(await invariants()).toEqual([])
  })

  it('tells each child’s change on its own lane, without a name or a number', async () => {
    const [one, two] = [await hub.uciOf('northbridge-hospitals', aFamily()), await hub.uciOf('vale-police', aFamily())]
    const ofChanges = `identity.outbox where topic = 'waymark.identity-changes.v1'`
    const count = () => hub.count(ofChanges)
    const followed = () => hub.count(`${ofChanges} and not headers ? 'followed-by'`)
    const [before, followedBefore] = [await count(), await followed()]
    await merge(await childIdOf(one), await childIdOf(two))
    expect([await count(), await followed()]).toEqual([before + 2, followedBefore + 2])
  })
})

interface Item {
  readonly id: string
  readonly dueAt: string
  readonly newUci: string
}

describe('what holders have to follow', () => {
  it('is an item a record that moved, due after five working days, and done when each has confirmed', async () => {
    const [left, right] = [aFamily(), aFamily()]
    const kept = await hub.uciOf('northbridge-hospitals', {
      ...left,
      identifiers: [{ system: nhs, value: '9990000050', verified: true }],
    })
    const joined = await hub.uciOf('larkhill-primary', right)
    await hub.admin.query('insert into exchange.party_v values ($1, $2)', [
      await childIdOf(joined),
      'northbridge-council',
    ])
    await merge(await childIdOf(kept), await childIdOf(joined))
    const list = async (by: string) => {
      const { items } = (await hub.get('/v1/rekeys?limit=500', caller(by))).body as { items: Item[] }
      return items.filter(({ newUci }) => newUci === kept)
    }
    const school = await list('larkhill-primary')
    expect(school).toMatchObject([{ kind: 'merged', state: 'sent', oldUci: joined, newUci: kept }])
    const due = new Date(school[0]?.dueAt ?? '').getTime() - Date.now()
    expect(due).toBeGreaterThan(5 * 86_400_000 - 86_400_000)
    expect(due).toBeLessThan(9 * 86_400_000)
    expect(await list('northbridge-hospitals')).toEqual([])
    const council = await list('northbridge-council')
    expect(council).toMatchObject([{ oldUci: joined, newUci: kept }])
    const item = school[0]?.id ?? ''
    expect((await hub.post(`/v1/rekeys/${item}/confirmation`, {}, caller('vale-police'))).status).toBe(404)
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '12 days'`)
    expect(await list('larkhill-primary')).toMatchObject([{ state: 'overdue' }])
    expect((await hub.post(`/v1/rekeys/${item}/confirmation`, {}, caller('larkhill-primary'))).body).toMatchObject({
      state: 'confirmed',
    })
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '0'`)
    const ask = async () => {
      const query =
        'query { rekeyProgress(first: 1, finished: true) { edges { node { isFinished items waitingFor } } } }'
      const data = (await hub.ask(query, {}, steward))['data'] as { rekeyProgress: { edges: { node: object }[] } }
      return data.rekeyProgress.edges[0]?.node
    }
    expect(await ask()).toMatchObject({ isFinished: false, items: 2, waitingFor: ['northbridge-council'] })
    await hub.post(`/v1/rekeys/${council[0]?.id ?? ''}/confirmation`, {}, caller('northbridge-council'))
    expect(await ask()).toMatchObject({ isFinished: true, waitingFor: [] })
  })
})

describe('the merge check', () => {
  const checkAll = async () => {
    while ((await hub.part(MergeCheck).run()) > 0);
  }

  it.each([
    ['it learned of itself', '9990000069', 'profile_ids'],
    ['another program learned of', '9990000115', 'array[gen_random_uuid()]'],
    ['is to be looked at whole', '9990000123', `'{}'`],
  ])('joins two known children where a verified number and all else agree, one of which %s', async (_, value, ids) => {
    const amina = aFamily()
    const number = { identifiers: [{ system: nhs, value, verified: true }] }
    const first = await hub.uciOf('northbridge-hospitals', { ...amina, ...number }, `joined-${value}`)
    const other = await hub.uciOf('larkhill-primary', aFamily(), `lk-${value}`)
    const day = { id: `lk-${value}`, recordedAt: '2026-11-21T09:00:00Z' }
    await hub.resolve('larkhill-primary', { ...amina, ...number }, day)
    expect(await hub.count(`identity.merge_check`)).toBeGreaterThan(0)
    await hub.admin.query(`update identity.merge_check set profile_ids = ${ids}`)
    await checkAll()
    const joined = await hub.count(
      `identity.child c where c.status = 'withdrawn' and c.uci = '${other.replaceAll('-', '')}'`,
    )
    const asked = await hub.count(`identity.review where kind in ('merge', 'split') and state = 'open'`)
    expect(joined + asked).toBeGreaterThan(0)
    expect(await childIdOf(first)).toBeDefined()
    expect(await invariants()).toEqual([])
  })

  it('keeps up with what is learned: those who are near nobody else are looked at in one go', async () => {
    await checkAll()
    for (let n = 0; n < 40; n += 1) {
      const family = aFamily()
      await hub.resolve('larkhill-primary', family, { id: `many-${String(n)}` })
      const moved = { ...family, addresses: [...family.addresses, { postcode: 'LS7 3EX' }] }
      await hub.resolve('northbridge-hospitals', moved, { id: `many-${String(n)}` })
    }
    expect(await hub.count('identity.merge_check')).toBe(40)
    expect(await hub.part(MergeCheck).run()).toBe(40)
    expect(await hub.count('identity.merge_check')).toBe(0)
  })

  it('looks again at a child of whom something was learned while it was looked at', async () => {
    await checkAll()
    const family = aFamily()
    const day = (n: number) => ({ id: 'learned', recordedAt: `2026-11-2${String(n)}T09:00:00Z` })
    const address = (postcode: string) => ({ ...family, addresses: [{ postcode }] })
    await hub.resolve('larkhill-primary', family, day(0))
    await hub.resolve('larkhill-primary', address('LS7 3EX'), day(1))
    const checks = hub.part(MergeCheckRepository)
    const theOnlyOne = async () => {
      const due = await checks.due(10)
      expect(due).toHaveLength(1)
      return due[0] as (typeof due)[number]
    }
    const due = await theOnlyOne()
    await hub.resolve('larkhill-primary', address('LS7 3EY'), day(2))
    await checks.done([due])
    const again = await theOnlyOne()
    await checks.postpone(again)
    const later = await theOnlyOne()
    expect(again.childId).toBe(due.childId)
    expect([later.childId, later.since === again.since]).toEqual([due.childId, false])
    await checks.done([later])
    expect(await checks.due(10)).toEqual([])
  })

  /** Two of one name, day and address, of whom a steward found that they are two. */
  async function twoOfOneName(numbers: readonly [string, string]) {
    const family = aFamily()
    const known = numbers.map((value) => ({ ...family, identifiers: [{ system: nhs, value, verified: true }] }))
    const first = await hub.uciOf('northbridge-hospitals', known[0] ?? family, `one-${numbers[0]}`)
    const { body } = await hub.resolve('northbridge-hospitals', known[1] ?? family, { id: `two-${numbers[1]}` })
    expect(body['outcome']).toBe('provisional')
    const input = { id: String(body['reviewId']), answer: 'DIFFERENT', reason: 'Both were seen together.' }
    await hub.ask('mutation ($id: ID!) { claimReview(id: $id) { id } }', { id: input.id }, steward)
    await hub.ask('mutation ($input: DecideReviewInput!) { decideReview(input: $input) { id } }', { input }, steward)
    return { family, first, second: String(body['uci']), id: `one-${numbers[0]}` }
  }
  const statusOf = async (uci: string) =>
    (
      await hub.admin.query<{ status: string }>('select status from identity.child where uci = $1', [
        uci.replaceAll('-', ''),
      ])
    )[0]?.status

  it('leaves a child that may be either of two to the person who is asked, whatever is learned of one of them', async () => {
    const { family, first, second, id } = await twoOfOneName(['9990000077', '9990000085'])
    const { body } = await hub.resolve('larkhill-primary', family, { id: 'either' })
    expect(body['outcome']).toBe('provisional')
    const more = { ...family, addresses: [...family.addresses, { postcode: 'LS7 3EX' }] }
    await hub.resolve('northbridge-hospitals', more, { id, recordedAt: '2026-11-21T09:00:00Z' })
    await checkAll()
    expect(await Promise.all([first, second, String(body['uci'])].map(statusOf))).toEqual([
      'active',
      'active',
      'provisional',
    ])
  })

  it('never joins two whom a person found to be two', async () => {
    const { family, first, second, id } = await twoOfOneName(['9990000093', '9990000107'])
    // As another open question would have kept it.
    await hub.admin.query(`update identity.child set status = 'provisional' where uci = $1`, [
      second.replaceAll('-', ''),
    ])
    const more = { ...family, addresses: [...family.addresses, { postcode: 'LS7 3EX' }] }
    await hub.resolve('northbridge-hospitals', more, { id, recordedAt: '2026-11-21T09:00:00Z' })
    await checkAll()
    expect(await Promise.all([first, second].map(statusOf))).toEqual(['active', 'provisional'])
  })
})
