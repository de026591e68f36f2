import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { KeyRing, open, readProgramKeys } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named, nhs, upn, type Family } from './hub-under-test.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-'))
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

describe('resolving a record', () => {
  it('gives one UCI to one child in two spellings, with a receipt each time', async () => {
    const amina = aFamily()
    const numbers = { identifiers: [{ system: nhs, value: '9990000018', verified: true }] }
    const first = await hub.resolve('northbridge-hospitals', { ...amina, ...numbers })
    expect(first).toMatchObject({ status: 200, body: { outcome: 'identified', status: 'active', notices: [] } })
    expect(first.body['uci']).toMatch(/^99[0-9B-Z]{2}-[0-9B-Z]{4}-[0-9B-Z]{2}$/)
    expect(first.body['accessReceipt']).toMatchObject({ service: 'identity' })
    const second = await hub.resolve('larkhill-primary', named(amina, 'Aminah'))
    expect(second.body).toMatchObject({ outcome: 'identified', uci: first.body['uci'] })
    expect(Object.keys(second.body).sort()).toEqual(Object.keys(first.body).sort())
    expect(second.body['accessReceipt']).not.toEqual(first.body['accessReceipt'])
  })

  it('answers a repeated record from what is known, on either replica, and refuses another body of the same version', async () => {
    const family = aFamily()
    const first = await hub.resolve('larkhill-primary', family, { id: 'lk-1' })
    const tables = async () =>
      hub.admin.query(`select (select count(*) from identity.child) c, (select count(*) from identity.record_version) v,
        (select count(*) from identity.decision) d`)
    const before = await tables()
    const again = await hub.resolve('larkhill-primary', family, { id: 'lk-1', at: 1 })
    expect(again.body).toMatchObject({
      outcome: 'identified',
      uci: first.body['uci'],
      decisionId: first.body['decisionId'],
    })
    expect(await tables()).toEqual(before)
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    const record = { sourceRecordId: 'hub-1', recordedAt: '2026-11-21T09:00:00Z', purpose: 'identity-quality' }
    const own = { ...family, ...record, mode: 'register', source: 'urn:waymark:agency:waymark-hub' }
    expect((await hub.post('/v1/resolve', own, steward)).body).toMatchObject({
      outcome: 'identified',
      decision: 'linked',
    })
    expect(again.body).not.toHaveProperty('decision')
    const other = await hub.resolve('larkhill-primary', { ...family, sex: 'male' }, { id: 'lk-1' })
    expect(other).toMatchObject({ status: 409, body: { code: 'RECORD_VERSION_REUSED' } })
    const later = await hub.resolve('larkhill-primary', named(family, 'Minnie'), {
      id: 'lk-1',
      recordedAt: '2026-11-21T09:00:00Z',
    })
    expect(later.body).toMatchObject({ uci: first.body['uci'] })
  })

  it('keeps a twin apart and sends a nameless newborn of the same day and place to a person', async () => {
    const amina = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', amina)
    const twin = await hub.resolve('northbridge-hospitals', {
      ...named(amina, 'Zara'),
      birthOrder: { order: 2, of: 2 },
    })
    expect(twin.body).toMatchObject({ outcome: 'identified', status: 'active' })
    expect(twin.body['uci']).not.toBe(uci)
    const baby = await hub.resolve('larkhill-primary', { ...named(amina, 'Baby'), parents: [] })
    expect(baby.body).toMatchObject({
      outcome: 'provisional',
      status: 'provisional',
      notices: [{ code: 'NAME_PLACEHOLDER', pointer: '#/names/0/given' }],
    })
    expect([uci, twin.body['uci']]).not.toContain(baby.body['uci'])
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    const answer = await hub.ask('query { reviews(first: 50) { edges { node { id kind state  ucis } } } }', {}, steward)
    const edges = (answer['data'] as { reviews: { edges: { node: { id: string; ucis: string[] } }[] } }).reviews.edges
    const review = edges.find(({ node }) => node.id === baby.body['reviewId'])
    expect(review?.node).toMatchObject({ kind: 'POSSIBLE_MATCH', state: 'OPEN' })
    expect(review?.node.ucis).toEqual(expect.arrayContaining([uci, baby.body['uci']]))
    expect(answer['extensions']).toHaveProperty('accessReceipts')
    const refused = await hub.ask(
      'query { reviews(first: 5) { edges { node { id } } } }',
      {},
      caller('larkhill-primary'),
    )
    expect(refused['errors']).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
  })

  it('finds without creating', async () => {
    const family = aFamily()
    const none = await hub.resolve('larkhill-primary', family, { mode: 'find' })
    expect(none.body).toMatchObject({ outcome: 'none', notices: [] })
    expect(none.body).not.toHaveProperty('uci')
    const uci = await hub.uciOf('northbridge-hospitals', family)
    expect((await hub.resolve('larkhill-primary', family, { mode: 'find' })).body).toMatchObject({
      outcome: 'found',
      uci,
    })
  })

  it('registers a newborn once when two replicas are told of it many times at once', async () => {
    const newborn = named(aFamily(), 'Baby')
    const same = Array.from({ length: 30 }, (_, n) =>
      hub.resolve('northbridge-hospitals', newborn, { id: 'nb-1', at: n % 2 }),
    )
    const others = Array.from({ length: 10 }, (_, n) =>
      hub.resolve(
        'northbridge-hospitals',
        { ...newborn, birthOrder: { order: 1, of: 1 } },
        { id: `nb-${n + 2}`, at: n % 2 },
      ),
    )
    const answers = await Promise.all([...same, ...others])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.slice(0, 30).map(({ body }) => body['uci'])).size).toBe(1)
    const amina = aFamily()
    const racing = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        hub.resolve(n % 3 === 0 ? 'larkhill-primary' : 'northbridge-hospitals', amina, { id: `race-${n}`, at: n % 2 }),
      ),
    )
    expect(new Set(racing.map(({ body }) => body['uci'])).size).toBe(1)
  })

  it.each<readonly [string, object, number, string, string]>([
    ['a date of another form', { bornOn: '20190514' }, 400, 'MALFORMED', 'DATE_FORM'],
    ['an impossible day', { bornOn: '2019-02-30' }, 400, 'MALFORMED', 'DATE_FORM'],
    ['a wildcard', { names: [{ given: 'Am*', family: 'Begum' }] }, 400, 'MALFORMED', 'TEXT_WILDCARD'],
    ['a control character', { names: [{ given: 'A\u0007', family: 'Begum' }] }, 400, 'MALFORMED', 'TEXT_CONTROL'],
    ['an unknown field', { nickname: 'x' }, 400, 'MALFORMED', 'FIELD_UNKNOWN'],
    ['a future birth', { bornOn: '2999-01-01' }, 422, 'SCHEMA_INVALID', 'DATE_IMPLAUSIBLE'],
    ['an adult', { bornOn: '1980-01-01' }, 422, 'SCHEMA_INVALID', 'DATE_IMPLAUSIBLE'],
    [
      'an unknown system',
      { identifiers: [{ system: 'urn:x', value: '1' }] },
      422,
      'IDENTIFIER_INVALID',
      'IDENTIFIER_SYSTEM_UNKNOWN',
    ],
    [
      'a mistyped UCI',
      { identifiers: [{ system: 'urn:waymark:uci', value: '99NJ-YZXT-0T' }] },
      422,
      'IDENTIFIER_INVALID',
      'UCI_CHECK_FAILED',
    ],
  ])('refuses %s with a stable code and a pointer', async (...row) => {
    const [, fault, status, code, field] = row
    const answer = await hub.resolve('larkhill-primary', { ...aFamily(), ...fault })
    expect(answer).toMatchObject({ status, body: { code, errors: [{ code: field }] } })
    expect(JSON.stringify({ ...answer.body, instance: '' })).not.toMatch(/Am\*|2999|YZXT/)
  })

  it('takes what it cannot use with a notice, and refuses too little, a foreign source and a purpose outside the token', async () => {
    const family = aFamily()
    const odd = {
      identifiers: [
        { system: nhs, value: '9276308686' },
        { system: nhs, value: '9990000019' },
      ],
      addresses: [{ postcode: 'LSI 4AP' }],
    }
    expect((await hub.resolve('larkhill-primary', { ...family, ...odd })).body['notices']).toEqual([
      { code: 'POSTCODE_REPAIRED', pointer: '#/addresses/0/postcode' },
      { code: 'IDENTIFIER_WRONG_FIELD', pointer: '#/identifiers/0/value' },
      { code: 'IDENTIFIER_CHECK_FAILED', pointer: '#/identifiers/1/value' },
    ])
    expect(await hub.resolve('larkhill-primary', { ...family, bornOn: undefined })).toMatchObject({
      status: 422,
      body: { code: 'EVIDENCE_INSUFFICIENT' },
    })
    expect(
      await hub.resolve('larkhill-primary', { ...family, source: 'urn:waymark:agency:vale-police' }),
    ).toMatchObject({
      status: 403,
      body: { code: 'SOURCE_NOT_YOURS' },
    })
    expect(await hub.resolve('larkhill-primary', { ...family, purpose: 'audit' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/purpose' }] },
    })
    expect(await hub.resolve('larkhill-primary', family, { caller: { actions: [] } })).toMatchObject({
      status: 403,
      body: { code: 'NOT_PERMITTED' },
    })
  })
})

describe('the child of an event', () => {
  const events = async (items: readonly object[], at = 0) => {
    const body = {
      items: items.map((child, n) => ({
        key: String(n),
        agencyId: 'northbridge-hospitals',
        agencyKind: 'nhs',
        recordedAt: '2026-11-20T09:00:00Z',
        purpose: 'safeguard-child',
        child,
      })),
    }
    const answer = await hub.post('/internal/v1/resolutions', body, undefined, at)
    expect(answer.status).toBe(200)
    return answer.body['items'] as readonly Readonly<Record<string, unknown>>[]
  }
  const demographicsOf = (family: Family) => ({ demographics: family })

  it('is found or registered, many at once and in order, and known ones write nothing', async () => {
    const family = aFamily()
    const child = { recordId: 'h-1', identifiers: [{ system: nhs, value: '9990000026' }], ...demographicsOf(family) }
    const [one, two, three, bad] = await events([
      child,
      { identifiers: [{ system: nhs, value: '999 000 0026' }] },
      demographicsOf(family),
      { identifiers: [{ system: nhs, value: '9990000027' }] },
    ])
    expect(one).toMatchObject({
      outcome: 'resolved',
      status: 'active',
      identifiers: [{ system: nhs, value: '9990000026' }],
    })
    expect([two?.['childId'], three?.['childId']]).toEqual([one?.['childId'], one?.['childId']])
    expect(bad).toMatchObject({
      outcome: 'refused',
      code: 'IDENTIFIER_INVALID',
      pointer: '#/data/child/identifiers/0/value',
    })
    const version = (await hub.admin.query('select count(*) from identity.decision'))[0]
    const [again, byUci] = await events([child, { uci: String(one?.['uci']).toLowerCase() }], 1)
    expect(again).toEqual({ ...one, key: '0' })
    expect(byUci).toEqual({ ...one, key: '1' })
    expect((await hub.admin.query('select count(*) from identity.decision'))[0]).toEqual(version)
  })

  it('adds to its record what is new, and keeps what is left out', async () => {
    const family = aFamily()
    const [one] = await events([{ recordId: 'h-2', ...demographicsOf(family) }])
    const [two] = await events([{ recordId: 'h-2', identifiers: [{ system: upn, value: 'F999999926002' }] }])
    expect(two).toMatchObject({
      childId: one?.['childId'],
      uci: one?.['uci'],
      identifiers: [{ system: upn, value: 'F999999926002' }],
    })
    const [three] = await events([{ identifiers: [{ system: upn, value: 'F999999926002' }] }], 1)
    expect(three).toMatchObject({ childId: one?.['childId'] })
  })

  it('waits without a UCI while too little is said, and gets one when more is', async () => {
    const number = { identifiers: [{ system: nhs, value: '9990000034' }] }
    const [one] = await events([number])
    expect(one).toMatchObject({ outcome: 'resolved', status: 'provisional' })
    expect(one).not.toHaveProperty('uci')
    const [two] = await events([{ ...number, ...demographicsOf(aFamily()) }])
    expect(two).toMatchObject({ childId: one?.['childId'], status: 'active' })
    expect(two?.['uci']).toMatch(/^99/)
    const told = await hub.admin.query<{ headers: Record<string, string>; value: Buffer; event_id: string }>(
      `select headers, value, event_id from identity.outbox where topic = 'waymark.identity-changes.v1' order by pos desc limit 1`,
    )
    const ring = new KeyRing(readProgramKeys(join(folder, 'programs', 'identity.json')), () => hub.admin)
    const key = await ring.keyById(told[0]?.headers['key-id'] ?? '')
    if (!key || !told[0]) throw new Error('nothing was told')
    const change = JSON.parse(open(key, told[0].value, told[0].event_id).toString()) as object
    expect(change).toMatchObject({ v: 1, kind: 'confirmed', childId: one?.['childId'] })
    expect(told[0].headers).toMatchObject({ 'followed-by': 'nobody' })
  })

  it('is another, lasting one where the UCI is nobody’s', async () => {
    const [one, two] = await events([{ uci: '99MJ-YZXT-0T' }, { uci: '99MJ YZXT 0T' }])
    expect(one).toMatchObject({ outcome: 'resolved', status: 'provisional' })
    expect(two?.['childId']).toBe(one?.['childId'])
    expect((await events([{ uci: '99NJ-YZXT-0T' }]))[0]).toMatchObject({
      outcome: 'refused',
      pointer: '#/data/child/uci',
    })
  })
})
