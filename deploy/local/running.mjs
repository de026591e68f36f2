// Which `waymark up` runs on a data folder. It writes `running.json` when it starts and removes it when it ends.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** `{ pid, mark, connectionFile }` of the one that runs; undefined when none does. A stranger with its number does not count. */
export async function findRunning(dataFolder) {
  const text = await readFile(join(dataFolder, 'running.json'), 'utf8').catch(() => 'null')
  const found = parse(text)
  if (!found) return undefined
  return (await startedAt(found.pid)) === found.startedAt ? found : undefined
}

/** Asks the one that runs to stop and waits until it has gone. Answers whether one ran. */
export async function stopRunning(dataFolder) {
  const found = await findRunning(dataFolder)
  if (!found) return false
  process.kill(found.pid, 'SIGTERM')
  while (await findRunning(dataFolder)) await sleep(100)
  return true
}

/** When a process started, in words that differ for a later process of the same number; empty when there is none. */
export async function startedAt(pid) {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state && state !== 'Z' ? (rest[18] ?? '') : ''
  }
  return run('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
