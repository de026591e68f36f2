import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { connect, Database, newId, runMigrations } from '#libs/postgres'
import { createDevelopmentKeys, KeyRing, open, readProgramKeys, type Caller } from '#libs/security'
import { build, newTraceparent, Problem, readBodies, type Door } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { migrations } from './migrations/index.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-'))
createDevelopmentKeys(folder, { agencies: [] })
const keyFile = join(folder, 'programs', 'identity.json')
const keys = readProgramKeys(keyFile)
const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
const upn = 'urn:waymark:upn'

let test: TestDatabase
let admin: Database
let apps: readonly NestFastifyApplication[]

const agencies = [
  ['larkhill-primary', 'school'],
  ['northbridge-council', 'council'],
  ['northbridge-hospitals', 'nhs'],
  ['vale-police', 'police'],
  ['waymark-hub', 'hub'],
] as const
const basis = { gateways: ['CA2004-16LA'], article6: 'A6C', article9: 'A9G' }
const purposes = JSON.stringify({ purposes: { 'safeguard-child': basis, 'identity-quality': basis } })

/** What this program sees of the others, in the form that they grant it. */
const neighbours = [
  'create table auth.agency_v (agency_id text, kind text, status text)',
  `insert into auth.agency_v values ${agencies.map(([id, kind]) => `('${id}', '${kind}', 'active')`).join(', ')}`,
  `create table exchange.agreement_v as select 'dsa-' || agency_id as agreement_id, 1 as version, agency_id,
     '${purposes}'::jsonb as body, now() - interval '1 day' as valid_from, null::timestamptz as valid_until,
     null::timestamptz as ended_at from auth.agency_v`,
  'create table exchange.party_v (child_id uuid, agency_id text)',
  'create table safeguarding.involvement_v (child_id uuid, agency_id text, kind text, since timestamptz, until timestamptz)',
  ...['auth', 'exchange', 'safeguarding'].map(
    (schema) => `grant select on all tables in schema ${schema} to waymark_identity`,
  ),
]

/** Lets a test say who asks; the signed door has its own specs. */
const door: Door = {
  badAddress: new Problem('MALFORMED'),
  install(server) {
    readBodies(server)
    server.addHook('preHandler', (request, _, done) => {
      const given = request.headers['x-caller']
      if (typeof given === 'string') request.caller = JSON.parse(given) as Caller
      done()
    })
  },
}

beforeAll(async () => {
  test = await emptyDatabase()
  await runMigrations({ url: test.adminUrl, schema: 'identity', migrations })
  admin = await Database.open({ url: test.adminUrl })
  for (const statement of neighbours) await admin.query(statement)
  Object.assign(process.env, { DATABASE_URL: test.urlOf('identity'), WAYMARK_KEY_FILE: keyFile })
  const { IdentityModule } = await import('./identity.module.js')
  apps = await Promise.all(
    [1, 2].map(async () => {
      const app = await build(IdentityModule, { door })
      await connect(app)
      await app.init()
      return app
    }),
  )
})
afterAll(async () => {
  for (const app of apps) await app.close()
  await admin.close()
  await test.drop()
  rmSync(folder, { recursive: true })
})

function caller(agencyId: string, more: Partial<Caller> = {}): Caller {
  const [, agencyKind = 'hub'] = agencies.find(([id]) => id === agencyId) ?? []
  return {
    ...{ agencyId, agencyKind, clientId: `${agencyId}.client`, agreement: `dsa-${agencyId}`, jti: newId() },
    purposes: ['safeguard-child', 'identity-quality'],
    actions: ['resolve', 'readFlags', 'protect'],
    purpose: 'safeguard-child',
    actor: { role: 'designated-safeguarding-lead', reference: 'st-0042' },
    requestId: newId(),
    traceparent: newTraceparent(),
    ...more,
  }
}

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

async function post(path: string, body: unknown, by?: Caller, at = 0): Promise<Answer> {
  const response = await apps[at]?.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/json', ...(by && { 'x-caller': JSON.stringify(by) }) },
    payload: JSON.stringify(body),
  })
  return { status: response?.statusCode ?? 0, body: response?.json<Record<string, unknown>>() ?? {} }
}

async function ask(query: string, variables: object, by: Caller): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await post('/graphql', { query, variables }, by)
  return body
}

let serial = 0
/** A child nobody else in this file resembles. */
function aFamily() {
  serial += 1
  const word = (seed: string): string =>
    Array.from(seed + String(serial), (sign) =>
      String.fromCharCode(97 + ((sign.charCodeAt(0) * 7 + serial * 5) % 26)),
    ).join('')
  return {
    names: [{ use: 'legal', given: `Amina`, family: `${word('begum')}ley` }],
    bornOn: `20${10 + (serial % 9)}-0${1 + (serial % 9)}-1${serial % 9}`,
    sex: 'female',
    addresses: [{ postcode: `NB${1 + (serial % 20)} ${serial % 10}QT`, uprn: String(72001000 + serial) }],
    parents: [{ role: 'mother', given: 'Nasreen', family: word('mother') }],
  }
}
type Family = ReturnType<typeof aFamily>

const named = (family: Family, given: string): Family => ({
  ...family,
  names: [{ ...family.names[0], given } as Family['names'][0]],
})

function resolve(
  by: string,
  details: object,
  more: { id?: string; at?: number; recordedAt?: string; mode?: string; caller?: Partial<Caller> } = {},
) {
  const body = {
    mode: more.mode ?? 'register',
    source: `urn:waymark:agency:${by}`,
    sourceRecordId: more.id ?? newId(),
    recordedAt: more.recordedAt ?? '2026-11-20T09:00:00Z',
    ...details,
  }
  return post('/v1/resolve', body, caller(by, more.caller), more.at ?? 0)
}

async function uciOf(by: string, details: object, id?: string): Promise<string> {
  const { status, body } = await resolve(by, details, id === undefined ? {} : { id })
  expect(status).toBe(200)
  return String(body['uci'])
}

const accessRecords = async () =>
  Number(
    (
      await admin.query<{ n: string }>(
        `select count(*) as n from identity.outbox where topic = 'waymark.access-records.v1'`,
      )
    )[0]?.n,
  )

describe('resolving a record', () => {
  it('gives one UCI to one child in two spellings, with a receipt each time', async () => {
    const amina = aFamily()
    const numbers = { identifiers: [{ system: nhs, value: '9990000018', verified: true }] }
    const first = await resolve('northbridge-hospitals', { ...amina, ...numbers })
    expect(first).toMatchObject({ status: 200, body: { outcome: 'identified', status: 'active', notices: [] } })
    expect(first.body['uci']).toMatch(/^99[0-9B-Z]{2}-[0-9B-Z]{4}-[0-9B-Z]{2}$/)
    expect(first.body['accessReceipt']).toMatchObject({ service: 'identity' })
    const second = await resolve('larkhill-primary', named(amina, 'Aminah'))
    expect(second.body).toMatchObject({ outcome: 'identified', uci: first.body['uci'] })
    expect(Object.keys(second.body).sort()).toEqual(Object.keys(first.body).sort())
    expect(second.body['accessReceipt']).not.toEqual(first.body['accessReceipt'])
  })

  it('answers a repeated record from what is known, on either replica, and refuses another body of the same version', async () => {
    const family = aFamily()
    const first = await resolve('larkhill-primary', family, { id: 'lk-1' })
    const tables = async () =>
      admin.query(`select (select count(*) from identity.child) c, (select count(*) from identity.record_version) v,
        (select count(*) from identity.decision) d`)
    const before = await tables()
    const again = await resolve('larkhill-primary', family, { id: 'lk-1', at: 1 })
    expect(again.body).toMatchObject({
      outcome: 'identified',
      uci: first.body['uci'],
      decisionId: first.body['decisionId'],
    })
    expect(await tables()).toEqual(before)
    const other = await resolve('larkhill-primary', { ...family, sex: 'male' }, { id: 'lk-1' })
    expect(other).toMatchObject({ status: 409, body: { code: 'RECORD_VERSION_REUSED' } })
    const later = await resolve('larkhill-primary', named(family, 'Minnie'), {
      id: 'lk-1',
      recordedAt: '2026-11-21T09:00:00Z',
    })
    expect(later.body).toMatchObject({ uci: first.body['uci'] })
  })

  it('keeps a twin apart and sends a nameless newborn of the same day and place to a person', async () => {
    const amina = aFamily()
    const uci = await uciOf('northbridge-hospitals', amina)
    const twin = await resolve('northbridge-hospitals', { ...named(amina, 'Zara'), birthOrder: { order: 2, of: 2 } })
    expect(twin.body).toMatchObject({ outcome: 'identified', status: 'active' })
    expect(twin.body['uci']).not.toBe(uci)
    const baby = await resolve('larkhill-primary', { ...named(amina, 'Baby'), parents: [] })
    expect(baby.body).toMatchObject({
      outcome: 'provisional',
      status: 'provisional',
      notices: [{ code: 'NAME_PLACEHOLDER', pointer: '#/names/0/given' }],
    })
    expect([uci, twin.body['uci']]).not.toContain(baby.body['uci'])
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    const answer = await ask('query { reviews(first: 50) { edges { node { id kind state ucis same } } } }', {}, steward)
    const edges = (answer['data'] as { reviews: { edges: { node: { id: string; ucis: string[] } }[] } }).reviews.edges
    const review = edges.find(({ node }) => node.id === baby.body['reviewId'])
    expect(review?.node).toMatchObject({ kind: 'POSSIBLE_MATCH', state: 'OPEN' })
    expect(review?.node.ucis).toEqual(expect.arrayContaining([uci, baby.body['uci']]))
    expect(answer['extensions']).toHaveProperty('accessReceipts')
    const refused = await ask('query { reviews(first: 5) { edges { node { id } } } }', {}, caller('larkhill-primary'))
    expect(refused['errors']).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
  })

  it('finds without creating', async () => {
    const family = aFamily()
    const none = await resolve('larkhill-primary', family, { mode: 'find' })
    expect(none.body).toMatchObject({ outcome: 'none', notices: [] })
    expect(none.body).not.toHaveProperty('uci')
    const uci = await uciOf('northbridge-hospitals', family)
    expect((await resolve('larkhill-primary', family, { mode: 'find' })).body).toMatchObject({ outcome: 'found', uci })
  })

  it('registers a newborn once when two replicas are told of it many times at once', async () => {
    const newborn = named(aFamily(), 'Baby')
    const same = Array.from({ length: 60 }, (_, n) =>
      resolve('northbridge-hospitals', newborn, { id: 'nb-1', at: n % 2 }),
    )
    const others = Array.from({ length: 20 }, (_, n) =>
      resolve(
        'northbridge-hospitals',
        { ...newborn, birthOrder: { order: 1, of: 1 } },
        { id: `nb-${n + 2}`, at: n % 2 },
      ),
    )
    const answers = await Promise.all([...same, ...others])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.slice(0, 60).map(({ body }) => body['uci'])).size).toBe(1)
    const amina = aFamily()
    const racing = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        resolve(n % 3 === 0 ? 'larkhill-primary' : 'northbridge-hospitals', amina, { id: `race-${n}`, at: n % 2 }),
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
    const answer = await resolve('larkhill-primary', { ...aFamily(), ...fault })
    expect(answer).toMatchObject({ status, body: { code, errors: [{ code: field }] } })
    expect(JSON.stringify(answer.body)).not.toMatch(/Am\*|2999|YZXT/)
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
    expect((await resolve('larkhill-primary', { ...family, ...odd })).body['notices']).toEqual([
      { code: 'POSTCODE_REPAIRED', pointer: '#/addresses/0/postcode' },
      { code: 'IDENTIFIER_WRONG_FIELD', pointer: '#/identifiers/0/value' },
      { code: 'IDENTIFIER_CHECK_FAILED', pointer: '#/identifiers/1/value' },
    ])
    const { bornOn: _, ...unborn } = family
    expect(await resolve('larkhill-primary', unborn)).toMatchObject({
      status: 422,
      body: { code: 'EVIDENCE_INSUFFICIENT' },
    })
    expect(await resolve('larkhill-primary', { ...family, source: 'urn:waymark:agency:vale-police' })).toMatchObject({
      status: 403,
      body: { code: 'SOURCE_NOT_YOURS' },
    })
    expect(await resolve('larkhill-primary', { ...family, purpose: 'audit' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/purpose' }] },
    })
    expect(await resolve('larkhill-primary', family, { caller: { actions: [] } })).toMatchObject({
      status: 403,
      body: { code: 'NOT_PERMITTED' },
    })
  })
})

const readByUci =
  'query ($uci: ID!) { child(uci: $uci) { uci status requestedAs names { given family } bornOn identifiers { system value } } }'
const readByNumber =
  'query ($system: String!, $value: String!) { childByIdentifier(system: $system, value: $value) { uci names { given } identifiers { system } } }'

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
    const answer = await post('/internal/v1/resolutions', body, undefined, at)
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
    const version = (await admin.query('select count(*) from identity.decision'))[0]
    const [again, byUci] = await events([child, { uci: String(one?.['uci']).toLowerCase() }], 1)
    expect(again).toEqual({ ...one, key: '0' })
    expect(byUci).toEqual({ ...one, key: '1' })
    expect((await admin.query('select count(*) from identity.decision'))[0]).toEqual(version)
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
    const told = await admin.query<{ headers: { 'key-id': string }; value: Buffer; event_id: string }>(
      `select headers, value, event_id from identity.outbox where topic = 'waymark.identity-changes.v1' order by pos desc limit 1`,
    )
    const ring = new KeyRing(keys, () => admin)
    const key = await ring.keyById(told[0]?.headers['key-id'] ?? '')
    if (!key || !told[0]) throw new Error('nothing was told')
    const change = JSON.parse(open(key, told[0].value, told[0].event_id).toString()) as object
    expect(change).toMatchObject({ v: 1, kind: 'confirmed', childId: one?.['childId'] })
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

describe('reading a child', () => {
  it('shows an involved school what a school may have, and the police nothing', async () => {
    const family = aFamily()
    const numbers = {
      identifiers: [
        { system: nhs, value: '9990000042' },
        { system: upn, value: 'R999999926001' },
      ],
    }
    const uci = await uciOf('larkhill-primary', { ...family, ...numbers })
    const [child] = await admin.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
    await admin.query(
      `insert into safeguarding.involvement_v values ($1, 'larkhill-primary', 'registered', now() - interval '1 day', null)`,
      [child?.child_id],
    )
    const before = await accessRecords()
    const seen = await ask(readByUci, { uci: uci.toLowerCase() }, caller('larkhill-primary'))
    expect(seen).toMatchObject({
      data: {
        child: {
          ...{ uci, status: 'ACTIVE', requestedAs: null, bornOn: family.bornOn },
          names: [{ given: 'Amina', family: family.names[0]?.family }],
          identifiers: [
            { system: 'urn:waymark:uci', value: uci },
            { system: upn, value: 'R999999926001' },
          ],
        },
      },
    })
    expect((seen['extensions'] as { accessReceipts: unknown[] }).accessReceipts).toHaveLength(1)
    expect(await accessRecords()).toBe(before + 1)
    const byNumber = await ask(readByNumber, { system: upn, value: 'r9999 9992 6001' }, caller('larkhill-primary'))
    expect(byNumber).toMatchObject({ data: { childByIdentifier: { uci } } })
    const entity = await ask(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Child { uci bornOn } } }',
      { of: [{ __typename: 'Child', uci }] },
      caller('larkhill-primary'),
    )
    expect(entity).toMatchObject({ data: { _entities: [{ uci, bornOn: family.bornOn }] } })
  })

  it('answers unknown, protected and not yours alike, each with its access record', async () => {
    const uci = await uciOf('northbridge-hospitals', {
      ...aFamily(),
      identifiers: [{ system: nhs, value: '9990000050' }],
    })
    const [hidden, absent] = [
      await uciOf('northbridge-hospitals', { ...aFamily(), identifiers: [{ system: nhs, value: '9990000069' }] }),
      '99X4-NQJX-C8',
    ]
    await post(
      '/v1/protections',
      { level: 'existence-hidden', reason: 'r', reviewOn: '2027-01-01', child: { uci: hidden } },
      caller('waymark-hub', { role: 'guardian-desk' }),
    )
    const before = await accessRecords()
    const police = caller('vale-police')
    const answers = await Promise.all([uci, hidden, absent].map((asked) => ask(readByUci, { uci: asked }, police)))
    const numbers = await Promise.all(
      ['9990000050', '9990000069', '9990000077'].map((value) => ask(readByNumber, { system: nhs, value }, police)),
    )
    expect(await accessRecords()).toBe(before + 6)
    const plain = (answer: Readonly<Record<string, unknown>>) =>
      JSON.stringify(answer).replace(/"(recordId|commitment|issuedAt|signature)":"[^"]*"/g, '"$1":""')
    expect(new Set(answers.map(plain)).size).toBe(1)
    expect(new Set(numbers.map(plain)).size).toBe(1)
    expect(answers[0]).toMatchObject({ data: { child: null } })
  })

  it('refuses a mistyped identifier, a missing actor and a purpose that no agreement has', async () => {
    const school = caller('larkhill-primary')
    const codes = (answer: Readonly<Record<string, unknown>>) =>
      (answer['errors'] as { extensions: object }[])[0]?.extensions
    expect(codes(await ask(readByUci, { uci: '99NJ-YZXT-0T' }, school))).toMatchObject({
      code: 'IDENTIFIER_INVALID',
      errors: [{ pointer: '#/uci', code: 'UCI_CHECK_FAILED' }],
    })
    expect(codes(await ask(readByNumber, { system: nhs, value: '9990000017' }, school))).toMatchObject({
      code: 'IDENTIFIER_INVALID',
    })
    const { actor: _, ...nobody } = school
    expect(codes(await ask(readByUci, { uci: '99X4-NQJX-C8' }, nobody))).toMatchObject({ code: 'MALFORMED' })
    const other = caller('larkhill-primary', { purpose: 'audit', purposes: ['audit'] })
    expect(codes(await ask(readByUci, { uci: '99X4-NQJX-C8' }, other))).toMatchObject({ code: 'NOT_PERMITTED' })
  })
})

describe('protection', () => {
  const guardian = (reference: string) =>
    caller('waymark-hub', { role: 'guardian-desk', actor: { role: 'guardian', reference } })
  const protect = (child: object, level = 'existence-hidden') =>
    post('/v1/protections', { level, reason: 'a risk', reviewOn: '2027-01-01', child }, guardian('g-1'))

  it('gives everybody else a fresh UCI in the same words, and whoever holds the record its own', async () => {
    const family = aFamily()
    const uci = await uciOf('northbridge-hospitals', family, 'p-1')
    expect((await protect({ demographics: family })).status).toBe(201)
    const stranger = await resolve('larkhill-primary', family, { id: 'lk-p' })
    expect(stranger.body).toMatchObject({ outcome: 'identified', status: 'active', notices: [] })
    expect(stranger.body['uci']).not.toBe(uci)
    expect(await uciOf('northbridge-hospitals', family, 'p-1')).toBe(uci)
    expect(await uciOf('larkhill-primary', family, 'lk-p')).toBe(stranger.body['uci'])
    expect((await resolve('vale-police', family, { mode: 'find' })).body).toMatchObject({ outcome: 'none' })
    const third = await uciOf('northbridge-council', family)
    expect([uci, stranger.body['uci']]).not.toContain(third)
  })

  it('works before anybody has spoken of the child', async () => {
    const family = aFamily()
    expect((await protect({ demographics: family }, 'location-hidden')).body).toHaveProperty('protectionId')
    const uci = await uciOf('northbridge-hospitals', family)
    const [level] = await admin.query(
      `select p.level from identity.child_of_uci($1) c join identity.protection_v p using (child_id)`,
      [uci],
    )
    expect(level).toEqual({ level: 'location-hidden' })
    expect((await resolve('vale-police', family, { mode: 'find' })).body).toMatchObject({ outcome: 'none' })
    expect(await uciOf('northbridge-hospitals', family)).toBe(uci)
  })

  it('ends only when a second person agrees', async () => {
    const family = aFamily()
    const uci = await uciOf('northbridge-hospitals', family)
    const { body } = await protect({ uci })
    const path = `/v1/protections/${String(body['protectionId'])}/lift`
    expect((await post(`${path}/approval`, {}, guardian('g-2'))).status).toBe(403)
    expect((await post(path, { reason: 'over' }, guardian('g-1'))).status).toBe(200)
    expect((await post(`${path}/approval`, {}, guardian('g-1'))).status).toBe(403)
    expect((await post(`${path}/approval`, {}, guardian('g-2'))).status).toBe(200)
    expect((await resolve('vale-police', family, { mode: 'find' })).body).toMatchObject({ outcome: 'found', uci })
    expect((await post(`/v1/protections/${newId()}/lift`, { reason: 'x' }, guardian('g-1'))).status).toBe(404)
    expect(
      (
        await post(
          '/v1/protections',
          { level: 'existence-hidden', reason: 'r', reviewOn: '2027-01-01', child: { uci } },
          caller('larkhill-primary'),
        )
      ).status,
    ).toBe(403)
  })
})

describe('the database', () => {
  it('holds no name, date, number or postcode in the clear', async () => {
    const family = { ...aFamily(), names: [{ given: 'Marquelle', family: 'Thistlewood' }] }
    await uciOf(
      'northbridge-hospitals',
      { ...family, identifiers: [{ system: nhs, value: '9990000085' }] },
      'secret-record',
    )
    const tables = await admin.query<{ t: string }>(
      `select table_name as t from information_schema.tables where table_schema = 'identity' and table_type = 'BASE TABLE'`,
    )
    for (const { t } of tables) {
      const rows = await admin.query<{ found: string }>(
        `select count(*) as found from identity.${t} x where x::text ~* 'thistlewood|marquelle|9990000085|secret-record' or encode(convert_to(x::text, 'UTF8'), 'hex') ~ '7468697374'`,
      )
      expect([t, rows[0]?.found]).toEqual([t, '0'])
    }
  })
})
