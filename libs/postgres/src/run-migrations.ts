import { createHash } from 'node:crypto'

/** A class of a TypeORM migration. */
type MigrationClass = new (...args: never[]) => object

/**
 * Brings one schema up to date, each migration in a transaction of its own.
 *
 * The migrations done are listed in `<schema>.migration`. Two callers at once take turns, so each migration runs once.
 *
 * @param options.url - connects as the owner of the tables, never as a service role
 * @param options.migrations - in order; class names end in a 13-digit timestamp
 */
export async function runMigrations(options: {
  readonly url: string
  readonly schema: string
  readonly migrations: readonly MigrationClass[]
}): Promise<void> {
  // Loaded here and not above: it is 300 files with drivers for every database, and programs that run want none of it.
  const { DataSource } = await import('typeorm')
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    applicationName: `waymark-migrate-${options.schema}`,
    migrations: [...options.migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    installExtensions: false,
    poolSize: 2,
  })
  await source.initialize()
  const turn = source.createQueryRunner()
  try {
    await turn.query('select pg_advisory_lock($1::bigint)', [lockNumber(options.schema)])
    await source.runMigrations()
  } finally {
    await turn.query('select pg_advisory_unlock_all()')
    await turn.release()
    await source.destroy()
  }
}

function lockNumber(schema: string): string {
  return createHash('sha256').update(`waymark migrations ${schema}`).digest().readBigInt64BE().toString()
}
