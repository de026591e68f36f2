import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { feedChannel } from './index.repository.js'

const againMs = 1_000

/** Listens for what other replicas commit, on a connection of its own; while it is away the timer of the keeper serves. */
export class FeedClient {
  private client: pg.Client | undefined
  private readonly stopped = new AbortController()

  constructor(
    private readonly url: string,
    private readonly woken: (by?: string) => void,
  ) {}

  /** Connects, and again whenever the connection breaks. */
  async start(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const client = new pg.Client({
        connectionString: this.url,
        application_name: 'waymark-identity-feed',
        keepAlive: true,
      })
      const gone = new Promise<void>((resolve) => {
        client.on('error', () => {
          resolve()
        })
        client.on('end', () => {
          resolve()
        })
      })
      client.on('notification', ({ payload }) => {
        this.woken(payload)
      })
      this.client = client
      await client
        .connect()
        .then(() => client.query(`listen ${feedChannel}`))
        .then(() => gone)
        .catch(() => undefined)
      await client.end().catch(() => undefined)
      await sleep(againMs, undefined, { signal: this.stopped.signal }).catch(() => undefined) // woken to stop
    }
  }

  async stop(): Promise<void> {
    this.stopped.abort()
    await this.client?.end().catch(() => undefined)
  }
}
