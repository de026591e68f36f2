import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { Database, newId } from '#libs/postgres'
import { KeyRing, type Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { MergeCheck } from './change/merge-check.js'
import { aFamily, caller, HubUnderTest, named, nhs } from './hub-under-test.js'
import { TrainingRepository } from './model/training.repository.js'
import { KeyedHashes } from './resolution/keyed-hashes.js'
import { SealChild } from './seal/seal-child.js'
import { ReviewRepository } from './review/review.repository.js'
import { isRepeated } from './review/review.js'

/** The moves of identity.md §9 that time and new evidence make, each on the real tables. */
jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-review-states-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
})
afterEach(() => ahead('0'))
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const steward = (reference: string): Caller =>
  caller('waymark-hub', {
    ...{ role: 'data-steward', purpose: 'identity-quality' },
    actor: { role: 'data-steward', reference },
  })
const [ann, ben, cat] = ['ann', 'ben', 'cat'].map(steward) as [Caller, Caller, Caller]
const ahead = (time: string) => hub.admin.query('update safeguarding.demo_clock set ahead = $1::interval', [time])
const sweep = () => hub.admin.transaction((tx) => hub.part(ReviewRepository).reopen(tx))
const stateOf = async (id: string) =>
  (await hub.admin.query<{ state: string }>('select state from identity.review where id = $1', [id]))[0]?.state

async function told(query: string, variables: object, by: Caller) {
  const answer = (await hub.ask(query, variables, by)) as {
    data?: Record<string, { state: string; id: string } | null> | null
    errors?: { extensions: { code: string } }[]
  }
  const [shown] = Object.values(answer.data ?? {})
  return shown?.state ?? answer.errors?.[0]?.extensions.code
}
const claim = (id: string, by: Caller) => told('mutation ($id: ID!) { claimReview(id: $id) { id state } }', { id }, by)
const decide = (id: string, answer: string, by: Caller) =>
  told(
    'mutation ($input: DecideReviewInput!) { decideReview(input: $input) { id state } }',
    { input: { id, answer, reason: 'Looked at both.' } },
    by,
  )
async function answer(id: string, said: string, by: Caller) {
  await claim(id, by)
  return decide(id, said, by)
}

/** A provisional child that a person is asked about: a placeholder beside a known twin, with a number or without. */
async function aQuestion() {
  const family = aFamily()
  await hub.uciOf('northbridge-hospitals', family)
  await hub.uciOf('northbridge-hospitals', { ...named(family, 'Zara'), birthOrder: { order: 2, of: 2 } })
  const id = `q-${String(family.names[0]?.family)}`
  const { body } = await hub.resolve('larkhill-primary', { ...named(family, 'Baby'), parents: [] }, { id })
  expect(body['outcome']).toBe('provisional')
  return { family, recordId: id, reviewId: String(body['reviewId']), uci: String(body['uci']) }
}

describe('a review', () => {
  it('is open again half an hour after it was claimed, and not before', async () => {
    const { reviewId } = await aQuestion()
    expect(await claim(reviewId, ann)).toBe('CLAIMED')
    await ahead('29 minutes')
    await sweep()
    expect(await stateOf(reviewId)).toBe('claimed')
    expect(await claim(reviewId, ben)).toBe('REVIEW_CLAIMED')
    await ahead('31 minutes')
    expect(await decide(reviewId, 'DIFFERENT', ann)).toBe('REVIEW_NOT_CLAIMED')
    await sweep()
    expect(await stateOf(reviewId)).toBe('open')
    expect(await claim(reviewId, ben)).toBe('CLAIMED')
  })

  it('waits ten days for the agency that was asked, and is open when it has not answered', async () => {
    const { reviewId } = await aQuestion()
    expect(await answer(reviewId, 'CANNOT_TELL', ann)).toBe('ASKED')
    await ahead('9 days 23 hours')
    await sweep()
    expect(await stateOf(reviewId)).toBe('asked')
    expect(await claim(reviewId, ben)).toBe('REVIEW_STATE')
    await ahead('10 days 1 minute')
    await sweep()
    expect(await stateOf(reviewId)).toBe('open')
  })

  it('is open as soon as the agency that was asked has answered', async () => {
    const { reviewId, family, recordId } = await aQuestion()
    expect(await answer(reviewId, 'CANNOT_TELL', ann)).toBe('ASKED')
    const more = { ...named(family, 'Baby'), parents: [], sex: 'male' }
    await hub.resolve('larkhill-primary', more, { id: recordId, recordedAt: '2026-11-21T09:00:00Z' })
    await sweep()
    expect(await stateOf(reviewId)).toBe('open')
  })

  it('is settled by a third steward where two differ, and by none of the two', async () => {
    const [one, two] = [await hub.uciOf('northbridge-hospitals', aFamily()), await hub.uciOf('vale-police', aFamily())]
    const proposal = { left: one, right: two, reason: 'The mother says so.' }
    const proposed = await hub.ask(
      'mutation ($input: MergeInput!) { proposeMerge(input: $input) { id state } }',
      { input: proposal },
      ann,
    )
    const { id } = (proposed['data'] as { proposeMerge: { id: string } }).proposeMerge
    expect(await answer(id, 'CANNOT_TELL', ben)).toBe('CONFLICT')
    expect(await claim(id, ann)).toBe('ANOTHER_PERSON_NEEDED')
    expect(await claim(id, ben)).toBe('ANOTHER_PERSON_NEEDED')
    expect(await claim(id, cat)).toBe('CONFLICT')
    expect(await decide(id, 'CANNOT_TELL', cat)).toBe('REVIEW_STATE')
    expect(await decide(id, 'DIFFERENT', cat)).toBe('APPLIED')
    // An applied one may be taken up again, for ever.
    expect(await claim(id, ann)).toBe('CLAIMED')
  })

  it('is taken back when the record says that its child is another, which is provisional no more', async () => {
    const { reviewId, recordId, uci } = await aQuestion()
    const other = {
      ...aFamily(),
      ...{ birthOrder: { order: 1, of: 1 }, identifiers: [{ system: nhs, value: '9990000182', verified: true }] },
    }
    const revised = await hub.resolve('larkhill-primary', other, { id: recordId, recordedAt: '2026-11-21T09:00:00Z' })
    expect(revised.body).toMatchObject({ uci })
    await hub.part(MergeCheck).run()
    expect(await stateOf(reviewId)).toBe('withdrawn')
    expect(await hub.count(`identity.child where uci = '${uci.replaceAll('-', '')}' and status = 'active'`)).toBe(1)
  })

  it('stays with whoever has taken it up, whatever a record says', async () => {
    const { reviewId, recordId } = await aQuestion()
    expect(await claim(reviewId, ann)).toBe('CLAIMED')
    await hub.resolve('larkhill-primary', aFamily(), { id: recordId, recordedAt: '2026-11-21T09:00:00Z' })
    await hub.part(MergeCheck).run()
    expect(await stateOf(reviewId)).toBe('claimed')
  })

  it('returns to somebody else, unmarked, where its keyed hash says so, and then no more', async () => {
    const { reviewId } = await aQuestion()
    const [row] = await hub.admin.query<{ child_id: string; other_ids: string[]; decision_id: string }>(
      'select child_id, other_ids, decision_id from identity.review where id = $1',
      [reviewId],
    )
    expect(await answer(reviewId, 'DIFFERENT', ann)).toBe('APPLIED')
    const repeated = 'select id from identity.review where blind_of = $1'
    const hashes = hub.part(KeyedHashes)
    const isDue = isRepeated(hashes.content(`repeat ${reviewId} 1`))
    expect(await hub.admin.query(repeated, [reviewId])).toHaveLength(isDue ? 1 : 0)
    const blind = newId()
    await hub.admin.query(
      `insert into identity.review (id, kind, state, child_id, other_ids, decision_id, blind_of)
       values ($1, 'possible-match', 'open', $2, $3, $4, $5)`,
      [blind, row?.child_id, row?.other_ids, row?.decision_id, reviewId],
    )
    expect(await claim(blind, ann)).toBe('ANOTHER_PERSON_NEEDED')
    expect(await answer(blind, 'DIFFERENT', ben)).toBe('APPLIED')
    expect(await hub.admin.query(repeated, [blind])).toEqual([])
    expect(await hub.count(`identity.answer_pair_v where left_same = right_same`)).toBeGreaterThan(0)
  })

  /** A provisional child that may be one other, and nobody else. */
  async function mayBeOne() {
    const family = aFamily()
    const other = await hub.uciOf('northbridge-hospitals', family)
    const { body } = await hub.resolve('larkhill-primary', { ...named(family, 'Aminah'), sex: 'unknown' })
    expect(body['outcome']).toBe('provisional')
    return { other, reviewId: String(body['reviewId']), uci: String(body['uci']) }
  }
  const statusOf = async (uci: string) =>
    (
      await hub.admin.query<{ status: string }>('select status from identity.child where uci = $1', [
        uci.replaceAll('-', ''),
      ])
    )[0]?.status

  async function seal(uci: string) {
    const guardian = (reference: string) =>
      caller('waymark-hub', { role: 'guardian-desk', actor: { role: 'guardian-desk', reference } })
    const asked = { uci, reason: 'Adoption order.', reviewOn: '2099-01-01' }
    const { sealId } = (await hub.post('/v1/seals', asked, guardian('g-1'))).body
    expect((await hub.post(`/v1/seals/${String(sealId)}/approval`, {}, guardian('g-2'))).status).toBe(200)
  }

  it('goes on about the child that the other one was joined with', async () => {
    const { other, reviewId, uci } = await mayBeOne()
    const identifiers = [{ system: nhs, value: '9990000654', verified: true }]
    const older = await hub.uciOf('northbridge-hospitals', { ...aFamily(), identifiers })
    const input = { left: other, right: older, reason: 'One birth certificate.' }
    const proposed = await hub.ask(
      'mutation ($input: MergeInput!) { proposeMerge(input: $input) { id } }',
      { input },
      ann,
    )
    const { id } = (proposed['data'] as { proposeMerge: { id: string } }).proposeMerge
    expect(await answer(id, 'SAME', ben)).toBe('APPLIED')
    expect([await statusOf(other), await statusOf(older)]).toEqual(['withdrawn', 'active'])
    expect([await statusOf(uci), await stateOf(reviewId)]).toEqual(['provisional', 'open'])
    expect(await answer(reviewId, 'DIFFERENT', ann)).toBe('APPLIED')
    expect(await statusOf(uci)).toBe('active')
  })

  it('about a child whose identity was sealed ends when that child is told of as closed, and its own is active', async () => {
    const { other, reviewId, uci } = await mayBeOne()
    await seal(other)
    expect(await statusOf(uci)).toBe('provisional')
    await ahead('4 days')
    await hub.part(SealChild).tell()
    expect([await statusOf(uci), await stateOf(reviewId)]).toEqual(['active', 'withdrawn'])
  })

  it('about a child whose identity was sealed, and another, goes on about the other alone', async () => {
    const { family, reviewId, uci } = await aQuestion()
    const others = async () =>
      hub.admin.query<{ n: number }>('select cardinality(other_ids) as n from identity.review where id = $1', [
        reviewId,
      ])
    expect(await others()).toEqual([{ n: 2 }])
    expect(await claim(reviewId, ann)).toBe('CLAIMED')
    const { body } = await hub.resolve('northbridge-hospitals', family, { mode: 'find' })
    await seal(String(body['uci']))
    expect(await others()).toEqual([{ n: 1 }])
    expect([await statusOf(uci), await stateOf(reviewId)]).toEqual(['provisional', 'open'])
    expect(await answer(reviewId, 'DIFFERENT', ben)).toBe('APPLIED')
    expect(await statusOf(uci)).toBe('active')
  })
})

describe('what a steward answered', () => {
  const decidedOf = async (family: string) =>
    (await new TrainingRepository(hub.part(Database), hub.part(KeyRing)).decided())
      .filter(({ left }) => left.name.family.includes(family))
      .map(({ left, right, isSame }) => [left.name.given[0], right.name.given[0], isSame])

  it('trains also where the two are one child since, and by the child that was named', async () => {
    const { family, reviewId } = await aQuestion()
    const [less] = await hub.admin.query<{ uci: string; given: string }>(
      `select c.uci, case when c.created_at = (select min(o.created_at) from identity.child o where o.id = any(r.other_ids))
                          then 'amina' else 'zara' end as given
         from identity.review r join identity.decision d on d.id = r.decision_id
         join identity.child c on c.id = (d.inputs -> 'compared' -> 1 ->> 'childId')::uuid where r.id = $1`,
      [reviewId],
    )
    await claim(reviewId, ann)
    const input = { id: reviewId, answer: 'SAME', reason: 'Seen.', sameAs: less?.uci }
    const query = 'mutation ($input: DecideReviewInput!) { decideReview(input: $input) { id state } }'
    expect(await told(query, { input }, ann)).toBe('APPLIED')
    expect(await decidedOf(String(family.names[0]?.family))).toEqual([[undefined, less?.given, true]])
    const other = await aQuestion()
    expect(await answer(other.reviewId, 'DIFFERENT', ann)).toBe('APPLIED')
    expect(await decidedOf(String(other.family.names[0]?.family))).toMatchObject([
      [undefined, expect.anything(), false],
    ])
  })
})

describe('what a model is learned from', () => {
  const training = () => new TrainingRepository(hub.part(Database), hub.part(KeyRing))
  const sourcesOf = async (family: ReturnType<typeof aFamily>) =>
    (await training().records(100_000))
      .filter(
        ({ profile }) =>
          profile.bornOn === family.bornOn && profile.name.family[0] === family.names[0]?.family.toLowerCase(),
      )
      .map(({ source }) => source)
      .sort()

  it('are also the records that say what another of their child has said, word for word', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    expect(await hub.uciOf('northbridge-council', family)).toBe(uci)
    expect(await sourcesOf(family)).toEqual(['northbridge-council', 'northbridge-hospitals'])
  })

  it('are also the records of children that were joined, and of one that was parted since, but not of who is hidden', async () => {
    const [one, other] = [aFamily(), aFamily()]
    const left = await hub.uciOf('northbridge-hospitals', one)
    const right = await hub.uciOf('northbridge-council', other)
    const input = { left, right, reason: 'One birth certificate.' }
    const query = 'mutation ($input: MergeInput!) { proposeMerge(input: $input) { id } }'
    const { id } = ((await hub.ask(query, { input }, ann))['data'] as { proposeMerge: { id: string } }).proposeMerge
    expect(await answer(id, 'SAME', ben)).toBe('APPLIED')
    const joined = [await sourcesOf(one), await sourcesOf(other)]
    expect(joined).toEqual([['northbridge-hospitals'], ['northbridge-council']])
    await claim(id, ann)
    const undone = { input: { id, answer: 'DIFFERENT', reason: 'Two certificates.' } }
    const decide = 'mutation ($input: DecideReviewInput!) { decideReview(input: $input) { id state } }'
    await hub.ask(decide, undone, ann)
    expect(await answer(id, 'DIFFERENT', ben)).toBe('APPLIED')
    expect([await sourcesOf(one), await sourcesOf(other)]).toEqual(joined)
    await hub.admin.query(
      `with p as (insert into identity.protection (id, level, reason, reason_key_id, review_on, set_by)
                  values (gen_random_uuid(), 'location-hidden', '', gen_random_uuid(), '2027-01-01', 'g-1') returning id)
       insert into identity.protected_child (protection_id, child_id)
       select p.id, c.id from p, identity.child c where replace(c.uci, '-', '') = replace($1, '-', '')`,
      [left],
    )
    expect([await sourcesOf(one), await sourcesOf(other)]).toEqual([[], ['northbridge-council']])
  })

  it('of answers to one question count together as one pair, divided by how likely any was given', async () => {
    const { family, reviewId } = await aQuestion()
    expect(await answer(reviewId, 'DIFFERENT', ann)).toBe('APPLIED')
    await aQuestion()
    const of = async () =>
      (await training().decided()).filter(({ left }) => left.name.family.includes(String(family.names[0]?.family)))
    const [once, ...more] = await of()
    expect(more).toEqual([])
    expect(once).toMatchObject({ answers: 1 })
    expect(once).not.toHaveProperty('blind')
    const chances = await hub.admin.query<{ chance: number }>(
      `select avg((r.state = 'applied')::int)::float8 as chance from identity.review r where r.kind = 'possible-match' and r.blind_of is null`,
    )
    expect(chances[0]?.chance).toBeLessThan(1)
    expect(once?.selectionChance).toBeLessThan(1)
    expect(once?.selectionChance).toBeGreaterThanOrEqual(0.05)
    const again = newId()
    await hub.admin.query(
      `insert into identity.review (id, kind, child_id, other_ids, decision_id, needs_second, sides, blind_of)
       select $2, kind, child_id, other_ids, decision_id, needs_second, sides, id from identity.review where id = $1`,
      [reviewId, again],
    )
    expect(await answer(again, 'DIFFERENT', ben)).toBe('APPLIED')
    const twice = { answers: 2, blind: { sources: [expect.any(String), expect.any(String)] } }
    expect(await of()).toMatchObject([twice, twice])
  })
})
