import { rm } from 'node:fs/promises'
import type { PostgresForTests } from './start-postgres.js'

/** Jest's global tear-down: stops the servers of the run and removes their folders. */
export default async function stopPostgres(): Promise<void> {
  const { waymarkPostgresForTests: left } = globalThis as { waymarkPostgresForTests?: PostgresForTests }
  for (const server of left?.servers ?? []) await server.stop()
  for (const folder of left?.folders ?? []) await rm(folder, { recursive: true, force: true })
}
