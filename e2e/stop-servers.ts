import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ServersForTests } from './start-servers.js'

async function stopServers(): Promise<void> {
  const { waymarkServersForTests: left } = globalThis as { waymarkServersForTests?: ServersForTests }
  await left?.hub.close()
  await left?.broker?.stop()
  if (left?.folder) await rm(left.folder, { recursive: true, force: true })
  const { default: stopPostgres } = (await import(resolve('dist/libs/testing/src/stop-postgres.js'))) as {
    default: () => Promise<void>
  }
  await stopPostgres()
}

export { stopServers as default }
