import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  diffieHellman,
  createPublicKey,
  sign,
  verify,
} from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { ChildReference, DeliveredEvent, PostedEvent } from '#libs/events'
import { memoryEventLog } from '#libs/kafka'
import { connect, Database, newId } from '#libs/postgres'
import {
  createDevelopmentKeys,
  publicHalfOf,
  readPrivateJwk,
  readProgramKeys,
  verifyReceipt,
  type Caller,
} from '#libs/security'
import { build, Problem, readBodies, sendProblem, silentLogger, type Door } from '#libs/service'
import { aCaller, aChild, anEvent, waymarkDatabase, type EventOverrides, type TestDatabase } from '#libs/testing'
import {
  loadDirectoryAgreements,
  type AgreementDirectory,
  type DirectoryAgreement,
} from './basis/load-directory-agreements.js'
import { validateDelivered } from '#libs/events'
import type { ExchangeConfig } from './exchange.config.js'
import { exchangeModule } from './exchange.module.js'
import { startWork } from './exchange.steps.js'

interface TestAgency {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly services: readonly string[]
  readonly organisation: { readonly system: string; readonly value: string }
  readonly areas: readonly string[]
  readonly phone: string
  readonly outOfHoursPhone: string
  readonly clients: readonly {
    readonly clientId: string
    readonly role?: string
    readonly agreement?: DirectoryAgreement
  }[]
  readonly agreement?: DirectoryAgreement
}
const directory = JSON.parse(readFileSync('deploy/demo/directory.json', 'utf8')) as unknown as {
  agencies: readonly TestAgency[]
}
const folder = mkdtempSync(join(tmpdir(), 'waymark-exchange-'))
createDevelopmentKeys(folder, directory)
const keyFile = join(folder, 'programs', 'exchange.json')
const keys = readProgramKeys(keyFile)
const keyOf = (agency: string, use: 'sig' | 'enc') => readPrivateJwk(join(folder, `${agency}.${use}.jwk`))

/** Stands for identity: each NHS number, or record id, is a child of its own. It can fall silent. */
const children = new Map<string, { childId: string; uci: string }>()
let isIdentitySilent = false
const identity = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { items } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      items: { key: string; child: ChildReference }[]
    }
    response.statusCode = isIdentitySilent ? 503 : 200
    response.end(
      JSON.stringify({
        items: items.map(({ key, child }) => ({
          key,
          outcome: 'resolved',
          ...childOf(child),
          status: 'active',
          identifiers: child.identifiers ?? [],
        })),
      }),
    )
  })
})
function childOf(child: ChildReference) {
  const name = child.identifiers?.[0]?.value ?? child.uci ?? child.recordId ?? ''
  const known = children.get(name) ?? { childId: newId(), uci: '99MJYZXT0T' }
  children.set(name, known)
  return known
}

/** Lets in whoever the test says is calling. */
const openToTests: Door = {
  badAddress: new Problem('UNAUTHENTICATED'),
  install: (server) => {
    readBodies(server)
    server.addHook('preHandler', (request, reply, done) => {
      const header = request.headers['x-caller']
      if (typeof header !== 'string') return void sendProblem(request, reply, new Problem('UNAUTHENTICATED'))
      request.caller = JSON.parse(header) as Caller
      done()
    })
  },
}

jest.setTimeout(30_000)

let place: TestDatabase
let admin: Database
let app: NestFastifyApplication
let stop: () => Promise<void>
const eventLog = memoryEventLog()

beforeAll(async () => {
  place = await waymarkDatabase()
  admin = await Database.open({ url: place.adminUrl, poolSize: 2 })
  await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve))
  await loadAgencies()
  await loadDirectoryAgreements(admin, directory as AgreementDirectory, (name) => `query ${name} { __typename }`)
  await admin.query(`insert into safeguarding.consumer_offset (grp, topic, part, next)
    select 'safeguarding', 'waymark.record-events.v1', part, 1000000 from generate_series(0, 23) part`)
  const config = {
    ...{
      PORT: 0,
      MANAGEMENT_PORT: 0,
      LOG_LEVEL: 'silent' as const,
      WAYMARK_PROFILE: 'sandbox' as const,
      ISSUER: '',
      AUDIENCE: '',
      JWKS_URL: '',
    },
    ...{
      WAYMARK_KEY_FILE: keyFile,
      DATABASE_URL: place.urlOf('exchange'),
      KAFKA_BROKERS: [],
      TOPIC_PREFIX: '',
      OUTBOX_LIMIT: 1000,
    },
    IDENTITY_URL: `http://127.0.0.1:${(identity.address() as AddressInfo).port}`,
  } satisfies ExchangeConfig
  app = await build(exchangeModule(config), { door: openToTests })
  await connect(app)
  await app.init()
  await app.getHttpAdapter().getInstance().ready()
  stop = await startWork(app, eventLog, silentLogger())
}, 60_000)
afterAll(async () => {
  await app.close()
  await stop()
  await admin.close()
  identity.close()
  await place.drop()
})

async function loadAgencies(): Promise<void> {
  for (const agency of directory.agencies) {
    await admin.query(
      `insert into auth.agency (agency_id, name, kind, services, organisation_system, organisation_value, areas, phone, out_of_hours_phone)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        agency.id,
        agency.name,
        agency.kind,
        agency.services,
        agency.organisation.system,
        agency.organisation.value,
        agency.areas,
        agency.phone,
        agency.outOfHoursPhone,
      ],
    )
    for (const { clientId, role, agreement } of agency.clients) {
      await admin.query('insert into auth.client (client_id, agency_id, role, agreement_id) values ($1, $2, $3, $4)', [
        clientId,
        agency.id,
        role ?? null,
        agreement?.id ?? agency.agreement?.id ?? '',
      ])
      if (role !== undefined) continue
      const [sig, enc] = [publicHalfOf(keyOf(agency.id, 'sig')), publicHalfOf(keyOf(agency.id, 'enc'))]
      await admin.query(
        `insert into auth.public_key (kid, agency_id, client_id, use, jwk) values ($1, $2, $3, 'sig', $4), ($5, $2, null, 'enc', $6)`,
        [sig.kid, agency.id, clientId, JSON.stringify(sig), enc.kid, JSON.stringify(enc)],
      )
    }
  }
}

function callerOf(agencyId: string, overrides: Partial<Caller> = {}): Caller {
  const agency = directory.agencies.find(({ id }) => id === agencyId)
  const { body, id } = agency?.agreement ?? { body: { purposes: {}, actions: [] }, id: '' }
  return aCaller({
    ...{ agencyId, agencyKind: agency?.kind as Caller['agencyKind'], clientId: agency?.clients[0]?.clientId ?? '' },
    ...{
      agreement: id,
      purposes: Object.keys(body.purposes),
      actions: body.actions,
      purpose: Object.keys(body.purposes)[0] ?? '',
    },
    ...overrides,
  })
}
async function involve(name: string, agency: string, kind: string): Promise<void> {
  await admin.query(
    `insert into safeguarding.involvement (id, child_id, agency_id, kind, cause, role, contact, since, source_event_id, source_seq, posted_by)
     values ($1, $2, $3, $4, 'test', 'test', '{}', now() - interval '1 day', $5, 1, $3)`,
    [newId(), childOf({ identifiers: [{ system: '', value: name }] }).childId, agency, kind, newId()],
  )
}
let lastNumber = 9_990_000_018
const anotherChild = (): ChildReference =>
  aChild({ recordId: newId(), identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nextNhsNumber() }] })
function nextNhsNumber(): string {
  for (;;) {
    const digits = [...String(Math.floor(++lastNumber / 10))].map(Number)
    const check = 11 - (digits.reduce((sum, digit, n) => sum + digit * (10 - n), 0) % 11)
    lastNumber += 9
    if (check !== 10) return `${digits.join('')}${String(check % 11)}`
  }
}
function nameOf(child: ChildReference): string {
  return child.identifiers?.[0]?.value ?? ''
}
const now = () => new Date().toISOString()
function eventOf(agency: string, type: string, overrides: EventOverrides = {}): PostedEvent {
  const example = anEvent(type, overrides)
  const purpose = type === 'housing.temporary-accommodation.placed' ? 'homeless-family-support' : 'safeguard-child'
  const sharingBasis = { ...example.data.sharingBasis, purpose, ...overrides.data?.sharingBasis }
  return {
    ...example,
    source: `urn:waymark:agency:${agency}`,
    data: { ...example.data, occurredAt: now(), ...overrides.data, body: example.data.body, sharingBasis },
  }
}
const post = (agency: string, event: unknown, overrides: Partial<Caller> = {}) => {
  const { purpose: _, ...caller } = callerOf(agency, overrides)
  return app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: {
      'content-type': `application/cloudevents${Array.isArray(event) ? '-batch' : ''}+json`,
      'x-caller': JSON.stringify(caller),
    },
    payload: JSON.stringify(event),
  })
}
interface Receipt {
  eventId: string
  signature: string
  [name: string]: unknown
}
const accepted = async (agency: string, event: unknown): Promise<Receipt> => {
  const answer = await post(agency, event)
  expect({ status: answer.statusCode, body: answer.statusCode === 202 ? '' : answer.body }).toEqual({
    status: 202,
    body: '',
  })
  return answer.json()
}
interface Envelope {
  id: string
  type: string
  sequence: string
  data: string & { reason: string; withdraws?: string }
}
const feed = async (agency: string, after: number, wait = 5) => {
  const answer = await app.inject({
    url: `/v1/feed?after=${after}&wait=${wait}`,
    headers: { 'x-caller': JSON.stringify(callerOf(agency)) },
  })
  expect(answer.statusCode).toBe(200)
  return { headers: answer.headers, body: answer.body, events: answer.json<Envelope[]>() }
}
const headOf = async (agency: string) => Number((await feed(agency, 0, 0)).headers['waymark-feed-head'])
const acknowledge = (agency: string, upTo: number) => {
  const jwk = keyOf(agency, 'sig')
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: jwk['kid'] })).toString('base64url')
  const input = `${header}.${Buffer.from(JSON.stringify({ feed: agency, upTo, at: now(), exceptions: [] })).toString('base64url')}`
  const key = createPrivateKey({ format: 'jwk', key: jwk })
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  return app.inject({
    method: 'POST',
    url: '/v1/acknowledgements',
    headers: { 'content-type': 'application/jose', 'x-caller': JSON.stringify(callerOf(agency)) },
    payload: `${input}.${signature}`,
  })
}
/** Opens a copy as any JOSE library would: ECDH-ES+A256KW over X25519, A256GCM (RFC 7518 §4.6, RFC 3394). */
function opened(agency: string, jwe: string): DeliveredEvent {
  const [header = '', wrapped = '', iv = '', text = '', tag = ''] = jwe.split('.')
  const bytes = (part: string) => Buffer.from(part, 'base64url')
  const { epk } = JSON.parse(bytes(header).toString()) as { epk: { kty: string; crv: string; x: string } }
  const secret = diffieHellman({
    privateKey: createPrivateKey({ format: 'jwk', key: keyOf(agency, 'enc') }),
    publicKey: createPublicKey({ format: 'jwk', key: epk }),
  })
  const length = (n: number) => Buffer.from([0, 0, n >> 8, n & 255])
  const info = [length(1), secret, length(14), Buffer.from('ECDH-ES+A256KW'), length(0), length(0), length(256)]
  const unwrap = createDecipheriv(
    'id-aes256-wrap',
    createHash('sha256').update(Buffer.concat(info)).digest(),
    Buffer.alloc(8, 0xa6),
  )
  const contentKey = Buffer.concat([unwrap.update(bytes(wrapped)), unwrap.final()])
  const decipher = createDecipheriv('aes-256-gcm', contentKey, bytes(iv))
    .setAAD(Buffer.from(header))
    .setAuthTag(bytes(tag))
  return JSON.parse(Buffer.concat([decipher.update(bytes(text)), decipher.final()]).toString()) as DeliveredEvent
}

describe('an event on its way', () => {
  it('reaches whoever is entitled, minimised and sealed, and nobody else; who was refused is on record', async () => {
    const child = anotherChild()
    await involve(nameOf(child), 'larkhill-primary', 'registered')
    const receipt = await accepted(
      'northbridge-council',
      eventOf('northbridge-council', 'council.protection-plan.started', {
        data: { child, requestedRecipients: ['northbridge-housing'] },
      }),
    )
    const { signature, ...body } = receipt
    const jwk = { ...createPublicKey(keys.receiptKey.privateKey).export({ format: 'jwk' }), kid: keys.receiptKey.kid }
    expect(verifyReceipt({ keys: [jwk] }, body, signature)).toBe(true)
    expect(JSON.stringify(body)).not.toContain('99MJ')

    const { events, headers, body: bytes } = await feed('larkhill-primary', 0)
    expect(events).toMatchObject([
      { type: 'uk.waymark.hub.copy.sealed.v1', sequence: '0000000000000000001', id: receipt.eventId },
    ])
    expect(headers['content-digest']).toBe(`sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`)
    const base = ['content-digest', 'waymark-feed-head', 'waymark-feed-acknowledged'].map(
      (name) => `"${name}": ${String(headers[name])}`,
    )
    const parameters = String(headers['signature-input']).replace('waymark=', '')
    const proof = Buffer.from(String(headers['signature']).slice('waymark=:'.length, -1), 'base64')
    expect(
      verify(
        null,
        Buffer.from([...base, `"@signature-params": ${parameters}`].join('\n')),
        createPublicKey(keys.receiptKey.privateKey),
        proof,
      ),
    ).toBe(true)

    const copy = opened('larkhill-primary', events[0]?.data ?? '')
    expect(validateDelivered(copy)).toEqual([])
    expect(copy.data.body).toMatchObject({ contact: { phone: '01632 960001' } })
    expect(copy.data.body).not.toHaveProperty('categoryCode')
    expect(await headOf('northbridge-housing')).toBe(0)
    const decided = await admin.query(
      'select recipient, outcome, reasons from exchange.decision where event_id = $1 order by recipient',
      [receipt.eventId],
    )
    expect(decided).toMatchObject([
      { recipient: 'larkhill-primary', outcome: 'PERMIT' },
      { recipient: 'northbridge-hospitals', outcome: 'PERMIT' },
      { recipient: 'northbridge-housing', outcome: 'DENY', reasons: ['no-agreement'] },
      { recipient: 'vale-police', outcome: 'PERMIT' },
    ])
  })

  it('gives a repeat the same bytes, refuses another body, and keeps good items of a batch apart from bad ones', async () => {
    const child = anotherChild()
    const event = eventOf('larkhill-primary', 'school.pupil.admitted', { data: { child } })
    const [first, again] = [await post('larkhill-primary', event), await post('larkhill-primary', event)]
    expect([first.statusCode, again.statusCode, again.body]).toEqual([202, 202, first.body])
    expect([first.headers['waymark-duplicate'], again.headers['waymark-duplicate']]).toEqual([undefined, 'true'])
    const changed = { ...event, time: '2026-11-20T15:05:00Z' }
    expect((await post('larkhill-primary', changed)).json()).toMatchObject({ code: 'EVENT_ID_REUSED', status: 409 })

    const foreign = eventOf('tidewell-council', 'council.enquiry.started', { data: { child } })
    const unknown = { ...event, type: 'uk.waymark.school.pupil.vanished.v1', id: 'other' }
    const notYours = eventOf('larkhill-primary', 'council.enquiry.started', { data: { child } })
    const { sharingBasis: _, ...data } = event.data
    const bare = { ...event, id: 'bare', data }
    const other = eventOf('larkhill-primary', 'any.basis.withdrawn', { body: { withdrawsEventId: newId() } })
    const batch = await post('larkhill-primary', [event, foreign, unknown, notYours, bare, other])
    expect(batch.statusCode).toBe(207)
    const { results, signature } = batch.json<{ results: object[]; signature: string }>()
    expect(signature).toMatch(/\.\./)
    const { signature: __, ...receipt } = first.json<Receipt>()
    expect(results).toMatchObject([
      receipt,
      { id: foreign.id, status: 403, code: 'SOURCE_NOT_YOURS' },
      { id: 'other', status: 422, code: 'TYPE_UNKNOWN' },
      { status: 403, code: 'TYPE_NOT_ALLOWED' },
      { id: 'bare', status: 422, code: 'BASIS_MISSING' },
      { status: 404, code: 'NOT_FOUND' },
    ])
    const events = await admin.query('select 1 from exchange.event where source_event_id = $1', [event.id])
    expect(events).toHaveLength(1)
    expect((await post('larkhill-primary', [])).statusCode).toBe(422)
    expect(
      (
        await post(
          'larkhill-primary',
          Array.from({ length: 501 }, () => event),
        )
      ).statusCode,
    ).toBe(413)
  })

  it('leaves a tombstone without a gap for a withdrawn copy that waits, and calls back one that was sent', async () => {
    const child = anotherChild()
    await involve(nameOf(child), 'larkhill-primary', 'registered')
    await involve(nameOf(child), 'st-brannocs-primary', 'registered')
    const [sentFrom, waitingFrom] = [await headOf('larkhill-primary'), await headOf('st-brannocs-primary')]
    const placed = eventOf('northbridge-housing', 'housing.temporary-accommodation.placed', { data: { child } })
    const { eventId } = await accepted('northbridge-housing', placed)
    const sent = await feed('larkhill-primary', sentFrom)
    expect(sent.events).toMatchObject([{ id: eventId }])
    expect((await acknowledge('larkhill-primary', sentFrom + 9)).json()).toMatchObject({
      code: 'ACKNOWLEDGED_BEYOND_SENT',
    })
    expect((await acknowledge('larkhill-primary', sentFrom + 1)).json()).toEqual({ acknowledged: sentFrom + 1 })
    expect((await acknowledge('larkhill-primary', 1)).json()).toEqual({ acknowledged: sentFrom + 1 })

    const withdrawn = eventOf('northbridge-housing', 'any.basis.withdrawn', {
      data: { child },
      body: { withdrawsEventId: eventId },
    })
    await accepted('northbridge-housing', withdrawn)
    const slot = (n: number) => String(n).padStart(19, '0')
    const reason = 'basis-withdrawn'
    expect((await feed('larkhill-primary', sentFrom + 1)).events).toMatchObject([
      {
        type: 'uk.waymark.hub.copy.withdrawn.v1',
        sequence: slot(sentFrom + 2),
        data: { reason, withdraws: slot(sentFrom + 1) },
      },
    ])
    expect((await feed('larkhill-primary', sentFrom)).events).toMatchObject([
      { sequence: slot(sentFrom + 1), data: { reason } },
      {},
    ])
    expect((await feed('st-brannocs-primary', waitingFrom)).events).toEqual([
      expect.objectContaining({ sequence: slot(waitingFrom + 1), data: { reason } }),
    ])
    expect((await acknowledge('larkhill-primary', sentFrom + 2)).json()).toEqual({ acknowledged: sentFrom + 2 })
  })

  it('keeps what identity cannot place yet, and holds what has not happened; both go on in order', async () => {
    const child = anotherChild()
    await involve(nameOf(child), 'tidewell-council', 'responsible')
    const before = await headOf('tidewell-council')
    isIdentitySilent = true
    const first = await accepted(
      'northbridge-hospitals',
      eventOf('northbridge-hospitals', 'nhs.emergency-attendance.recorded', { data: { child } }),
    )
    const second = await accepted(
      'northbridge-hospitals',
      eventOf('northbridge-hospitals', 'nhs.emergency-attendance.recorded', { data: { child } }),
    )
    isIdentitySilent = false
    const ids = async () => (await feed('tidewell-council', before)).events.map(({ id }) => id)
    while ((await ids()).length < 2) await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await ids()).toEqual([first.eventId, second.eventId])

    const ahead = new Date(Date.now() + 600_000).toISOString()
    const from = await headOf('northbridge-hospitals')
    const held = await accepted(
      'northbridge-hospitals',
      eventOf('northbridge-hospitals', 'nhs.emergency-attendance.recorded', { data: { child, occurredAt: ahead } }),
    )
    const [notice] = (await feed('northbridge-hospitals', from)).events
    expect(opened('northbridge-hospitals', notice?.data ?? '')).toMatchObject({
      type: 'uk.waymark.hub.event.held.v1',
      data: { body: { eventId: held.eventId, code: 'OCCURRED_AHEAD' } },
    })
  })
})
