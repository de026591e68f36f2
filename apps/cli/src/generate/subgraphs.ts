import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The programs that have a subgraph and REST paths of their own, in the order they are composed. */
export const owners = ['identity', 'exchange', 'safeguarding', 'audit'] as const

/** One of {@link owners}. */
export type Owner = (typeof owners)[number]

/**
 * Runs each program's printer, one process each, since Nest's GraphQL metadata is global to a process.
 *
 * @param script - the compiled printer's file name
 * @returns the printed text by program; programs without such a printer are left out
 */
export async function printedBy(script: 'print-sdl.js' | 'print-openapi.js'): Promise<ReadonlyMap<Owner, string>> {
  const printed = new Map<Owner, string>()
  for (const owner of owners) {
    const path = `dist/apps/${owner}/src/${script}`
    if (existsSync(path)) printed.set(owner, await print(path))
  }
  return printed
}

async function print(path: string): Promise<string> {
  const { stdout } = await run(process.execPath, [path], {
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LOG_LEVEL: 'silent', NODE_NO_WARNINGS: '1' },
  })
  return stdout
}
