import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agency } from './agency.js'
import { until } from './until.js'
import { Database } from '#libs/postgres'

/** The programs with a door. */
export const programs = ['exchange', 'identity', 'safeguarding', 'audit', 'gateway', 'auth'] as const
export type Program = (typeof programs)[number]

interface Place {
  readonly connectionFile: string
  /** The data folder of the hub. */
  readonly folder: string
  readonly ports: Readonly<Record<string, number>>
  readonly adminUrl: string
  readonly brokers: readonly string[]
}

/** The hub of this run: every program, a PostgreSQL and a Kafka of its own, without the demonstration. */
export class System {
  private constructor(
    readonly place: Place,
    /** Sees everything, past every role: for looking, and for arranging what no door does. */
    readonly database: Database,
  ) {}

  /**
   * Starts the hub if no spec asked before. Specs call `close` when they are done; the hub stays for the others.
   *
   * @param which - the usual one, a sandbox, or one of profile `production` with servers of its own
   */
  static async open(which: 'hub' | 'production' = 'hub'): Promise<System> {
    const place = (await control(which)) as Place
    return new System(place, await Database.open({ url: place.adminUrl, poolSize: 2, applicationName: 'e2e' }))
  }

  close(): Promise<void> {
    return this.database.close()
  }

  /** Waits until a recipient has a slot of an event, which it may have left unread. */
  async awaitSlot(recipient: string, eventId: string): Promise<void> {
    const slot = 'select from exchange.delivery where recipient = $1 and event_id = $2'
    await until(
      `${recipient} has a slot`,
      async () => (await this.database.query(slot, [recipient, eventId])).length > 0,
    )
  }

  /** A client of an agency or hub role, with the purpose and actor it usually states. */
  as(name: string): Agency {
    return new Agency(this.place.connectionFile, name)
  }

  /** The number of a program's process, as its supervisor wrote it. */
  pidOf(program: Program): number {
    return Number(readFileSync(join(this.place.folder, 'logs', `${program}.pid`), 'utf8'))
  }

  /** kill -9; its supervisor starts it again. */
  kill(program: Program): void {
    process.kill(this.pidOf(program), 'SIGKILL')
  }

  /** {@link kill}; resolves when the supervisor has started the program again and it is ready. */
  async killAndAwait(program: Program): Promise<void> {
    const before = this.pidOf(program)
    this.kill(program)
    await until(`${program} is started again`, () => Promise.resolve(this.pidOf(program) !== before))
    await this.untilReady(program)
  }

  async untilReady(program: Program): Promise<void> {
    const url = `http://127.0.0.1:${this.place.ports[`${program}-management`] ?? 0}/health/ready`
    await until(`${program} is ready`, async () => (await fetch(url)).ok, { withinMs: 60_000 })
  }

  /** kill -9 of PostgreSQL or Kafka. */
  async crash(server: 'postgres' | 'kafka'): Promise<void> {
    await control(`crash/${server}`)
  }

  /** Starts it again on its port and data; resolves when it answers. */
  async revive(server: 'postgres' | 'kafka'): Promise<void> {
    await control(`revive/${server}`)
  }
}

async function control(action: string): Promise<unknown> {
  const address = process.env['WAYMARK_HUB_CONTROL']
  if (address === undefined) throw new Error('Run with e2e/jest.config.js')
  const response = await fetch(`${address}/${action}`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return JSON.parse(text)
}
