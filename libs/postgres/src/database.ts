import { DataSource } from 'typeorm'
import type { Pool, PoolClient, QueryResult } from 'pg'
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

/** A class that TypeORM maps to a table. */
export type EntityClass = new (...args: never[]) => object

export interface DatabaseOptions {
  /** `postgres://role:password@host:port/database` */
  readonly url: string
  readonly entities?: readonly EntityClass[]
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

/** The settings of the one pool that TypeORM and our own SQL share. */
export function dataSourceOptions(options: DatabaseOptions) {
  return {
    type: 'postgres' as const,
    url: options.url,
    entities: [...(options.entities ?? [])],
    poolSize: options.poolSize ?? 10,
    applicationName: options.applicationName ?? 'waymark',
    connectTimeoutMS: connectMs,
    installExtensions: false,
    extra: { idle_in_transaction_session_timeout: idleInTransactionMs, keepAlive: true, options: planning },
  }
}

/**
 * A PostgreSQL database: one pool of connections, shared with TypeORM's DataSource.
 *
 * Guarantees: what {@link transaction} resolved with is committed and flushed to disk; what it rejected with is rolled
 * back, unless the connection broke during COMMIT, when either may be true. Statements are never retried.
 */
export class Database implements Sql {
  constructor(readonly dataSource: DataSource) {}

  /** Opens the pool and checks that one connection works. */
  static async open(options: DatabaseOptions): Promise<Database> {
    return new Database(await new DataSource(dataSourceOptions(options)).initialize())
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
   * Transactions do not nest, and `tx` refuses statements once the transaction is over.
   *
   * @throws whatever `work` throws, after a rollback; also when `work` swallowed a failed statement, since PostgreSQL
   *   then answers COMMIT with a rollback
   */
  async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    const broken = watch(client)
    const tx = new Transaction(client)
    try {
      await client.query('begin isolation level read committed; set local synchronous_commit to on')
      const result = await work(tx)
      tx.end()
      await commit(client)
      client.release(broken())
      return result
    } catch (error) {
      tx.end()
      client.release(broken() ?? (await rollBack(client)))
      throw error
    }
  }

  /** Waits for running statements and closes every connection. */
  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy()
  }

  private get pool(): Pool {
    if (!this.dataSource.isInitialized) throw new Error('The database is not connected: call connect(app) first')
    return (this.dataSource.driver as unknown as { master: Pool }).master
  }
}

class Transaction implements Sql {
  private isOver = false
  constructor(private readonly client: PoolClient) {}

  async query<R extends object = Record<string, unknown>>(
    text: string,
    params: readonly unknown[] = [],
  ): Promise<readonly R[]> {
    if (this.isOver) throw new Error('This transaction is over: await every statement inside it')
    const { rows } = await this.client.query<R>(statementOf(text, params))
    return rows
  }

  end(): void {
    this.isOver = true
  }
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

async function commit(client: PoolClient): Promise<void> {
  const { command }: QueryResult = await client.query('commit')
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement in it had failed')
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
