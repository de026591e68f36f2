import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'

const run = promisify(execFile)
const mebibyte = 1024

/** P14: resident memory of gateway, services, witnesses and their supervisor, each counted whole, after all that was measured before. */
export async function measureMemory({ hub }: Bench): Promise<readonly Figure[]> {
  const pids = await hub.pids()
  const [resident, shared] = await Promise.all([
    Promise.all(pids.map(residentKiB)),
    Promise.all(pids.map(proportionalKiB)),
  ])
  const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0) / mebibyte
  const note = `${String(pids.length)} processes; ${total(shared).toFixed(0)} MiB where pages they share count once`
  return [{ id: 'P14', value: total(resident), note }]
}

async function residentKiB(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout)
}

/** Linux alone tells; elsewhere NaN. */
async function proportionalKiB(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${String(pid)}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss: +(\d+) kB/m.exec(rollup)?.[1] ?? NaN)
}
