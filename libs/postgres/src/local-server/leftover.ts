import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How long a guard whose program has just gone may take to stop its server. */
const guardMs = 15_000
const stopMs = 10_000

/** What the guard wrote when it started the server: process numbers, and the mark both carry among their arguments. */
export interface Running {
  readonly guard: number
  readonly server: number
  readonly mark: string
}

export const runningFile = 'running'

/** Reads what runs, or ran last, in a server's folder. */
export async function readRunning(folder: string): Promise<Running | undefined> {
  const text = await readFile(join(folder, runningFile), 'utf8').catch(() => '')
  const [guard, server, mark] = text.trim().split(' ')
  return guard && server && mark ? { guard: Number(guard), server: Number(server), mark } : undefined
}

/**
 * Ends a server that outlived its program in this folder.
 *
 * A process counts as ours only if its number *and* its mark agree, so a stranger that got the number is left alone.
 *
 * @throws when a guard still stands: then another program runs this server
 */
export async function endLeftover(folder: string): Promise<void> {
  const found = await readRunning(folder)
  if (!found) return
  if (!(await endsWithin(guardMs, found.guard, found.mark)))
    throw new Error(`PostgreSQL in ${folder} is in use by another program`)
  if (await isOurs(found.server, found.mark)) {
    process.kill(found.server, 'SIGINT')
    if (!(await endsWithin(stopMs, found.server, found.mark))) process.kill(found.server, 'SIGKILL')
    await endsWithin(stopMs, found.server, found.mark)
  }
  await rm(join(folder, runningFile), { force: true })
}

async function endsWithin(limitMs: number, pid: number, mark: string): Promise<boolean> {
  const until = Date.now() + limitMs
  while (await isOurs(pid, mark)) {
    if (Date.now() > until) return false
    await sleep(50)
  }
  return true
}

async function isOurs(pid: number, mark: string): Promise<boolean> {
  return (await argumentsOf(pid)).includes(mark)
}

/** The command line of a process; empty when there is none. */
export async function argumentsOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')
  return run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  )
}
