import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { dayOneModel, modelHash, type MinedVariant } from '#libs/matching'
import { newId } from '#libs/postgres'
import type { Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named, nhs, type Family } from './hub-under-test.js'
import { MemoryIndex } from './index/live-index.js'
import { KeepModels } from './model/keep-models.js'
import { ShadowModel } from './model/shadow-model.js'
import { Teacher } from './model/teacher.js'
import { MineVariants } from './variant/mine-variants.js'

jest.setTimeout(180_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-variant-'))
let test: TestDatabase
let hub: HubUnderTest
/** One of the three children who go by Zebulon and by Quill. */
let oneOfThree = ''

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
  await hub.part(KeepModels).begin()
  for (let n = 0; n < 40; n += 1) await twoVersions(`Otto${'abcdefgh'.charAt(n % 8)}${'klmnp'.charAt(n % 5)}`)
  for (let n = 0; n < 4; n += 1) await twoVersions('Oriel', 'Wim')
  for (let n = 0; n < 3; n += 1) oneOfThree = await twoVersions('Zebulon', 'Quill')
  for (let n = 0; n < 3; n += 1) await twoVersions('Hesper', 'Odo')
  for (let n = 0; n < 2; n += 1) await twoVersions('Thane', 'Bo')
  for (let n = 0; n < 3; n += 1) await joinedByPerson('Ptolemy', 'Dirk')
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const steward = (reference: string): Caller =>
  caller('waymark-hub', {
    ...{ role: 'data-steward', purpose: 'identity-quality', actor: { role: 'data-steward', reference } },
  })
const [ann, ben] = [steward('ann'), steward('ben')]

let issued = 100
/** A number that passes its check, and that the sender has verified. */
function verified() {
  for (;;) {
    issued += 1
    const digits = String(999_000_000 + issued)
    const sum = Array.from(digits, (digit, at) => Number(digit) * (10 - at)).reduce((one, two) => one + two)
    const check = (11 - (sum % 11)) % 11
    if (check < 10) return [{ system: nhs, value: `${digits}${String(check)}`, verified: true }]
  }
}

/** A child whose record says one name, and later another. */
async function twoVersions(given: string, later = given): Promise<string> {
  const [family, id, identifiers] = [aFamily(), newId(), verified()]
  await hub.uciOf('northbridge-hospitals', { ...named(family, given), identifiers }, id)
  const revised = { ...named(family, later), identifiers, parents: [] }
  const { status, body } = await hub.resolve('northbridge-hospitals', revised, {
    id,
    recordedAt: '2026-11-21T09:00:00Z',
  })
  if (status !== 200) throw new Error(`revising was answered with ${String(status)}`)
  return String(body['uci'])
}

/** Two records of one number, which the other sender did not verify, that a steward found to be of one child. */
async function joinedByPerson(given: string, other: string): Promise<void> {
  const [family, identifiers] = [aFamily(), verified()]
  await hub.uciOf('northbridge-hospitals', { ...named(family, given), identifiers })
  const unverified = identifiers.map((number) => ({ ...number, verified: false }))
  const { body } = await hub.resolve('northbridge-council', { ...named(family, other), identifiers: unverified })
  const id = String(body['reviewId'])
  await hub.ask('mutation ($id: ID!) { claimReview(id: $id) { id } }', { id }, ann)
  const input = { id, answer: 'SAME', reason: 'Seen together.' }
  const decided = await hub.ask(
    'mutation ($input: DecideReviewInput!) { decideReview(input: $input) { state } }',
    { input },
    ann,
  )
  if (!JSON.stringify(decided).includes('APPLIED')) throw new Error(`not joined: ${JSON.stringify(decided)}`)
}

interface Shown {
  readonly id: string
  readonly names: readonly string[]
  readonly state: string
  readonly isYours: boolean
}
const fields = 'id part names state origin children lift proposedAt decidedAt isYours'
async function ask(query: string, variables: object, by: Caller) {
  const answer = (await hub.ask(query, variables, by)) as {
    readonly data?: Readonly<Record<string, unknown>> | null
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
  }
  const [told] = Object.values(answer.data ?? {})
  return { told, shown: told as Shown | undefined, code: answer.errors?.[0]?.extensions.code }
}
const propose = (names: readonly string[], by: Caller, part = 'GIVEN') =>
  ask(
    `mutation ($input: ProposeNameVariantInput!) { proposeNameVariant(input: $input) { ${fields} } }`,
    { input: { part, names, reason: 'One name in two languages.' } },
    by,
  )
const decide = (id: string, decision: string, by: Caller) =>
  ask(
    `mutation ($input: DecideNameVariantInput!) { decideNameVariant(input: $input) { ${fields} } }`,
    { input: { id, decision, reason: 'Looked at it.' } },
    by,
  )
async function table(state?: string, by = ann): Promise<readonly Shown[]> {
  const query = `query ($state: NameVariantState) { nameVariants(state: $state, first: 100) { edges { node { ${fields} } } } }`
  const { told } = await ask(query, { state }, by)
  return (told as { edges: { node: Shown }[] }).edges.map(({ node }) => node)
}
const pairs = async (state: string) => (await table(state)).map(({ names }) => names.join(' '))
const find = async (names: string) => {
  const found = (await table()).find((one) => one.names.join(' ') === names)
  if (!found) throw new Error(`${names} is not on the table`)
  return found
}
async function mine(): Promise<number | undefined> {
  if (!(await hub.part(MineVariants).begin(0))) throw new Error('mining is under way')
  return hub.part(MineVariants).finished()
}
const takeUp = async (by = ann) => {
  const { told } = await ask('mutation { takeUpNameVariants { hash name state nameVariants { part names } } }', {}, by)
  return told as { hash: string; name: string; state: string; nameVariants: { part: string; names: string[] }[] }
}
async function activate(hash: string): Promise<void> {
  const step = (by: Caller) =>
    ask('mutation ($hash: ID!) { proposeModel(hash: $hash) { state } }', { hash }, by).then(({ told }) => told)
  await step(ann)
  expect(await step(ben)).toEqual({ state: 'ACTIVE' })
  await hub.part(KeepModels).follow()
}
/** A child, and what a school is told that calls it by another form, and tells its sex, mother and home, but no number. */
async function calledOtherwise(given: string, other: string, more: object = {}) {
  const family: Family = aFamily()
  const uci = await hub.uciOf('northbridge-hospitals', named(family, given))
  const { body } = await hub.resolve('larkhill-primary', { ...named(family, other), ...more })
  return { isLinked: body['outcome'] === 'identified' && body['uci'] === uci, body }
}

/** Said of a child that is no twin. */
const onlyChild = { birthOrder: { order: 1, of: 1 } }
const accessRecords = `identity.outbox where topic = 'waymark.access-records.v1'`

describe('names that are forms of one', () => {
  it('are proposed where three children of three families go by both, with a count and no child', async () => {
    expect(await mine()).toBe(4)
    const told = await table('PROPOSED')
    expect(told[0]).toMatchObject({
      part: 'GIVEN',
      names: ['oriel', 'wim'],
      origin: 'MINED',
      children: 4,
      isYours: false,
    })
    expect([...told].sort((one, two) => (one.names.join() < two.names.join() ? -1 : 1))).toMatchObject([
      { names: ['dirk', 'ptolemy'], origin: 'REVIEWED', children: 3 },
      { names: ['hesper', 'odo'], origin: 'MINED', children: 3, decidedAt: null },
      { names: ['oriel', 'wim'], state: 'PROPOSED' },
      { names: ['quill', 'zebulon'], children: 3 },
    ])
  })

  it('are the same when looked for twice, on either replica, and one looks at a time, once a day', async () => {
    const before = await table()
    const [one, other] = [hub.part(MineVariants), hub.part(MineVariants, 1)]
    const begun = await Promise.all([one.begin(0), other.begin(0)])
    expect(begun.filter((is) => is)).toHaveLength(1)
    expect((await one.finished()) ?? (await other.finished())).toBe(0)
    expect(await table()).toEqual(before)
    expect([await one.begin(), await other.begin()]).toEqual([false, false])
  })

  it('are looked for again where a look failed, at once, and where a program ended in the middle, or a day later', async () => {
    const mining = hub.part(MineVariants)
    const failures: unknown[] = []
    mining.whenFailed((error) => failures.push(error))
    await hub.admin.query('revoke select on identity.link from waymark_identity')
    expect(await mining.begin(0)).toBe(true)
    await expect(mining.finished()).rejects.toMatchObject({ code: '42501' })
    await hub.admin.query('grant select on identity.link to waymark_identity')
    expect(failures).toMatchObject([{ code: '42501' }])
    expect(await mining.begin()).toBe(true)
    expect(await mining.finished()).toBe(0)
    const since = (begun: string, ended: string) =>
      hub.admin.query(`update identity.variant_mining set begun_at = now() - interval '${begun}', ended_at = ${ended}`)
    await since('2 hours', 'null')
    expect(await mining.begin()).toBe(false)
    await since('4 hours', 'null')
    expect(await mining.begin()).toBe(true)
    await mining.finished()
    await since('1 day', `now() - interval '21 hours'`)
    expect(await mining.begin()).toBe(true)
    await mining.finished()
    expect(failures).toHaveLength(1)
  })

  it('are found in a thread of the built program likewise, with a connection of its own', async () => {
    const keyFile = join(folder, 'programs', 'identity.json')
    const workerData = { url: test.urlOf('identity'), keyFile }
    const worker = new Worker(resolve('dist/apps/identity/src/variant/mine.worker.js'), { workerData })
    const found = await new Promise<readonly MinedVariant[]>((told, failed) => {
      worker.once('message', told)
      worker.once('error', failed)
    })
    expect(found.map(({ pair }) => pair.join(' ')).sort()).toEqual([
      ...['dirk ptolemy', 'hesper odo', 'oriel wim', 'quill zebulon'],
    ])
  })

  it('leave the table when fewer than three children that anybody may find go by both', async () => {
    const protection = { level: 'existence-hidden', reason: 'r', reviewOn: '2099-01-01', child: { uci: oneOfThree } }
    expect(
      (await hub.post('/v1/protections', protection, caller('waymark-hub', { role: 'guardian-desk' }))).status,
    ).toBe(201)
    await mine()
    expect(await pairs('PROPOSED')).not.toContain('quill zebulon')
    expect(await pairs('PROPOSED')).toHaveLength(3)
    const few = `insert into identity.name_variant (id, part, one, other, origin, children, lift)
      values ('${newId()}', 'given', 'quill', 'zebulon', 'mined', 2, 20)`
    await expect(hub.admin.query(few)).rejects.toMatchObject({ constraint: 'name_variant_of_three_check' })
  })

  it('are not learned from a steward whose answers others do not share, as no model is', async () => {
    expect(await pairs('PROPOSED')).toContain('dirk ptolemy')
    const other = { id: newId(), stage: 'second', answer: 'different', answered_by: 'waymark-hub zoe' }
    await hub.admin.query(
      `insert into identity.review_answer
       select (jsonb_populate_record(a, $1::jsonb)).* from identity.review_answer a limit 1`,
      [JSON.stringify(other)],
    )
    await mine()
    expect(await pairs('PROPOSED')).not.toContain('dirk ptolemy')
    await hub.admin.query(`delete from identity.review_answer where answered_by = 'waymark-hub zoe'`)
    expect(await mine()).toBe(1)
    expect(await pairs('PROPOSED')).toContain('dirk ptolemy')
  })

  it('are for data stewards, and a program decides nothing; every look and every word is on record, refusals too', async () => {
    const { id } = await find('oriel wim')
    const before = await hub.count(accessRecords)
    const school = caller('larkhill-primary')
    const program = { ...ann, actor: { role: 'system-client', reference: 'ann' } }
    expect((await ask('query { nameVariants { edges { node { id } } } }', {}, school)).code).toBe('NOT_PERMITTED')
    for (const by of [school, program]) {
      expect((await propose(['Tolly', 'Bartram'], by)).code).toBe('NOT_PERMITTED')
      expect((await decide(id, 'ACCEPT', by)).code).toBe('NOT_PERMITTED')
      expect((await ask('mutation { mineNameVariants }', {}, by)).code).toBe('NOT_PERMITTED')
      expect((await ask('mutation { takeUpNameVariants { hash } }', {}, by)).code).toBe('NOT_PERMITTED')
    }
    expect(await hub.count(accessRecords)).toBe(before + 9)
    await table()
    await decide(id, 'ACCEPT', ann)
    expect(await hub.count(accessRecords)).toBe(before + 11)
    expect((await decide(newId(), 'ACCEPT', ann)).code).toBe('NOT_FOUND')
    expect(await hub.count(accessRecords)).toBe(before + 11)
  })

  it('are accepted, refused and withdrawn by stewards; what was refused is not mined again, and may be named again', async () => {
    const accepted = await find('oriel wim')
    expect(accepted).toMatchObject({ state: 'ACCEPTED', decidedAt: expect.any(String) as unknown })
    expect((await decide(accepted.id, 'ACCEPT', ben)).code).toBe('NAME_VARIANT_SETTLED')
    const { id } = await find('hesper odo')
    expect((await decide(id, 'WITHDRAW', ann)).code).toBe('NAME_VARIANT_SETTLED')
    expect((await decide(id, 'REFUSE', ann)).shown).toMatchObject({ state: 'REFUSED' })
    expect(await mine()).toBe(0)
    expect(await find('hesper odo')).toMatchObject({ state: 'REFUSED' })
    expect((await propose(['Odo', 'Hesper'], ben)).shown).toMatchObject({
      ...{ id, state: 'PROPOSED', origin: 'STEWARD', children: null, decidedAt: null, isYours: true },
    })
    expect((await decide(id, 'REFUSE', ben)).shown).toMatchObject({ state: 'REFUSED' })
  })

  it('that a steward names, another accepts', async () => {
    const { shown } = await propose(['Tolly', 'Bártram'], ann)
    expect(shown).toMatchObject({ names: ['bartram', 'tolly'], origin: 'STEWARD', children: null, isYours: true })
    const id = shown?.id ?? ''
    expect((await decide(id, 'ACCEPT', steward(' ANN '))).code).toBe('ANOTHER_PERSON_NEEDED')
    expect((await decide(id, 'ACCEPT', ben)).shown).toMatchObject({ state: 'ACCEPTED', isYours: false })
    expect((await propose(['Bartram', 'Tolly'], ben)).code).toBe('NAME_VARIANT_KNOWN')
    expect((await propose(['Kasia', 'Katarzyna'], ben)).code).toBe('NAME_VARIANT_KNOWN')
    expect((await propose(['Begum', 'Tolly'], ben)).code).toBe('SCHEMA_INVALID')
    expect((await propose(['Baby Girl', 'Tolly'], ben)).code).toBe('SCHEMA_INVALID')
    const steps = await hub.admin.query<{ step: string; by_person: string }>(
      `select s.step, s.by_person from identity.name_variant_step s where s.variant_id = '${id}' order by s.at`,
    )
    expect(steps).toEqual([
      { step: 'proposed', by_person: 'waymark-hub ann' },
      { step: 'accepted', by_person: 'waymark-hub ben' },
    ])
  })

  it('are named by two at once one time alone', async () => {
    const both = await Promise.all([ann, ben].map((by) => propose(['Evander', 'Lox'], by)))
    expect(both.map(({ code }) => code).sort()).toEqual(['NAME_VARIANT_KNOWN', undefined])
    const id = both.flatMap(({ shown }) => (shown ? [shown.id] : []))[0] ?? ''
    const words = await Promise.all(['cat', 'dan'].map((by) => decide(id, 'REFUSE', steward(by))))
    expect(words.map(({ code }) => code).sort()).toEqual(['NAME_VARIANT_SETTLED', undefined])
  })

  it('are listed page by page, what a person named first, then by how many children go by both', async () => {
    const page = async (after?: string) => {
      const query = `query ($after: String) { nameVariants(first: 2, after: $after) { edges { node { id children } } pageInfo { hasNextPage endCursor } } }`
      const { told } = await ask(query, { after }, ann)
      return told as { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    }
    const seen: string[] = []
    for (let at = await page(); ; at = await page(at.pageInfo.endCursor)) {
      seen.push(...at.edges.map(({ node }) => node.id))
      if (!at.pageInfo.hasNextPage) break
    }
    expect(seen).toEqual((await table()).map(({ id }) => id))
    expect(new Set(seen).size).toBe(seen.length)
    const children = (await table()).map((one) => (one as unknown as { children: number | null }).children)
    expect(children).toEqual([null, null, null, 4, 3])
    const bad = await ask('query { nameVariants(after: "eA") { edges { cursor } } }', {}, ann)
    expect(bad.code).toBe('SCHEMA_INVALID')
  })
})

describe('a model with the variants that were accepted', () => {
  let taught = ''

  it('is a draft of the one that decides, learned from nobody, and changes no decision while it is none', async () => {
    const draft = await takeUp()
    expect(draft).toMatchObject({ state: 'DRAFT', name: 'day-one, 2 name variants' })
    expect(draft.nameVariants).toEqual([
      { part: 'GIVEN', names: ['bartram', 'tolly'] },
      { part: 'GIVEN', names: ['oriel', 'wim'] },
    ])
    expect(await takeUp(ben)).toEqual(draft)
    taught = draft.hash
    expect(modelHash(hub.part(MemoryIndex).model)).toBe(modelHash(dayOneModel))
    expect(await calledOtherwise('Oriel', 'Wim')).toMatchObject({ isLinked: false })
  })

  it('tells as the shadow which decisions would flip', async () => {
    await ask('mutation ($hash: ID!) { proposeModel(hash: $hash) { state } }', { hash: taught }, ann)
    await hub.part(KeepModels).follow()
    expect(await calledOtherwise('Wim', 'Oriel')).toMatchObject({ isLinked: false })
    await hub.part(ShadowModel).settled()
    const { told } = await ask('query { models { hash flips { outcome shadowOutcome count } } }', {}, ann)
    const models = told as { hash: string; flips: object[] }[]
    expect(models.find(({ hash }) => hash === taught)?.flips).toEqual([
      { outcome: 'register', shadowOutcome: 'review', count: 1 },
    ])
  })

  it('takes them for one once two persons activated it: decisions say so by level, and are made again to the milli-bit', async () => {
    await activate(taught)
    const { isLinked, body } = await calledOtherwise('Wim', 'Oriel', onlyChild)
    expect(isLinked).toBe(true)
    const id = String(body['decisionId'])
    const { told } = await ask(
      'query ($id: ID!) { decision(id: $id) { modelHash outcome why { comparison level } } }',
      { id },
      ann,
    )
    expect(told).toMatchObject({ modelHash: taught, outcome: 'link' })
    expect((told as { why: object[] }).why).toContainEqual({
      comparison: 'names',
      level: 'surname-exact-given-variant',
    })
    const replayed = await hub.send('GET', `/v1/decisions/${id}/replay`, ann)
    expect(JSON.parse(replayed.text)).toMatchObject({
      agrees: true,
      isSigned: true,
      from: 'records',
      modelHash: taught,
    })
    expect(await calledOtherwise('Tolly', 'Bartram', onlyChild)).toMatchObject({ isLinked: true })
    expect(await calledOtherwise('Zebulon', 'Quill', onlyChild)).toMatchObject({ isLinked: false })
  })

  it('has a person look where the two may be twins who have a name each', async () => {
    const { isLinked, body } = await calledOtherwise('Oriel', 'Wim')
    expect([isLinked, typeof body['reviewId']]).toEqual([false, 'string'])
  })

  it('is asked beside another by what-if: one asks a person, the other registers another child', async () => {
    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', named(family, 'Oriel'))
    const record = named(family, 'Wim')
    expect((await hub.post('/v1/what-if', { record, model: taught }, ann)).body).toMatchObject({ outcome: 'review' })
    expect((await hub.post('/v1/what-if', { record, model: modelHash(dayOneModel) }, ann)).body).toMatchObject({
      outcome: 'register',
    })
  })

  it('is itself where nothing new was accepted, or only what every model knows by now', async () => {
    const known = `insert into identity.name_variant (id, part, one, other, origin, state)
      values ('${newId()}', 'given', 'kasia', 'katarzyna', 'steward', 'accepted')`
    await hub.admin.query(known)
    expect(await takeUp()).toMatchObject({ hash: taught, state: 'ACTIVE' })
  })

  it('hands them to the one that is learned from it', async () => {
    expect((await ask('mutation { learnModel }', {}, ann)).told).toBe(true)
    const learned = await hub.part(Teacher).finished()
    const { told } = await ask('query { models { hash nameVariants { names } } }', {}, ann)
    const model = (told as { hash: string; nameVariants: object[] }[]).find(({ hash }) => hash === learned)
    expect(model?.nameVariants).toHaveLength(2)
  })

  it('is followed by one without what was withdrawn, and goes back by the same two persons', async () => {
    const { id } = await find('oriel wim')
    expect((await decide(id, 'WITHDRAW', ben)).shown).toMatchObject({ state: 'WITHDRAWN' })
    expect(await takeUp()).toMatchObject({
      state: 'DRAFT',
      name: 'day-one, 1 name variant',
      nameVariants: [{ names: ['bartram', 'tolly'] }],
    })
    await activate(modelHash(dayOneModel))
    expect(await calledOtherwise('Oriel', 'Wim')).toMatchObject({ isLinked: false })
    const second = await find('bartram tolly')
    await decide(second.id, 'WITHDRAW', ann)
    expect(await takeUp()).toMatchObject({ hash: modelHash(dayOneModel), state: 'ACTIVE', nameVariants: [] })
  })

  it('and the table leave no name in anything that other programs or the access log are told', async () => {
    const names = `'bartram|zebulon|ptolemy'` // long enough not to stand in a signature by chance
    expect(await hub.count(`identity.outbox o where o::text ~* ${names}`)).toBe(0)
    expect(await hub.count(`identity.decision d where d::text ~* ${names}`)).toBe(0)
    expect(await hub.count(`identity.name_variant v where v::text ~* ${names}`)).toBeGreaterThan(0)
  })
})
