import { rm } from 'node:fs/promises'
import type { ServerForTests } from './start-postgres.js'

/** Jest's global tear-down: stops the server of the run and removes its folder. */
export default async function stopPostgres(): Promise<void> {
  const { waymarkServerForTests: left } = globalThis as { waymarkServerForTests?: ServerForTests }
  await left?.server?.stop()
  if (left?.folder) await rm(left.folder, { recursive: true, force: true })
}
