import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { DeliveredEvent } from '#libs/events'
import { memoryEventLog } from '#libs/kafka'
import { connect, Database, newId } from '#libs/postgres'
import {
  createDevelopmentKeys,
  publicHalfOf,
  readPrivateJwk,
  readProgramKeys,
  type AgencyKind,
  type Caller,
  type ProgramKeys,
} from '#libs/security'
import { build, newTraceparent, Problem, readBodies, silentLogger, type Door } from '#libs/service'
import { loadDirectoryAgreements, type DirectoryAgreement } from './basis/load-directory-agreements.js'
import { openedCopy, signedBody } from './copy-under-test.js'
import { FeedRepository } from './delivery/feed.repository.js'
import { FeedWaiters } from './delivery/feed-waiters.js'
import { exchangeModule } from './exchange.module.js'
import { startWork } from './exchange.steps.js'
import { IdentityUnderTest } from './identity-under-test.js'

/** What a test database tells; `libs/testing` makes one. */
interface WholeDatabase {
  readonly adminUrl: string
  urlOf(program: string): string
}

interface Client {
  readonly clientId: string
  readonly role?: string
  readonly agreement?: DirectoryAgreement
}

interface Agency {
  readonly id: string
  readonly name: string
  readonly kind: AgencyKind
  readonly services: readonly string[]
  readonly organisation: { readonly system: string; readonly value: string }
  readonly areas: readonly string[]
  readonly phone: string
  readonly outOfHoursPhone: string
  readonly clients: readonly Client[]
  readonly agreement?: DirectoryAgreement
}

/** An envelope of a feed. */
export interface Envelope {
  readonly id: string
  readonly type: string
  readonly sequence: string
  readonly data: string & { readonly reason: string; readonly withdraws?: string }
}

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

const directory = JSON.parse(readFileSync('deploy/demo/directory.json', 'utf8')) as { agencies: readonly Agency[] }

function agencyOf(id: string): Agency {
  const agency = directory.agencies.find((one) => one.id === id)
  if (!agency) throw new Error('no such agency in the demonstration')
  return agency
}

function clientOf({ clients }: Agency, role: string | undefined): Client {
  const client = clients.find((one) => one.role === role)
  if (!client) throw new Error('no such client in the demonstration')
  return client
}

/** This program with the agencies of the demonstration, over a real database, a log in memory and a stand-in for identity. */
export class ExchangeUnderTest {
  readonly log = memoryEventLog()
  readonly identity = new IdentityUnderTest()
  readonly keys: ProgramKeys
  private stopWork: () => Promise<void> = () => Promise.resolve()

  private constructor(
    readonly app: NestFastifyApplication,
    readonly admin: Database,
    private readonly folder: string,
  ) {
    this.keys = readProgramKeys(join(folder, 'programs', 'exchange.json'))
  }

  /** @param folder - gets the key files */
  static async start(test: WholeDatabase, folder: string): Promise<ExchangeUnderTest> {
    createDevelopmentKeys(folder, directory)
    const admin = await Database.open({ url: test.adminUrl, poolSize: 2 })
    await loadDirectoryAgreements(admin, directory, (name) => `query ${name} { __typename }`)
    await letTheRouterPass(admin)
    const identity = new IdentityUnderTest()
    const app = await build(
      exchangeModule({
        ...{ PORT: 0, MANAGEMENT_PORT: 0, LOG_LEVEL: 'silent', WAYMARK_PROFILE: 'sandbox', OUTBOX_LIMIT: 100_000 },
        ...{ ISSUER: '', AUDIENCE: '', JWKS_URL: '', KAFKA_BROKERS: [], TOPIC_PREFIX: '' },
        WAYMARK_KEY_FILE: join(folder, 'programs', 'exchange.json'),
        DATABASE_URL: test.urlOf('exchange'),
        IDENTITY_URL: await identity.start(),
      }),
      { door },
    )
    const hub = Object.assign(new ExchangeUnderTest(app, admin, folder), { identity })
    for (const agency of directory.agencies) await hub.register(agency)
    await connect(app)
    await app.init()
    await app.getHttpAdapter().getInstance().ready()
    hub.stopWork = await startWork(app, hub.log, silentLogger())
    return hub
  }

  async stop(): Promise<void> {
    await this.app.close()
    await this.stopWork()
    await this.admin.close()
    this.identity.stop()
  }

  keyOf(agency: string, use: 'sig' | 'enc') {
    return readPrivateJwk(join(this.folder, `${agency}.${use}.jwk`))
  }

  /** An agency's ordinary client, or one of the hub's roles (`waymark-hub/auditor`). */
  caller(name: string, more: Partial<Caller> = {}): Caller {
    const [id = '', role] = name.split('/')
    const agency = agencyOf(id)
    const { clientId, agreement = agency.agreement } = clientOf(agency, role)
    if (!agreement) throw new Error('every client of the demonstration has an agreement')
    const purposes = Object.keys(agreement.body.purposes)
    const [purpose = ''] = purposes
    return {
      ...{ agencyId: id, agencyKind: agency.kind, clientId, agreement: agreement.id },
      ...{ purposes, purpose, actions: agreement.body.actions, jti: newId() },
      ...{ actor: { role: 'system-client', reference: 'test' }, requestId: newId(), traceparent: newTraceparent() },
      ...(role !== undefined && { role }),
      ...more,
    }
  }

  post(agency: string, body: unknown) {
    const caller = { ...this.caller(agency), purpose: undefined }
    const form = Array.isArray(body) ? '-batch' : ''
    const headers = { 'content-type': `application/cloudevents${form}+json`, 'x-caller': JSON.stringify(caller) }
    return this.app.inject({ method: 'POST', url: '/v1/events', headers, payload: JSON.stringify(body) })
  }

  /** What is in a feed after a number; where there is nothing yet, as soon as there is. */
  async feed(agency: string, after: number, waitSeconds = 25) {
    const headers = { 'x-caller': JSON.stringify(this.caller(agency)) }
    const answer = await this.app.inject({ url: `/v1/feed?after=${after}&wait=${waitSeconds}`, headers })
    if (answer.statusCode !== 200) throw new Error(`the feed answered ${answer.body}`)
    return { headers: answer.headers, body: answer.body, events: answer.json<Envelope[]>() }
  }

  /** The last number of an agency's feed; the feed may be left unread. */
  async head(agency: string, isRead = true): Promise<number> {
    if (!isRead) return Number((await this.app.get(FeedRepository).state(agency)).head)
    return Number((await this.feed(agency, 0, 0)).headers['waymark-feed-head'])
  }

  /** Waits until all that was accepted is routed, so that none of it comes into a feed later. */
  settled(): Promise<void> {
    const onItsWay = `select from exchange.event e where state = 'accepted'
      and not exists (select from exchange.inbox i where i.event_id = e.event_id and i.grp = 'router')`
    return until(async () => (await this.admin.query(onItsWay)).length === 0)
  }

  /** Waits until somebody waits on each of these feeds. */
  waitedOn(agencies: readonly string[]): Promise<void> {
    return until(() => Promise.resolve(this.app.get(FeedWaiters).waitingOn(agencies).length === agencies.length))
  }

  open(agency: string, envelope: Envelope | undefined): DeliveredEvent {
    return openedCopy(this.keyOf(agency, 'enc'), envelope?.data ?? '')
  }

  acknowledge(agency: string, upTo: number, exceptions: readonly object[] = []) {
    const body = { feed: this.caller(agency).agencyId, upTo, at: new Date().toISOString(), exceptions }
    return this.acknowledgeBy(agency, signedBody(this.keyOf(agency.replace('/', '.'), 'sig'), body))
  }

  acknowledgeBy(agency: string, payload: string, more: Readonly<Record<string, string>> = {}) {
    const headers = { 'content-type': 'application/jose', 'x-caller': JSON.stringify(this.caller(agency)), ...more }
    return this.app.inject({ method: 'POST', url: '/v1/acknowledgements', headers, payload })
  }

  async graphql<T>(name: string, query: string, more: Partial<Caller> = {}): Promise<T> {
    const headers = { 'content-type': 'application/json', 'x-caller': JSON.stringify(this.caller(name, more)) }
    const answer = await this.app.inject({
      method: 'POST',
      url: '/graphql',
      headers,
      payload: JSON.stringify({ query }),
    })
    return answer.json<T>()
  }

  /** Hides a child, or where it lives. */
  async protect(childId: string, level: 'existence-hidden' | 'location-hidden'): Promise<void> {
    const id = newId()
    await this.admin.query(`insert into identity.child (id, status) values ($1, 'active')`, [childId])
    await this.admin.query(
      `insert into identity.protection (id, level, reason, reason_key_id, review_on, set_by)
       values ($1, $2, '\\x00', $1, current_date + 30, 'test')`,
      [id, level],
    )
    await this.admin.query('insert into identity.protected_child (protection_id, child_id) values ($1, $2)', [
      id,
      childId,
    ])
  }

  /** What `safeguarding` would have found from earlier events. */
  async involve(childId: string, agency: string, kind: string): Promise<void> {
    await this.admin.query(
      `insert into safeguarding.involvement (id, child_id, agency_id, kind, cause, role, contact, since, source_event_id, source_seq, posted_by)
       values ($1, $2, $3, $4, 'test', 'test', '{}', now() - interval '1 day', $5, 1, $3)`,
      [newId(), childId, agency, kind, newId()],
    )
  }

  private async register(agency: Agency): Promise<void> {
    const { id, name, kind, services, organisation, areas, phone, outOfHoursPhone } = agency
    await this.admin.query(
      `insert into auth.agency (agency_id, name, kind, services, organisation_system, organisation_value, areas, phone, out_of_hours_phone)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, name, kind, services, organisation.system, organisation.value, areas, phone, outOfHoursPhone],
    )
    for (const client of agency.clients) await this.registerClient(agency, client)
    const enc = publicHalfOf(this.keyOf(id, 'enc'))
    await this.admin.query(`insert into auth.public_key (kid, agency_id, use, jwk) values ($1, $2, 'enc', $3)`, [
      ...[enc.kid, id, JSON.stringify(enc)],
    ])
  }

  private async registerClient({ id, agreement }: Agency, client: Client): Promise<void> {
    const { clientId, role } = client
    await this.admin.query(
      'insert into auth.client (client_id, agency_id, role, agreement_id) values ($1, $2, $3, $4)',
      [clientId, id, role ?? null, (client.agreement ?? agreement)?.id],
    )
    const sig = publicHalfOf(this.keyOf(role === undefined ? id : `${id}.${role}`, 'sig'))
    await this.admin.query(
      `insert into auth.public_key (kid, agency_id, client_id, use, jwk) values ($1, $2, $3, 'sig', $4)`,
      [sig.kid, id, clientId, JSON.stringify(sig)],
    )
  }
}

/** The projection is taken to be far ahead. */
async function letTheRouterPass(admin: Database): Promise<void> {
  await admin.query(`insert into safeguarding.consumer_offset (grp, topic, part, next)
    select 'safeguarding', 'waymark.record-events.v1', part, 1000000 from generate_series(0, 23) part`)
}

/** Waits for something that another loop of the program does. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isSo());) {
    if (Date.now() > end) throw new Error('it did not come to be so')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
