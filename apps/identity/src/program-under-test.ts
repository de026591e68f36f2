import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { HubUnderTest } from './hub-under-test.js'

const program = 'dist/apps/identity/src/main.js'
/** What it looks at when it starts, besides what the hub under test has. */
const revocations = [
  'create table auth.live_revocations (kind text, value text)',
  'grant select on auth.live_revocations to waymark_identity',
]

/** This program as it is built, on ports the system chooses, to be killed; its broker is away, so that its outbox keeps everything. */
export class ProgramUnderTest {
  private readonly running = new Set<ChildProcess>()

  private constructor(
    private readonly url: string,
    private readonly keyFile: string,
  ) {}

  /** @param folder - holds the key files of the hub */
  static async over(hub: HubUnderTest, url: string, folder: string): Promise<ProgramUnderTest> {
    for (const statement of revocations) await hub.admin.query(statement)
    return new ProgramUnderTest(url, join(folder, 'programs', 'identity.json'))
  }

  start(): ChildProcess {
    const env = {
      ...{ PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'silent', WAYMARK_PROFILE: 'sandbox' },
      ...{ DATABASE_URL: this.url, KAFKA_BROKERS: '127.0.0.1:1', WAYMARK_KEY_FILE: this.keyFile },
    }
    const started = fork(program, [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
    this.running.add(started)
    return started
  }

  /** @returns once it is gone */
  async kill(one: ChildProcess): Promise<void> {
    this.running.delete(one)
    const gone = once(one, 'exit')
    one.kill('SIGKILL')
    await gone
  }

  killAll(): void {
    for (const one of this.running) one.kill('SIGKILL')
  }
}
