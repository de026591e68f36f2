import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The programs that have a subgraph and REST paths of their own, in the order they are composed. */
const owners = ['identity', 'exchange', 'safeguarding', 'audit'] as const

/** A program that has a subgraph. */
export type Owner = (typeof owners)[number]

/**
 * Runs each program's printer, one process each, since Nest's GraphQL metadata is global to a process.
 *
 * @param script - the compiled printer's file name
 * @throws Error naming the programs that are not built
 */
export async function printedBy(script: 'print-sdl.js' | 'print-openapi.js'): Promise<ReadonlyMap<Owner, string>> {
  const missing = owners.filter((owner) => !existsSync(pathOf(owner, script)))
  if (missing.length > 0) throw new Error(`not built: ${missing.join(', ')}; npm run build`)
  const printed = new Map<Owner, string>()
  for (const owner of owners) printed.set(owner, await print(pathOf(owner, script)))
  return printed
}

function pathOf(owner: Owner, script: string): string {
  return `dist/apps/${owner}/src/${script}`
}

async function print(path: string): Promise<string> {
  const { stdout } = await run(process.execPath, [path], {
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LOG_LEVEL: 'silent', NODE_NO_WARNINGS: '1' },
  })
  return stdout
}
