import pg, { type Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResult } from 'pg'
import { listen } from './listen.js'
import { statementOf } from './prepared-statements.js'

/** Where SQL may be sent: the pool, or the one connection of an open transaction. */
export interface Sql {
  /**
   * Sends one statement and returns its rows.
   *
   * Values arrive as `pg` reads them: `bigint` and `numeric` as text, `timestamptz` as Date, `bytea` as Buffer, `jsonb` parsed.
   *
   * @throws what `pg` throws; `code` is the SQLSTATE, `constraint` the name of a broken constraint
   */
  query<R extends object = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<readonly R[]>
}

export interface DatabaseOptions {
  /** `postgres://role:password@host:port/database` */
  readonly url: string
  /** Connections at most; 10 unless told. */
  readonly poolSize?: number
  readonly applicationName?: string
}

/** An open writing transaction holds every relay's horizon back (`pg_snapshot_xmin`), so none may sit idle for long. */
const idleInTransactionMs = 30_000
const connectMs = 5_000
/**
 * Every statement is a constant text that finds little by its keys, so one plan fits all its parameters; planning anew for
 * the parameters of each call costs more than running it. A plan made while a table was empty must still be right when it
 * is not, so no table is read whole where an index serves, and pages of an index are as near as those of a table.
 */
const planning = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c random_page_cost=1.1'

function poolOptions({ url, poolSize = 10, applicationName = 'waymark' }: DatabaseOptions): PoolConfig {
  return {
    connectionString: url,
    max: poolSize,
    application_name: applicationName,
    connectionTimeoutMillis: connectMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    options: planning,
    pipeline: true,
  }
}

/**
 * A PostgreSQL database: one pool of connections.
 *
 * Guarantees: what {@link transaction} resolved with is committed and flushed to disk; what it rejected with is rolled
 * back, unless the connection broke during COMMIT, when either may be true. Statements are never retried.
 */
export class Database implements Sql {
  private opened: Pool | undefined

  /** It does not connect: {@link connect} does, or {@link open}. */
  constructor(private readonly options: DatabaseOptions) {}

  /** Opens the pool and checks that one connection works. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const database = new Database(options)
    await database.connect()
    return database
  }

  /**
   * Opens the pool and checks that one connection works; does nothing when it is open.
   *
   * @throws what `pg` throws when the server does not answer or refuses the role
   */
  async connect(): Promise<void> {
    if (this.opened) return
    const pool = new pg.Pool(poolOptions(this.options))
    pool.on('error', () => undefined) // of a connection that nobody uses: the pool has thrown it away already
    try {
      const client = await pool.connect()
      client.release()
    } catch (error) {
      await pool.end()
      throw error
    }
    this.opened = pool
  }

  async query<R extends object = Record<string, unknown>>(
    text: string,
    params: readonly unknown[] = [],
  ): Promise<readonly R[]> {
    const { rows } = await this.pool.query<R>(statementOf(text, params))
    return rows
  }

  /**
   * Runs `work` in one transaction (read committed, synchronous commit) and commits when it resolves.
   *
   * Transactions do not nest, and `tx` refuses statements once the transaction is over. Statements run in the order in which
   * they were begun; those begun without waiting for the one before travel together. One whose rows nobody needs need not be
   * waited for: the last travels with the commit, and its failure is that of the transaction.
   *
   * @param bounds.statementMs - how long each statement may take; as long as the server allows unless told
   * @throws whatever `work` throws, after a rollback; also when `work` swallowed a failed statement, since PostgreSQL
   *   then answers COMMIT with a rollback
   */
  async transaction<T>(work: (tx: Sql) => Promise<T>, bounds: { readonly statementMs?: number } = {}): Promise<T> {
    const client = await this.pool.connect()
    const broken = watch(client)
    const tx = new Transaction(client, beginning(bounds.statementMs))
    try {
      const result = await work(tx)
      await tx.commit()
      client.release(broken())
      return result
    } catch (error) {
      tx.end()
      client.release(broken() ?? (await rollBack(client)))
      throw error
    }
  }

  /**
   * Hears what transactions announce by `pg_notify` on a channel, on a connection of its own, as long as it lasts: for who
   * would look anyway a little later.
   *
   * @param heard - told what was announced; nothing when the connection was made, since something may have been before
   * @returns what stops it
   */
  listen(channel: string, heard: (text: string) => void): () => Promise<void> {
    return listen(this.options.url, channel, heard)
  }

  /** Waits for running statements and closes every connection. */
  async close(): Promise<void> {
    const pool = this.opened
    this.opened = undefined
    await pool?.end()
  }

  private get pool(): Pool {
    if (!this.opened) throw new Error('The database is not connected: call connect(app) first')
    return this.opened
  }
}

function beginning(statementMs: number | undefined): string {
  const begin = 'begin isolation level read committed; set local synchronous_commit to on'
  return statementMs === undefined ? begin : `${begin}; set local statement_timeout = ${statementMs}`
}

class Transaction implements Sql {
  private isOver = false
  private readonly begun: Promise<unknown>
  /** What was begun and has not ended: its failure is nobody's yet. */
  private readonly open = new Set<Promise<unknown>>()
  /** The first failure: whatever was sent behind it fails for its sake. */
  private failure: { readonly error: unknown } | undefined

  /** The first statement travels with the one that begins the transaction. */
  constructor(
    private readonly client: PoolClient,
    beginning: string,
  ) {
    this.begun = this.send(beginning)
  }

  query<R extends object = Record<string, unknown>>(
    text: string,
    params: readonly unknown[] = [],
  ): Promise<readonly R[]> {
    if (this.isOver) return Promise.reject(new Error('This transaction is over: begin every statement inside it'))
    const answered = this.told(Promise.all([this.send<R>(statementOf(text, params)), this.begun]))
    const rows = answered.then(([answer]) => answer.rows)
    rows.catch(() => undefined) // whoever does not wait for it is told by the commit
    return rows
  }

  end(): void {
    this.isOver = true
  }

  /** @throws the failure of a statement that nobody waited for, in preference to PostgreSQL's refusal to commit */
  async commit(): Promise<void> {
    this.end()
    const last = [...this.open]
    inOneWrite(this.client)
    const committed = this.client.query('commit')
    committed.catch(() => undefined) // awaited below, after what came before it
    await this.told(Promise.all([this.begun, ...last]))
    const { command }: QueryResult = await committed
    if (command !== 'COMMIT') throw rolledBack(this.failure?.error)
  }

  private send<R extends object>(statement: QueryConfig | string): Promise<QueryResult<R>> {
    inOneWrite(this.client)
    const sent = this.client.query<R>(statement)
    this.open.add(sent)
    sent.then(
      () => void this.open.delete(sent),
      (error: unknown) => {
        this.open.delete(sent)
        this.failure ??= { error }
      },
    )
    return sent
  }

  private told<T>(ended: Promise<T>): Promise<T> {
    return ended.catch((error: unknown) => {
      throw this.failure?.error ?? error
    })
  }
}

/** The failure of a statement that nobody waited for, or that was swallowed: its code, and not its words. */
function rolledBack(cause: unknown): Error {
  const { code, constraint } = (cause ?? {}) as { readonly code?: string; readonly constraint?: string }
  const error = new Error('The transaction was rolled back: a statement in it had failed', { cause })
  return Object.assign(error, code !== undefined && { code, constraint })
}

/** What is sent in this turn of the event loop leaves together at its end: one call of the system, and one wake-up of the server. */
function inOneWrite({ connection: { stream } }: PoolClient): void {
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => {
    stream.uncork()
  })
}

/** `pg` emits 'error' on a connection that breaks between two statements; unheard, it would end the program. */
function watch(client: PoolClient): () => Error | undefined {
  let broken: Error | undefined
  const note = (error: Error) => {
    broken = error
  }
  client.on('error', note)
  return () => {
    client.off('error', note)
    return broken
  }
}

/** @returns the reason to throw the connection away, if it could not be rolled back */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback')
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
