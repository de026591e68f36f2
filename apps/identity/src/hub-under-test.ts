import { join } from 'node:path'
import type { Type } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { connect, Database, newId, runMigrations } from '#libs/postgres'
import { createDevelopmentKeys, type Caller } from '#libs/security'
import { build, newTraceparent, Problem, readBodies, type Door } from '#libs/service'
import { IndexKeeper } from './index/index-keeper.js'
import { migrations } from './migrations/index.js'

/** What a test database tells; `libs/testing` makes one. */
interface EmptyDatabase {
  readonly adminUrl: string
  urlOf(program: string): string
}

/** The system of NHS numbers, as tests write it. */
export const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
/** The system of unique pupil numbers. */
export const upn = 'urn:waymark:upn'

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
  'create table auth.public_key_v (agency_id text, use text, kid text, jwk jsonb, not_before timestamptz, not_after timestamptz)',
  'create table exchange.party_v (child_id uuid, agency_id text)',
  'create table safeguarding.involvement_v (child_id uuid, agency_id text, kind text, since timestamptz, until timestamptz)',
  'create table safeguarding.attention_v (child_id uuid, attention double precision)',
  'create table safeguarding.bank_holiday_v (first_day date, last_day date)',
  "create table safeguarding.demo_clock as select interval '0' as ahead",
  `create function safeguarding.hub_now() returns timestamptz language sql stable security definer
     as $$ select now() + ahead from safeguarding.demo_clock $$`,
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

/** A status and a body in JSON. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** A family as `/v1/resolve` takes it. */
export type Family = ReturnType<typeof aFamily>

let serial = 0

/** A child nobody else in the same file resembles; invented. */
export function aFamily() {
  serial += 1
  return {
    names: [{ use: 'legal', given: 'Amina', family: `${word('begum')}ley` }],
    bornOn: `20${10 + (serial % 9)}-0${1 + (serial % 9)}-1${serial % 9}`,
    sex: 'female',
    addresses: [{ postcode: `NB${1 + (serial % 20)} ${serial % 10}QT`, uprn: String(72001000 + serial) }],
    parents: [{ role: 'mother', given: 'Nasreen', family: word('mother') }],
  }
}

/** The same family's record of a child of another name. */
export function named(family: Family, given: string): Family {
  return { ...family, names: [{ use: 'legal', family: family.names[0]?.family ?? '', given }] }
}

/** Who asks, unless the test says otherwise: an agency's ordinary client. */
export function caller(agencyId: string, more: Partial<Caller> = {}): Caller {
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

/** How a test resolves. */
export interface Resolving {
  readonly id?: string
  /** Which replica. */
  readonly at?: number
  readonly recordedAt?: string
  readonly mode?: string
  readonly caller?: Partial<Caller>
}

/** This program, twice, over one database: what its specs drive. */
export class HubUnderTest {
  private constructor(
    readonly admin: Database,
    private readonly apps: readonly NestFastifyApplication[],
  ) {}

  /** @param folder - gets the key files */
  static async start(test: EmptyDatabase, folder: string): Promise<HubUnderTest> {
    createDevelopmentKeys(folder, { agencies: [] })
    await runMigrations({ url: test.adminUrl, schema: 'identity', migrations })
    const admin = await Database.open({ url: test.adminUrl })
    for (const statement of neighbours) await admin.query(statement)
    const keyFile = join(folder, 'programs', 'identity.json')
    // eslint-disable-next-line no-restricted-properties -- the module reads its configuration when it is loaded
    Object.assign(process.env, {
      WAYMARK_PROFILE: 'sandbox',
      DATABASE_URL: test.urlOf('identity'),
      WAYMARK_KEY_FILE: keyFile,
      LEARN_FROM_AT_LEAST: '20',
    })
    const { IdentityModule } = await import('./identity.module.js')
    const replica = async () => {
      const app = await build(IdentityModule, { door })
      await connect(app)
      await app.init()
      const keeper = app.get(IndexKeeper)
      await keeper.rebuild()
      keeper.start()
      return app
    }
    return new HubUnderTest(admin, [await replica(), await replica()])
  }

  async stop(): Promise<void> {
    for (const app of this.apps) {
      await app.get(IndexKeeper).stop()
      await app.close()
    }
    await this.admin.close()
  }

  /** A part of a replica, for what no door reaches. */
  part<T>(token: Type<T>, at = 0): T {
    const app = this.apps[at]
    if (!app) throw new Error('There are two replicas')
    return app.get(token)
  }

  /** Any request, its body as bytes. */
  async send(method: 'GET' | 'POST', path: string, by: Caller, body?: { bytes: Buffer; headers: object }) {
    const headers = { 'x-caller': JSON.stringify(by), ...body?.headers }
    const [app] = this.apps
    if (!app) throw new Error('There are two replicas')
    const response = await app.inject({ method, url: path, headers, ...(body && { payload: body.bytes }) })
    return { status: response.statusCode, text: response.body, headers: response.headers }
  }

  async get(path: string, by: Caller): Promise<Answer> {
    const headers = { 'x-caller': JSON.stringify(by) }
    const response = await this.apps[0]?.inject({ method: 'GET', url: path, headers })
    return { status: response?.statusCode ?? 0, body: response?.json<Record<string, unknown>>() ?? {} }
  }

  async post(path: string, body: unknown, by?: Caller, at = 0): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...(by && { 'x-caller': JSON.stringify(by) }) }
    const response = await this.apps[at]?.inject({ method: 'POST', url: path, headers, payload: JSON.stringify(body) })
    return { status: response?.statusCode ?? 0, body: response?.json<Record<string, unknown>>() ?? {} }
  }

  async ask(query: string, variables: object, by: Caller): Promise<Readonly<Record<string, unknown>>> {
    return (await this.post('/graphql', { query, variables }, by)).body
  }

  /** `POST /v1/resolve` as an agency; what `details` holds wins. */
  resolve(by: string, details: object, more: Resolving = {}): Promise<Answer> {
    const body = {
      mode: more.mode ?? 'register',
      source: `urn:waymark:agency:${by}`,
      sourceRecordId: more.id ?? newId(),
      recordedAt: more.recordedAt ?? '2026-11-20T09:00:00Z',
      ...details,
    }
    return this.post('/v1/resolve', body, caller(by, more.caller), more.at ?? 0)
  }

  /** The UCI an agency is told for a record. */
  async uciOf(by: string, details: object, id?: string): Promise<string> {
    const { status, body } = await this.resolve(by, details, id === undefined ? {} : { id })
    if (status !== 200) throw new Error(`resolving was answered with ${status}`)
    return String(body['uci'])
  }

  /** How many rows a question finds. */
  async count(sql: string): Promise<number> {
    const [row] = await this.admin.query<{ n: string }>(`select count(*) as n from ${sql}`)
    return Number(row?.n)
  }
}

function word(seed: string): string {
  const letter = (sign: string): string => String.fromCharCode(97 + ((sign.charCodeAt(0) * 7 + serial * 5) % 26))
  return Array.from(seed + String(serial), letter).join('')
}
