import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named, nhs } from './hub-under-test.js'
import { ReviewRepository } from './review/review.repository.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-reviews-'))
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

const steward = (reference: string): Caller =>
  caller('waymark-hub', {
    role: 'data-steward',
    purpose: 'identity-quality',
    actor: { role: 'data-steward', reference },
  })
const [ann, ben, cat] = ['ann', 'ben', 'cat'].map(steward) as [Caller, Caller, Caller]

interface Shown {
  readonly id: string
  readonly state: string
  readonly kind: string
  readonly ucis: readonly string[]
  readonly explanation: object | null
  readonly sides: readonly {
    readonly uci: string
    readonly records: readonly { readonly id: string; readonly source: string }[]
  }[]
}
const fields =
  'id kind state ucis needsSecond outcome explanation { same } sides { uci records { id source names { given family } bornOn identifiers { system value } } }'

async function ask(query: string, variables: object, by: Caller) {
  const answer = (await hub.ask(query, variables, by)) as {
    data?: Record<string, Shown | null> | null
    errors?: { extensions: { code: string } }[]
    extensions?: object
  }
  const [shown] = Object.values(answer.data ?? {})
  return { shown: shown ?? undefined, code: answer.errors?.[0]?.extensions.code, extensions: answer.extensions }
}
const claim = (id: string, by: Caller) => ask(`mutation ($id: ID!) { claimReview(id: $id) { ${fields} } }`, { id }, by)
const decide = (input: object, by: Caller) =>
  ask(`mutation ($input: DecideReviewInput!) { decideReview(input: $input) { ${fields} } }`, { input }, by)
const proposeMerge = (left: string, right: string, by: Caller) =>
  ask(
    `mutation ($input: MergeInput!) { proposeMerge(input: $input) { ${fields} } }`,
    { input: { left, right, reason: 'The mother says so.' } },
    by,
  )
async function settle(id: string, answer: string, by: Caller) {
  await claim(id, by)
  return decide({ id, answer, reason: 'Looked at both.' }, by)
}
const childOf = async (uci: string, by = ann) => {
  const answer = await hub.ask(
    'query ($uci: ID!) { child(uci: $uci) { uci requestedAs status splitSince identifiers { system value } } }',
    { uci },
    by,
  )
  return (answer['data'] as { child: { uci: string; requestedAs: string | null } | null }).child
}

/** Two active children, of two agencies. */
async function twoChildren() {
  const [one, two] = [aFamily(), aFamily()]
  const left = await hub.uciOf('northbridge-hospitals', {
    ...one,
    identifiers: [{ system: nhs, value: nhsNumber(), verified: true }],
  })
  const right = await hub.uciOf('larkhill-primary', two, `lk-${left}`)
  return { left, right, one, two }
}
let serial = 0
function nhsNumber(): string {
  for (;;) {
    serial += 1
    const nine = `999000${String(100 + serial)}`
    const sum = Array.from(nine).reduce((total, digit, at) => total + Number(digit) * (10 - at), 0)
    const check = (11 - (sum % 11)) % 11
    if (check !== 10) return `${nine}${check}`
  }
}

describe('two active children that are one', () => {
  it('are joined when two stewards come to it on their own', async () => {
    const { left, right, two } = await twoChildren()
    const proposed = await proposeMerge(left, right, ann)
    expect(proposed.code).toBeUndefined()
    expect(proposed.shown).toMatchObject({ state: 'SECOND', kind: 'MERGE', needsSecond: true })
    const id = proposed.shown?.id ?? ''
    expect((await claim(id, ann)).code).toBe('ANOTHER_PERSON_NEEDED')
    const claimed = await claim(id, ben)
    expect(claimed.shown).toMatchObject({ state: 'SECOND', explanation: null })
    expect(claimed.shown?.sides.map(({ uci }) => uci).sort()).toEqual([left, right].sort())
    expect((await claim(id, cat)).code).toBe('REVIEW_CLAIMED')
    expect((await decide({ id, answer: 'SAME', reason: 'x' }, cat)).code).toBe('REVIEW_NOT_CLAIMED')
    const applied = await decide({ id, answer: 'SAME', reason: 'Same mother, same day.' }, ben)
    expect(applied.shown).toMatchObject({ state: 'APPLIED', outcome: 'SAME' })
    expect(applied.shown?.explanation).not.toBeNull()
    expect(await childOf(right)).toMatchObject({ uci: left, requestedAs: right, status: 'ACTIVE' })
    const again = await hub.resolve(
      'larkhill-primary',
      { ...two, sex: 'male' },
      { id: `lk-${left}`, recordedAt: '2026-11-21T09:00:00Z' },
    )
    expect(again.body).toMatchObject({ uci: left })
    expect(
      await hub.count(
        `identity.link where valid_to is null and child_id in (select id from identity.child where status = 'withdrawn')`,
      ),
    ).toBe(0)
  })

  it('stay two while the stewards differ, until a third decides', async () => {
    const { left, right } = await twoChildren()
    const id = (await proposeMerge(left, right, ann)).shown?.id ?? ''
    expect((await settle(id, 'DIFFERENT', ben)).shown).toMatchObject({ state: 'CONFLICT' })
    expect((await claim(id, ann)).code).toBe('ANOTHER_PERSON_NEEDED')
    expect((await settle(id, 'DIFFERENT', cat)).shown).toMatchObject({ state: 'APPLIED', outcome: 'DIFFERENT' })
    expect(await childOf(right)).toMatchObject({ uci: right, requestedAs: null })
  })

  it('become two again when the review is taken up anew, with every record where it was', async () => {
    const { left, right, two } = await twoChildren()
    const before = await hub.admin.query(partition)
    const id = (await proposeMerge(left, right, ann)).shown?.id ?? ''
    await settle(id, 'SAME', ben)
    expect(await hub.admin.query(partition)).not.toEqual(before)
    expect((await settle(id, 'DIFFERENT', ben)).shown).toMatchObject({ state: 'SECOND' })
    const third = await settle(id, 'DIFFERENT', cat)
    expect(third.code).toBeUndefined()
    expect(third.shown).toMatchObject({ state: 'APPLIED', outcome: 'DIFFERENT' })
    expect(await hub.admin.query(partition)).toEqual(before)
    expect(await childOf(right)).toMatchObject({ uci: right, requestedAs: null })
    const known = await hub.resolve('larkhill-primary', two, { id: `lk-${left}` })
    expect(known.body).toMatchObject({ uci: right, status: 'active' })
  })
})

const partition = `select l.source_record_id, c.uci from identity.link l join identity.child c on c.id = l.child_id
  where l.valid_to is null order by 1`

describe('a child registered for the time being', () => {
  it('is replaced by the child one steward finds it to be, or becomes lasting', async () => {
    const amina = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', amina)
    const twin = await hub.uciOf('northbridge-hospitals', { ...named(amina, 'Zara'), birthOrder: { order: 2, of: 2 } })
    const baby = await hub.resolve('larkhill-primary', { ...named(amina, 'Baby'), parents: [] })
    const id = String(baby.body['reviewId'])
    await claim(id, ann)
    expect((await decide({ id, answer: 'SAME', reason: 'It is Amina.' }, ann)).code).toBe('SCHEMA_INVALID')
    const settled = await decide({ id, answer: 'SAME', reason: 'It is Amina.', sameAs: uci }, ann)
    expect(settled.shown).toMatchObject({ state: 'APPLIED' })
    expect(await childOf(String(baby.body['uci']))).toMatchObject({ uci, requestedAs: baby.body['uci'] })
    expect(await childOf(twin)).toMatchObject({ uci: twin })
    expect(await hub.count(`identity.redirect where kind = 'supersede'`)).toBe(1)
  })
})

describe('a question nobody can answer', () => {
  it('goes to the agency whose record it is, and comes back when the record is sent again', async () => {
    const { left, right, two } = await twoChildren()
    const id = (await proposeMerge(left, right, ann)).shown?.id ?? ''
    await settle(id, 'DIFFERENT', ben)
    await settle(id, 'DIFFERENT', cat)
    expect((await settle(id, 'CANNOT_TELL', ann)).shown).toMatchObject({ state: 'ASKED' })
    expect((await claim(id, ben)).code).toBe('REVIEW_STATE')
    const asked = (await hub.get('/v1/rekeys', caller('larkhill-primary'))).body['questions'] as { id: string }[]
    expect(asked.filter((question) => question.id === id)).toMatchObject([{ uci: right }])
    const moreSaid = { ...two, sex: 'male' }
    await hub.resolve('larkhill-primary', moreSaid, { id: `lk-${left}`, recordedAt: '2026-11-22T09:00:00Z' })
    await hub.admin.transaction((tx) => hub.part(ReviewRepository).reopen(tx))
    expect((await claim(id, ben)).shown).toMatchObject({ state: 'CLAIMED' })
  })
})

describe('one child that is two', () => {
  it('is divided when two stewards agree, larger verified core first, and the records stay apart', async () => {
    const [family, other] = [aFamily(), aFamily()]
    const number = { identifiers: [{ system: nhs, value: nhsNumber(), verified: true }] }
    const uci = await hub.uciOf('northbridge-hospitals', { ...family, ...number })
    await hub.uciOf('larkhill-primary', family, `sp-${uci}`)
    await hub.resolve('larkhill-primary', other, { id: `sp-${uci}`, recordedAt: '2026-11-21T09:00:00Z' })
    const records = await hub.admin.query<{ id: string; source: string }>(
      `select s.id, s.source from identity.source_record s join identity.link l on l.source_record_id = s.id and l.valid_to is null
         join identity.child c on c.id = l.child_id where c.uci = $1 order by s.source desc`,
      [uci.replaceAll('-', '')],
    )
    const [hospital, school] = records.map(({ id }) => id)
    const proposed = await ask(
      `mutation ($input: SplitInput!) { proposeSplit(input: $input) { ${fields} } }`,
      { input: { uci, apart: [{ left: school, right: hospital }], reason: 'Two boys of one name.' } },
      ann,
    )
    expect(proposed.shown).toMatchObject({ kind: 'SPLIT', state: 'SECOND' })
    const id = proposed.shown?.id ?? ''
    expect((await settle(id, 'DIFFERENT', ben)).shown).toMatchObject({ state: 'APPLIED', outcome: 'DIFFERENT' })
    const kept = (await childOf(uci)) as { splitSince: string } | null
    expect(kept).toMatchObject({ uci, requestedAs: null })
    expect(kept?.splitSince).not.toBeNull()
    const now = await hub.resolve('larkhill-primary', other, { id: `sp-${uci}`, recordedAt: '2026-11-21T09:00:00Z' })
    expect(now.body).toMatchObject({ outcome: 'identified' })
    expect(now.body['uci']).not.toBe(uci)
    expect(await hub.count(`identity.override_v where kind = 'cannot-link' and right_record = '${school ?? ''}'`)).toBe(
      1,
    )
    await settle(id, 'SAME', ben)
    expect((await settle(id, 'SAME', cat)).shown).toMatchObject({ state: 'APPLIED', outcome: 'SAME' })
    expect(await childOf(String(now.body['uci']))).toMatchObject({ uci, requestedAs: now.body['uci'] })
    expect(await hub.count(`identity.override_v where right_record = '${school ?? ''}'`)).toBe(0)
  })

  it('is one after all where two persons say that two records must be', async () => {
    const { left, right } = await twoChildren()
    const of = async (uci: string) => {
      const [row] = await hub.admin.query<{ id: string }>(
        `select l.source_record_id as id from identity.link l join identity.child c on c.id = l.child_id
          where l.valid_to is null and c.uci = $1 limit 1`,
        [uci.replaceAll('-', '')],
      )
      return row?.id
    }
    const input = { kind: 'MUST_LINK', left: await of(left), right: await of(right), reason: 'Same birth certificate.' }
    const proposed = await ask(
      `mutation ($input: OverrideInput!) { proposeOverride(input: $input) { ${fields} } }`,
      { input },
      ann,
    )
    expect((await settle(proposed.shown?.id ?? '', 'SAME', ben)).shown).toMatchObject({ state: 'APPLIED' })
    expect(await childOf(right)).toMatchObject({ uci: left, requestedAs: right })
    expect(await hub.count(`identity.override_v where kind = 'must-link'`)).toBe(1)
  })
})

describe('the queue', () => {
  it('puts the most informative first, and measures how well two persons agree', async () => {
    const values = await hub.admin.query<{ v: number }>(
      `select identity.review_value(p, n, a) as v from (values (0.5, 3, 0.0), (0.5, 3, 1.0), (0.99, 3, 0.0), (1.0, 3, 1.0)) x (p, n, a)`,
    )
    const entropy = (p: number) => -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p))
    const expected = [entropy(0.5) * 2, entropy(0.5) * 2 * 5, entropy(0.99) * 2, 0]
    values.forEach(({ v }, n) => {
      expect(v).toBeCloseTo(expected[n] ?? NaN, 9)
    })
    const query = 'query { reviewAgreement { steward pairs kappa trains } }'
    const answer = (await hub.ask(query, {}, ann))['data'] as {
      reviewAgreement: { steward: string | null; pairs: number; kappa: number | null }[]
    }
    const [all] = answer.reviewAgreement
    const pairs = await hub.admin.query<{ left_same: boolean; right_same: boolean }>(
      'select * from identity.answer_pair_v',
    )
    expect(all).toMatchObject({ steward: null, pairs: pairs.length })
    const share = (side: 'left_same' | 'right_same') => pairs.filter((pair) => pair[side]).length / pairs.length
    const observed = pairs.filter((pair) => pair.left_same === pair.right_same).length / pairs.length
    const [a, b] = [share('left_same'), share('right_same')]
    const chance = a * b + (1 - a) * (1 - b)
    expect(all?.kappa).toBeCloseTo((observed - chance) / (1 - chance), 6)
    expect(answer.reviewAgreement.length).toBeGreaterThan(2)
  })

  it('is for stewards alone', async () => {
    const refused = await ask(`query { reviews(first: 5) { edges { node { id } } } }`, {}, caller('larkhill-primary'))
    expect(refused.code).toBe('NOT_PERMITTED')
    expect((await claim('0199f000-0000-7000-8000-000000000001', caller('vale-police'))).code).toBe('NOT_PERMITTED')
    expect((await claim('0199f000-0000-7000-8000-000000000001', ann)).code).toBe('NOT_FOUND')
    const program = { ...ann, actor: { role: 'system-client', reference: 'nightly' } }
    expect((await claim('0199f000-0000-7000-8000-000000000001', program)).code).toBe('NOT_PERMITTED')
  })

  it('leaves a record of what was tried and refused as things stand, about each child, and alike about nobody', async () => {
    const { left, right } = await twoChildren()
    const id = (await proposeMerge(left, right, ann)).shown?.id ?? ''
    const nobody = '0199f000-0000-7000-8000-000000000001'
    const records = () => hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`)
    const after = async (tried: Promise<{ code: string | undefined }>) => {
      const before = await records()
      const { code } = await tried
      return [code, (await records()) - before]
    }
    expect(await after(claim(id, ann))).toEqual(['ANOTHER_PERSON_NEEDED', 2])
    expect(await after(decide({ id, answer: 'SAME', reason: 'x' }, ben))).toEqual(['REVIEW_NOT_CLAIMED', 2])
    expect(await after(claim(nobody, ben))).toEqual(['NOT_FOUND', 1])
    expect(await after(decide({ id: nobody, answer: 'SAME', reason: 'x' }, ben))).toEqual(['NOT_FOUND', 1])
    expect(await after(proposeMerge(left, left, ben))).toEqual(['CHANGE_IMPOSSIBLE', 1])
    const hidden = await hub.uciOf('northbridge-hospitals', aFamily())
    await hub.post(
      '/v1/protections',
      { level: 'existence-hidden', reason: 'a risk', reviewOn: '2099-01-01', child: { uci: hidden } },
      caller('waymark-hub', { role: 'guardian-desk' }),
    )
    for (const other of [hidden, '99MJ-YZXT-0T'])
      expect(await after(proposeMerge(other, left, ben))).toEqual(['NOT_FOUND', 2])
  })

  it('writes a record of every child shown before it answers', async () => {
    const { left, right } = await twoChildren()
    const records = () => hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`)
    const before = await records()
    const { extensions } = await proposeMerge(left, right, ann)
    expect(await records()).toBe(before + 2)
    expect(extensions).toHaveProperty('accessReceipts')
  })
})
