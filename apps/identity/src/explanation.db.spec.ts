import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Profile } from '#libs/matching'
import { newId } from '#libs/postgres'
import { KeyRing, open, seal } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { ApplyChange } from './change/apply-change.js'
import { planMerge } from './change/change.js'
import { SealEffects } from './resolution/seal-effects.js'
import { aFamily, caller, HubUnderTest, named, nhs } from './hub-under-test.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-explain-'))
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
const guardian = caller('waymark-hub', { role: 'guardian-desk' })
const replay = async (id: unknown, by = steward) => {
  const { status, text } = await hub.send('GET', `/v1/decisions/${String(id)}/replay`, by)
  return { status, body: JSON.parse(text) as Readonly<Record<string, unknown>> }
}
const ask = async (query: string, variables: object, by = steward) => {
  const answer = await hub.ask(query, variables, by)
  return { data: answer['data'] as Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null, answer }
}

/** Gives the children that a decision compared another first name, as another normaliser might read it. */
async function normaliseOtherwise(decisionId: unknown): Promise<void> {
  const rows = await hub.admin.query<{ id: string; sealed: Buffer; key_id: string }>(
    `select p.id, p.sealed, p.key_id from identity.decision d, identity.profile p
      where d.id = $1 and d.inputs -> 'compared' -> 0 -> 'profileIds' ? p.id::text`,
    [decisionId],
  )
  for (const { id, sealed, key_id } of rows) {
    const key = await hub.part(KeyRing).keyById(key_id)
    if (!key) throw new Error('Profiles are sealed under keys of a month')
    const profile = JSON.parse(open(key, sealed, id).toString('utf8')) as Profile
    const read = { ...profile, name: { ...profile.name, given: ['otherwise'] } }
    await hub.admin.query('update identity.profile set sealed = $2 where id = $1', [
      ...[id, seal(key, Buffer.from(JSON.stringify(read)), id)],
    ])
  }
  expect(rows).not.toHaveLength(0)
}

describe('a decision', () => {
  it('comes out the same to the milli-bit when it is made again, and is what was signed', async () => {
    const family = aFamily()
    const number = { identifiers: [{ system: nhs, value: '9990000115', verified: true }] }
    const decisions: unknown[] = []
    for (const [by, details] of [
      ['northbridge-hospitals', { ...family, ...number }],
      ['larkhill-primary', named(family, 'Aminah')],
      ['northbridge-council', { ...named(family, 'Baby'), parents: [] }],
      ['vale-police', { ...family, ...number, addresses: [] }],
    ] as const)
      decisions.push((await hub.resolve(by, details)).body['decisionId'])
    for (const id of decisions)
      expect(await replay(id)).toMatchObject({
        status: 200,
        body: { decisionId: id, isSigned: true, agrees: true, from: 'records' },
      })
    const changed = await replay(decisions[1])
    expect(changed.body['explanation']).toMatchObject({ outcome: 'link', why: expect.arrayContaining([]) as unknown })
    await hub.admin.query(
      `update identity.decision set explanation = jsonb_set(explanation, '{why,0,m}', '1') where id = $1`,
      [decisions[1]],
    )
    expect((await replay(decisions[1])).body).toMatchObject({ isSigned: false, agrees: false })
  })

  it('comes out the same when the months’ keys have changed since', async () => {
    const family = aFamily()
    await hub.resolve('northbridge-hospitals', family)
    const { body } = await hub.resolve('larkhill-primary', named(family, 'Aminah'))
    const id = body['decisionId']
    const month = 'select key_id from identity.profile order by created_at desc limit 1'
    const [before] = await hub.admin.query<{ key_id: string }>(month)
    const sealing = hub.part(SealEffects)
    Object.assign(sealing, { nowMs: () => Date.parse('2031-01-15T09:00:00Z') })
    await hub.resolve('vale-police', aFamily())
    Object.assign(sealing, { nowMs: () => Date.now() })
    hub.part(KeyRing).forgetAll()
    const [after] = await hub.admin.query<{ key_id: string }>(month)
    expect(after?.key_id).not.toBe(before?.key_id)
    expect((await replay(id)).body).toMatchObject({ isSigned: true, agrees: true, from: 'records' })
  })

  it('comes out of its levels once profiles are normalised anew, and not where its weights are not its model’s', async () => {
    const family = aFamily()
    await hub.resolve('northbridge-hospitals', family)
    const { body } = await hub.resolve('larkhill-primary', named(family, 'Aminah'))
    const id = body['decisionId']
    const alter = (path: string, value: string) =>
      hub.admin.query(`update identity.decision set explanation = jsonb_set(explanation, $2, $3) where id = $1`, [
        ...[id, path, value],
      ])
    await alter('{normaliser}', '"n-1"')
    // What was kept of the records tells as much as it did, whatever reads them today.
    expect((await replay(id)).body).toMatchObject({ agrees: true, from: 'records' })
    await normaliseOtherwise(id)
    const replayed = (await replay(id)).body
    expect(replayed).toMatchObject({ agrees: true, from: 'levels', because: 'normaliser-gone' })
    expect(replayed['again']).toEqual(replayed['explanation'])
    await alter('{why,0,m}', '1')
    expect((await replay(id)).body).toMatchObject({ agrees: false, from: 'levels', because: 'normaliser-gone' })
    await alter('{normaliser}', '"n-2"')
    expect((await replay(id)).body).toMatchObject({ agrees: false, from: 'records' })
    await alter('{modelHash}', '"sha256:none"')
    const { body: unknown } = await replay(id)
    expect(unknown).toMatchObject({ agrees: false, because: 'model-gone' })
    expect(unknown).not.toHaveProperty('from')
  })

  it('comes out of its levels once its children were joined, which writes their profiles anew', async () => {
    const family = aFamily()
    const one = await hub.uciOf('northbridge-hospitals', family)
    const { body } = await hub.resolve('larkhill-primary', named(family, 'Aminah'))
    const other = await hub.uciOf('vale-police', aFamily())
    expect((await replay(body['decisionId'])).body).toMatchObject({ agrees: true, from: 'records' })
    const childIds = await Promise.all(
      [one, other].map(async (uci) => {
        const [row] = await hub.admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [
          uci,
        ])
        return row?.child_id ?? ''
      }),
    )
    const joined = await hub.part(ApplyChange).apply({
      childIds,
      plan: ([a, b]) => (a && b ? planMerge(newId(), a, b) : { ok: false, because: 'closed' }),
      ground: { madeBy: ['one', 'two'], explanation: {} },
    })
    expect(joined.ok).toBe(true)
    expect((await replay(body['decisionId'])).body).toMatchObject({
      ...{ isSigned: true, agrees: true, from: 'levels', because: 'inputs-gone' },
    })
  })

  it('is shown to stewards with what it rests on, and to nobody else; each child is one access', async () => {
    const family = aFamily()
    await hub.resolve('northbridge-hospitals', family)
    const { body } = await hub.resolve('larkhill-primary', family)
    const query = `query ($id: ID!) { decision(id: $id) { decisionId modelHash outcome inputs classes { same sibling unrelated }
      why { comparison level m s tf } whyNot { gate veto } how { change record decision } signature } }`
    const before = await hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`)
    const { data } = await ask(query, { id: body['decisionId'] })
    expect(data?.['decision']).toMatchObject({
      ...{ decisionId: body['decisionId'], outcome: 'link', whyNot: [] },
      modelHash: expect.stringMatching(/^sha256:/) as unknown,
      inputs: [expect.stringMatching(/^rec:/), expect.stringMatching(/^profile:/)] as unknown,
      signature: expect.stringContaining('..') as unknown,
      how: [{ change: 'linked' }, { change: 'linked', decision: body['decisionId'] }],
    })
    expect(JSON.stringify(data)).not.toContain(family.names[0]?.family)
    expect(await hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`)).toBe(before + 1)
    const school = await ask(query, { id: body['decisionId'] }, caller('larkhill-primary'))
    expect(school.answer['errors']).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
    expect((await replay(newId())).status).toBe(404)
    expect((await replay(body['decisionId'], caller('larkhill-primary'))).status).toBe(403)
  })

  it('that touches a protected child is there for the guardian desk alone', async () => {
    const family = aFamily()
    const { body } = await hub.resolve('northbridge-hospitals', family)
    const protection = { level: 'existence-hidden', reason: 'r', reviewOn: '2099-01-01', child: { uci: body['uci'] } }
    expect((await hub.post('/v1/protections', protection, guardian)).status).toBe(201)
    expect((await replay(body['decisionId'])).status).toBe(404)
    expect((await replay(body['decisionId'], guardian)).status).toBe(200)
  })
})

describe('asking why not, and what if', () => {
  const records = (uci: string) =>
    hub.admin.query<{ id: string }>(
      `select l.source_record_id as id from identity.child_of_uci($1) c join identity.link l on l.child_id = c.child_id`,
      [uci],
    )

  it('tells of any two records what kept them apart', async () => {
    const family = aFamily()
    const one = await hub.uciOf('northbridge-hospitals', family)
    const twin = { ...named(family, 'Zara'), birthOrder: { order: 2, of: 2 } }
    const other = await hub.uciOf('northbridge-hospitals', twin)
    const [left] = await records(one)
    const [right] = await records(other)
    const query =
      'query ($left: ID!, $right: ID!) { whyNot(left: $left, right: $right) { outcome classes { same sibling } whyNot { gate veto } } }'
    const { data } = await ask(query, { left: left?.id, right: right?.id })
    expect(data?.['whyNot']).toMatchObject({ outcome: expect.stringMatching(/^re/) as unknown })
    expect((await ask(query, { left: left?.id, right: newId() })).data).toEqual({ whyNot: null })
  })

  it('says what other weights would make of a record, and writes only that it was asked', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    const counts = () =>
      Promise.all(['child', 'source_record', 'decision'].map((table) => hub.count(`identity.${table}`)))
    const before = await counts()
    const plain = await hub.post('/v1/what-if', { record: family }, steward)
    expect(plain).toMatchObject({ status: 200, body: { outcome: 'link', candidates: [{ uci }] } })
    const sent = {
      source: 'urn:waymark:agency:larkhill-primary',
      sourceRecordId: newId(),
      recordedAt: '2026-11-20T10:00:00Z',
    }
    const asSent = await hub.post('/v1/what-if', { record: { ...family, ...sent } }, steward)
    expect(asSent).toMatchObject({ status: 200, body: { outcome: 'link', candidates: [{ uci }] } })
    const elsewhere = { ...family, identifiers: [{ system: 'urn:x:y', value: '1' }] }
    expect(await hub.post('/v1/what-if', { record: elsewhere }, steward)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/record/identifiers/0/system', code: 'IDENTIFIER_SYSTEM_UNKNOWN' }] },
    })
    const weights = { birth: { exact: { m: -50_000, s: 0 } } }
    const edited = await hub.post('/v1/what-if', { record: family, weights }, steward)
    expect(edited.body).toMatchObject({ outcome: 'register' })
    expect(edited.body).toHaveProperty('accessReceipt')
    expect(await counts()).toEqual(before)
    const unknown = { record: family, weights: { shoes: { alike: { m: 1, s: 1 } } } }
    expect(await hub.post('/v1/what-if', unknown, steward)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/weights/shoes/alike', code: 'FIELD_UNKNOWN' }] },
    })
    expect((await hub.post('/v1/what-if', { record: { ...family, bornOn: '20190514' } }, steward)).body).toMatchObject({
      errors: [{ pointer: '#/record/bornOn', code: 'DATE_FORM' }],
    })
    expect((await hub.post('/v1/what-if', { record: family, model: `sha256:${'0'.repeat(64)}` }, steward)).status).toBe(
      404,
    )
    expect((await hub.post('/v1/what-if', { record: family }, caller('larkhill-primary'))).status).toBe(403)
  })
})
