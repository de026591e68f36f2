import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { runningFile } from './broker-guard.js'
import { LocalBrokerFault } from './local-broker-fault.js'

const run = promisify(execFile)
const guardMs = 25_000
const stopMs = 10_000

/**
 * Ends a broker that outlived its program in this folder. A process counts as ours only if its number and its mark agree.
 *
 * @throws LocalBrokerFault when a guard still stands after a while: then another program runs this broker
 */
export async function endLeftover(folder: string): Promise<void> {
  const text = await readFile(join(folder, runningFile), 'utf8').catch(() => '')
  const [guard, broker, mark] = text.trim().split(' ')
  if (!guard || !broker || !mark) return
  if (!(await endsWithin(guardMs, guard, mark)))
    throw new LocalBrokerFault('FOLDER_IN_USE', `Kafka in ${folder} is run by another program: stop that one first`)
  if (await isOurs(broker, mark)) {
    process.kill(Number(broker), 'SIGTERM')
    if (!(await endsWithin(stopMs, broker, mark))) process.kill(Number(broker), 'SIGKILL')
    await endsWithin(stopMs, broker, mark)
  }
  await rm(join(folder, runningFile), { force: true })
}

async function endsWithin(limitMs: number, pid: string, mark: string): Promise<boolean> {
  const until = Date.now() + limitMs
  while (await isOurs(pid, mark)) {
    if (Date.now() > until) return false
    await sleep(50)
  }
  return true
}

async function isOurs(pid: string, mark: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return text.includes(mark)
  }
  return run('ps', ['-ww', '-o', 'args=', '-p', pid]).then(
    ({ stdout }) => stdout.includes(mark),
    () => false,
  )
}
