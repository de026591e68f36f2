import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { KeyRing, type Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { BulkRunner } from './bulk/bulk-runner.js'
import { MergeCheck } from './change/merge-check.js'
import { aFamily, caller, HubUnderTest, named, type Family } from './hub-under-test.js'
import { SealChild } from './seal/seal-child.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-damaged-key-'))
const [council, school, hospital] = ['northbridge-council', 'larkhill-primary', 'northbridge-hospitals']
const later = '2026-11-21T09:00:00Z'
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

const steward = caller('waymark-hub', {
  role: 'data-steward',
  purpose: 'identity-quality',
  actor: { role: 'data-steward', reference: 'ann' },
})
const guardian = (reference: string): Caller =>
  caller('waymark-hub', { role: 'guardian-desk', actor: { role: 'guardian-desk', reference } })

async function childOf(uci: string): Promise<string> {
  const [row] = await hub.admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
  return row?.child_id ?? ''
}

type KeyClass = 'content' | 'access'

function forgetKeys(): void {
  for (const at of [0, 1]) hub.part(KeyRing, at).forgetAll()
}

/** Lets a key of a child be bytes that do not unwrap, as both replicas see them. @returns what makes it whole again */
async function damage(uci: string, keyClass: KeyClass) {
  return damageOf(await childOf(uci), keyClass)
}
async function damageOf(childId: string, keyClass: KeyClass) {
  const where = `where subject = 'child:${childId}' and class = '${keyClass}'`
  const [key] = await hub.admin.query<{ wrapped: Buffer }>(`select wrapped from keys.data_key ${where}`)
  const set = (wrapped: Buffer) => hub.admin.query(`update keys.data_key set wrapped = $1 ${where}`, [wrapped])
  const broken = Buffer.from(key?.wrapped ?? [])
  const last = broken.length - 1
  broken.writeUInt8(broken.readUInt8(last) ^ 1, last)
  await set(broken)
  forgetKeys()
  return {
    childId,
    mend: async () => {
      await set(key?.wrapped ?? Buffer.alloc(0))
      forgetKeys()
    },
  }
}

async function asked(query: string, variables: object, by: Caller) {
  const answer = (await hub.ask(query, variables, by)) as {
    data?: Readonly<Record<string, unknown>> | null
    errors?: { extensions: { code: string } }[]
  }
  return { data: answer.data, code: answer.errors?.[0]?.extensions.code }
}

const events = async (...children: readonly object[]) => {
  const item = { agencyId: 'vale-police', agencyKind: 'police', recordedAt: later, purpose: 'safeguard-child' }
  const items = children.map((child, n) => ({ key: String(n), ...item, child }))
  const { status, body } = await hub.post('/internal/v1/resolutions', { items })
  expect(status).toBe(200)
  return body['items'] as readonly Readonly<Record<string, unknown>>[]
}

const uciSystem = 'urn:waymark:uci'
const byUci = (value: string) => ({ identifiers: [{ system: uciSystem, value }] })
const unreachable = { status: 503, body: { code: 'STORAGE_UNAVAILABLE' } }
const bothKeys: readonly KeyClass[] = ['content', 'access']

describe('a child of whom a key does not unwrap', () => {
  it.each(bothKeys)('(%s) keeps nobody waiting whose record comes at the same moment', async (keyClass) => {
    const [family, whole] = [aFamily(), aFamily()]
    const [uci, other] = [await hub.uciOf(council, family), await hub.uciOf(council, whole)]
    const { childId } = await damage(uci, keyClass)
    const answers = await Promise.all([family, whole, aFamily()].map((said) => hub.resolve(school, said)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(answers.map(({ body }) => body['status'])).toEqual(['provisional', 'active', 'active'])
    expect(answers[1]?.body['uci']).toBe(other)
    const reviewId = String(answers[0]?.body['reviewId'])
    expect(await hub.count(`identity.review where id = '${reviewId}' and '${childId}' = any(other_ids)`)).toBe(1)
  })

  it.each(bothKeys)(
    '(%s) leaves no half of a later version of its own record, which is taken once it is whole',
    async (keyClass) => {
      const [family, whole] = [aFamily(), aFamily()]
      const uci = await hub.uciOf(council, family, `own-${keyClass}`)
      await hub.uciOf(council, whole, `whole-${keyClass}`)
      const { mend } = await damage(uci, keyClass)
      const moved = { ...family, addresses: [{ postcode: 'LS7 3EX' }] }
      const tables = ['record_version', 'decision', 'profile', 'link', 'outbox']
      const rows = () => Promise.all(tables.map((table) => hub.count(`identity.${table}`)))
      const before = await rows()
      const again = () => hub.resolve(council, moved, { id: `own-${keyClass}`, recordedAt: later })
      expect(await again()).toMatchObject(unreachable)
      expect(await rows()).toEqual(before)
      const [refused, taken] = await Promise.all([
        again(),
        hub.resolve(
          council,
          { ...whole, addresses: [{ postcode: 'LS7 3EX' }] },
          { id: `whole-${keyClass}`, recordedAt: later },
        ),
      ])
      expect(refused).toMatchObject(unreachable)
      expect(taken.status).toBe(200)
      await mend()
      expect(await again()).toMatchObject({ status: 200, body: { uci, status: 'active' } })
    },
  )

  it('is not told of where the access could not be recorded, and what others repeat is answered as ever', async () => {
    const [family, whole] = [aFamily(), aFamily()]
    const uci = await hub.uciOf(council, family, 'repeated')
    const other = await hub.uciOf(council, whole, 'repeated-too')
    await damage(uci, 'access')
    const [refused, repeated] = await Promise.all([
      hub.resolve(council, family, { id: 'repeated' }),
      hub.resolve(council, whole, { id: 'repeated-too' }),
    ])
    expect(refused).toMatchObject(unreachable)
    expect([repeated.status, repeated.body['uci']]).toEqual([200, other])
  })

  it('lets the events beside its own go on', async () => {
    const [family, whole] = [aFamily(), aFamily()]
    const number = (value: string) => [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value, verified: true }]
    const uci = await hub.uciOf(council, { ...family, identifiers: number('9990000026') })
    const other = await hub.uciOf(council, { ...whole, identifiers: number('9990000034') })
    await events({ recordId: 'p-1', demographics: family })
    await damage(uci, 'content')
    const moved = { ...family, addresses: [{ postcode: 'LS7 3EX' }] }
    const answers = await events(
      byUci(uci),
      byUci(other),
      { recordId: 'p-1', demographics: moved },
      { demographics: aFamily() },
    )
    const refused = { outcome: 'refused', code: 'STORAGE_UNAVAILABLE', pointer: '#/data/child' }
    expect(answers).toMatchObject([refused, { outcome: 'resolved' }, refused, { outcome: 'resolved' }])
  })

  it('costs those beside it one more plan, however many keys do not unwrap', async () => {
    const families = [aFamily(), aFamily(), aFamily()]
    const record = (demographics: object, n: number) => ({ recordId: `several-${n}`, demographics })
    for (const { childId } of await events(...families.map(record))) await damageOf(String(childId), 'content')
    const planned = jest.spyOn(hub.part(KeyRing), 'within')
    const moved = families.map((family) => ({ ...family, addresses: [{ postcode: 'LS7 3EX' }] }))
    const answers = await events(...moved.map(record), { demographics: aFamily() })
    const times = planned.mock.calls.length
    planned.mockRestore()
    expect(answers.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused', 'resolved'])
    expect(times).toBe(2)
  })

  it('keeps nothing of a bulk load from being done but its own line, which is named', async () => {
    const head = 'record_id,recorded_at,given,family,born_on,sex,postcode'
    const line = (id: string, { names: [name], bornOn }: Family, postcode: string, at = later) =>
      [id, at, name?.given, name?.family, bornOn, 'female', postcode].join(',')
    const load = async (...lines: readonly string[]) => {
      const bytes = Buffer.from([head, ...lines, ''].join('\r\n'))
      const headers = { 'content-type': 'text/csv' }
      const { text } = await hub.send('POST', '/v1/bulk-loads', caller(council), { bytes, headers })
      expect(await hub.part(BulkRunner).runAll()).toBe(1)
      const { id } = JSON.parse(text) as { id: string }
      return [(await hub.get(`/v1/bulk-loads/${id}`, caller(council))).body, id] as const
    }
    const family = aFamily()
    await load(line('b-1', family, 'NB1 1QT'))
    const { body } = await hub.resolve(
      school,
      { ...family, addresses: [{ postcode: 'NB1 1QT' }], parents: [] },
      { mode: 'find' },
    )
    const uci = String(body['uci'])
    await damage(uci, 'content')
    const [progress, id] = await load(
      line('b-1', family, 'LS7 3EX', '2026-11-22T09:00:00Z'),
      line('b-2', aFamily(), 'LS7 3EX'),
    )
    expect(progress).toMatchObject({ state: 'done', resolved: 1, rejected: 1 })
    const rejected = await hub.send('GET', `/v1/bulk-loads/${id}/rejected`, caller(council))
    expect(rejected.text).toBe('line,code,pointer\r\n2,STORAGE_UNAVAILABLE,"#"\r\n')
  })

  it('is said to differ from its own record in no field, since what that said cannot be read', async () => {
    const family = aFamily()
    const uci = await hub.uciOf(council, family, 'listed')
    await damage(uci, 'content')
    const records = [{ sourceRecordId: 'listed', ...family }]
    const { status, body } = await hub.post('/v1/reconciliations', { records }, caller(council))
    expect([status, body['records']]).toMatchObject([200, [{ outcome: 'no-differences', uci }]])
  })

  it.each(bothKeys)('(%s) answers whoever reads or seeks it by one code, and nobody else', async (keyClass) => {
    const [family, whole] = [aFamily(), aFamily()]
    const [uci, other] = [await hub.uciOf(council, family), await hub.uciOf(council, whole)]
    const { childId } = await damage(uci, keyClass)
    for (const id of [childId, await childOf(other)])
      await hub.admin.query('insert into exchange.party_v values ($1, $2)', [id, council])
    const query = 'query ($uci: ID!) { child(uci: $uci) { uci names { family } identifiers { value } } }'
    expect(await asked(query, { uci }, caller(council))).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await asked(query, { uci: other }, caller(council))).toMatchObject({ data: { child: { uci: other } } })
    const find = (said: Family) => hub.resolve(school, said, { mode: 'find' })
    if (keyClass === 'access') expect(await find(family)).toMatchObject(unreachable)
    expect(await find(whole)).toMatchObject({ status: 200, body: { outcome: 'found', uci: other } })
  })

  it.each(bothKeys)('(%s) keeps stewards from nobody else, and is neither joined nor sealed', async (keyClass) => {
    const [family, whole] = [aFamily(), aFamily()]
    const [uci, other] = [await hub.uciOf(council, family), await hub.uciOf(council, whole)]
    const waits = async (said: Family, given: string) => {
      const answer = await hub.resolve(hospital, { ...named(said, given), parents: [], sex: undefined })
      expect(answer.body['status']).toBe('provisional')
      return String(answer.body['reviewId'])
    }
    const [harmed, kept] = [await waits(family, 'Aminat'), await waits(whole, 'Aminat')]
    await damage(uci, keyClass)
    const page = await asked('{ reviews(first: 100) { edges { node { id sides { records { id } } } } } }', {}, steward)
    const shown = page.data?.['reviews'] as { edges: { node: { id: string; sides: { records: object[] }[] } }[] }
    const recordsOf = (id: string) =>
      shown.edges.find(({ node }) => node.id === id)?.node.sides.map(({ records }) => records.length)
    expect(recordsOf(kept)).toEqual([1, 1])
    expect(recordsOf(harmed)).toEqual(keyClass === 'content' ? [1, 0] : [])
    const merge = 'mutation ($input: MergeInput!) { proposeMerge(input: $input) { id } }'
    const before = await hub.count('identity.review')
    expect(await asked(merge, { input: { left: uci, right: other, reason: 'x' } }, steward)).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    expect(await hub.count('identity.review')).toBe(before)
    const seal = await hub.post('/v1/seals', { uci, reason: 'x', reviewOn: '2099-01-01' }, guardian('gd-1'))
    if (keyClass === 'access') expect(seal).toMatchObject(unreachable)
    else {
      const path = `/v1/seals/${String(seal.body['sealId'])}/approval`
      expect(await hub.post(path, {}, guardian('gd-2'))).toMatchObject(unreachable)
    }
    expect(await hub.count(`identity.child where id = '${await childOf(uci)}' and status = 'active'`)).toBe(1)
  })

  it('keeps no child that is near it from being looked at, nor any that was closed from being told of', async () => {
    const [family, closed] = [aFamily(), aFamily()]
    const uci = await hub.uciOf(council, family)
    const near = await hub.resolve(hospital, { ...named(family, 'Aminat'), parents: [], sex: undefined })
    expect(near.body['status']).toBe('provisional')
    const gone = await Promise.all([aFamily(), closed].map((said) => hub.uciOf(council, said)))
    const goneId = await childOf(gone[0] ?? '')
    for (const one of gone) {
      const asking = await hub.post('/v1/seals', { uci: one, reason: 'x', reviewOn: '2099-01-01' }, guardian('gd-1'))
      expect((await hub.post(`/v1/seals/${String(asking.body['sealId'])}/approval`, {}, guardian('gd-2'))).status).toBe(
        200,
      )
    }
    const { childId } = await damage(uci, 'content')
    const sealed = await damageOf(goneId, 'content')
    const nearId = await childOf(String(near.body['uci']))
    await hub.admin.query(`insert into identity.merge_check (child_id) values ('${nearId}') on conflict do nothing`)
    await hub
      .part(MergeCheck)
      .run()
      .catch(() => 0)
    expect(await hub.count(`identity.merge_check where child_id = '${nearId}'`)).toBe(0)
    expect(
      await hub.count(
        `identity.review where child_id = '${nearId}' and '${childId}' = any(other_ids) and state = 'open'`,
      ),
    ).toBe(1)
    await hub.admin.query("update identity.closed_child set tell_at = now() - interval '1 hour'")
    expect(await hub.part(SealChild).tell()).toBe(1)
    expect(await hub.count('identity.closed_child')).toBe(1)
    await sealed.mend()
    await hub.admin.query("update identity.closed_child set tell_at = now() - interval '1 hour'")
    expect(await hub.part(SealChild).tell()).toBe(1)
    expect(await hub.count('identity.closed_child')).toBe(0)
  })

  it('lets the events beside its own go on also where the key was destroyed', async () => {
    const number = [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000042', verified: true }]
    const uci = await hub.uciOf(council, { ...aFamily(), identifiers: number })
    const other = await hub.uciOf(council, aFamily())
    await hub.admin.query(
      `update keys.data_key set wrapped = null, destroyed_at = now() where subject = 'child:${await childOf(uci)}' and class = 'content'`,
    )
    forgetKeys()
    expect(await events(byUci(uci), byUci(other))).toMatchObject([
      { outcome: 'resolved', identifiers: [] },
      { outcome: 'resolved' },
    ])
  })
})
