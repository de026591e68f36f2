import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { fullType, type RoutedEvent } from '#libs/events'
import { memoryEventLog, startRelay } from '#libs/kafka'
import { connect, Database, runMigrations } from '#libs/postgres'
import { createDevelopmentKeys, KeyRing, open, readProgramKeys, type ProgramKeys } from '#libs/security'
import { build, silentLogger } from '#libs/service'
import { amina, door, ExchangeUnderTest, neighbours, type Said } from './exchange-under-test.js'
import { migrations } from './migrations/index.js'

/** What a test database tells; `libs/testing` makes one. */
interface OwnDatabase {
  readonly adminUrl: string
  urlOf(program: string): string
}

/** This program over a real database and a log in memory, with what it sees of the others made up. */
export class SafeguardingUnderTest {
  readonly log = memoryEventLog()
  readonly exchange: ExchangeUnderTest
  /** Called whenever the relay is woken. */
  onNudge = (): void => undefined
  private stopWork: () => Promise<void> = () => Promise.resolve()

  private constructor(
    readonly app: NestFastifyApplication,
    readonly admin: Database,
    readonly keys: ProgramKeys,
    private readonly folder: string,
  ) {
    this.exchange = new ExchangeUnderTest(keys, app.get(KeyRing))
  }

  static async start(test: OwnDatabase): Promise<SafeguardingUnderTest> {
    const folder = mkdtempSync(join(tmpdir(), 'waymark-safeguarding-'))
    createDevelopmentKeys(folder, { agencies: [] })
    const keyFile = join(folder, 'programs', 'safeguarding.json')
    const admin = await Database.open({ url: test.adminUrl })
    for (const statement of neighbours) await admin.query(statement)
    await runMigrations({ url: test.adminUrl, schema: 'safeguarding', migrations })
    const environment = {
      ...{ DATABASE_URL: test.urlOf('safeguarding'), WAYMARK_KEY_FILE: keyFile },
      ...{ LOG_LEVEL: 'silent', WAYMARK_PROFILE: 'sandbox' },
    }
    // eslint-disable-next-line no-restricted-properties -- the module reads its configuration when it is loaded
    Object.assign(process.env, environment)
    const { SafeguardingModule } = await import('./safeguarding.module.js')
    const { keepUp } = await import('./safeguarding.steps.js')
    const app = await build(SafeguardingModule, { door })
    await app.init()
    await connect(app)
    const hub = new SafeguardingUnderTest(app, admin, readProgramKeys(keyFile), folder)
    hub.stopWork = (await keepUp(() => hub.log, hub.relayOf)(app, silentLogger())) as () => Promise<void>
    return hub
  }

  async stop(): Promise<void> {
    await this.stopWork()
    await this.app.close()
    await this.admin.close()
    rmSync(this.folder, { recursive: true })
  }

  /** Puts an event on the topic as exchange does, and waits until it was projected. */
  post(agencyId: string, type: string, body: object, child: Said['child'] = amina): Promise<string> {
    return this.project({ agencyId, type, body, child })
  }

  async project(said: Said): Promise<string> {
    const messages = await this.exchange.messagesOf([said])
    await this.log.append(messages)
    const eventId = messages[0]?.headers['event-id'] ?? ''
    const projected = 'select 1 from safeguarding.inbox where event_id = $1'
    await until(async () => (await this.admin.query(projected, [eventId])).length > 0)
    return eventId
  }

  /** What the hub said about handovers, opened again, in order. */
  async said(): Promise<readonly RoutedEvent[]> {
    const messages = this.log.messages('waymark.safeguarding-changes.v1')
    return Promise.all(
      messages.map(async ({ headers, value }) => {
        const key = await this.app.get(KeyRing).keyById(headers['key-id'] ?? '')
        if (!key) throw new Error('no key')
        return JSON.parse(open(key, value, headers['event-id'] ?? '').toString('utf8')) as RoutedEvent
      }),
    )
  }

  async hears(news: string, handoverId: string, level = 0): Promise<RoutedEvent> {
    const isIt = ({ event: { type, data } }: RoutedEvent) =>
      type === fullType(`hub.handover.${news}`) &&
      data.body['handoverId'] === handoverId &&
      data.body['level'] === level
    await until(async () => (await this.said()).some(isIt))
    return (await this.said()).find(isIt) as RoutedEvent
  }

  /** The handover that an event opened. */
  async openedBy(eventId: string, kind = 'school'): Promise<string> {
    const sql = 'select id from safeguarding.handover where source_event_id = $1 and kind = $2'
    return String((await this.admin.query<{ id: string }>(sql, [eventId, kind]))[0]?.id)
  }

  private readonly relayOf: typeof startRelay = (options) => {
    const relay = startRelay(options)
    return {
      nudge: () => {
        relay.nudge()
        this.onNudge()
      },
      nudgeNumbered: () => {
        relay.nudgeNumbered()
      },
      depth: () => relay.depth(),
      stop: () => relay.stop(),
    }
  }
}

/** Waits for something that another loop of the program does. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await holds());) {
    if (Date.now() > end) throw new Error('It did not come true in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
