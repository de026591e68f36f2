import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { createDatabase, prepareDatabase } from '#libs/postgres'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'

const program = 'dist/apps/audit/src/bench.js'
const databaseName = 'waymark_bench_log'

/** What the program of `audit` says. */
interface Proofs {
  readonly entries: number
  readonly fillSeconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly slowestMs: number
}

/**
 * P9: the proof of a record chosen by chance, as the door makes it: find the record, read the newest published checkpoint,
 * the tiles the proof needs, and put it together. The log is a database of its own on the same server, grown by the code
 * that grows the real one; its entries hold short stand-ins for the sealed halves, which no proof reads.
 */
export async function measureProof({ hub, sizes, seed, say }: Bench): Promise<readonly Figure[]> {
  say(`P9: a log of ${String(sizes.logEntries)} entries is grown`)
  const adminUrl = await createDatabase(await hub.databaseUrl(), databaseName)
  await prepareDatabase(adminUrl, { password: await hub.rolePassword() })
  const child = spawn(process.execPath, [program, String(sizes.logEntries), String(sizes.proofs), String(seed)], {
    env: {
      PATH: process.env['PATH'],
      MIGRATION_DATABASE_URL: adminUrl,
      DATABASE_URL: await hub.databaseUrl('audit', databaseName),
      WAYMARK_KEY_FILE: hub.keyFileOf('audit'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ])
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`)
  const proofs = JSON.parse(said) as Proofs
  const note = `${String(proofs.entries)} entries, p50 ${proofs.p50Ms.toFixed(2)} ms, slowest ${proofs.slowestMs.toFixed(1)} ms, one at a time`
  return [{ id: 'P9', value: proofs.p99Ms, note }]
}
