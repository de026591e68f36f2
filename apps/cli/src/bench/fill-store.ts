import { fork, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import type { BenchHub } from './bench-hub.js'
import { fileOf } from './held-children.js'
import type { Bench } from './measure.js'
import { until } from './until.js'

const program = 'dist/apps/identity/src/bench.js'
const sender = 'northbridge-council'
/** What is made of a record dies at once; a large young generation never copies it. */
const flags = ['--v8-pool-size=1', '--max-semi-space-size=64', '--min-semi-space-size=32']
const fileRecords = 5_000
const filesAhead = 2
const tellEachMs = 10_000
const patienceMs = 600_000
/** Nobody else writes, and rows are made by the program itself: what would check and tell of each of them may rest. */
const quietly = '-c session_replication_role=replica -c plan_cache_mode=force_generic_plan'
const tables = ['child', 'source_record', 'profile', 'record_version', 'identifier', 'decision', 'link', 'block_key']
/** By these the program that fills finds what is there already. */
const asked = ['child_uci_key', 'identifier_once_key']
const resting = `i.indrelid = any($1::regclass[]) and c.relname <> all($2::text[])`

/**
 * Fills the store of a hub with children of {@link fileOf}, from the first, in the rows that resolving them would have written,
 * by processes of `identity` itself; indexes are made at the end, all at once. Then the hub starts anew and builds its index in
 * memory from the tables.
 */
export async function fillStore({ hub, seed, say }: Bench, children: number): Promise<void> {
  const database = new pg.Client(await hub.databaseUrl())
  await database.connect()
  try {
    const parameters = [tables.map((table) => `identity.${table}`), asked]
    const found = await database.query<{ name: string }>(
      `update pg_index i set indisready = false, indisvalid = false from pg_class c where c.oid = i.indexrelid and ${resting}
        returning i.indexrelid::regclass::text as name`,
      parameters,
    )
    await register({ hub, seed, say }, children)
    say(`${String(found.rows.length)} indexes are made`)
    for (const { name } of found.rows) await database.query(`reindex index ${name}`)
    await database.query('vacuum (analyze)')
  } finally {
    await database.end()
  }
  say('the hub starts anew and reads all of them')
  await hub.stop()
  await hub.start()
  await isBuilt(hub)
  say(await rebuildOf(hub))
}

async function register({ hub, seed, say }: Omit<Bench, 'sizes'>, children: number): Promise<void> {
  const from = performance.now()
  const tellTimes = { next: from + tellEachMs }
  let [given, done] = [0, 0]
  const next = (): string | undefined => {
    if (given >= children) return undefined
    const until = Math.min(children, given + fileRecords)
    const file = fileOf(seed, given, until)
    given = until
    return file
  }
  const told = (count: number): void => {
    done += count
    const now = performance.now()
    if (now < tellTimes.next && done < children) return
    tellTimes.next = now + tellEachMs
    say(`${String(done)} children are there, ${((done * 1000) / (now - from)).toFixed(0)}/s`)
  }
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: `${await hub.databaseUrl()}?options=${encodeURIComponent(quietly)}`,
    WAYMARK_KEY_FILE: hub.keyFileOf('identity'),
  }
  await Promise.all(
    Array.from({ length: Math.min(4, availableParallelism()) }, () =>
      feed(fork(program, [sender], { env, execArgv: flags }), next, told),
    ),
  )
}

/** Hands one process files until there are none left. */
async function feed(
  filler: ChildProcess,
  next: () => string | undefined,
  told: (count: number) => void,
): Promise<void> {
  const gone = new Promise<number | null>((resolve) => filler.once('exit', resolve))
  let open = 0
  const give = (): void => {
    const file = next()
    if (file !== undefined) filler.send(file)
    else if (open > 0) return
    else filler.disconnect()
    if (file !== undefined) open += 1
  }
  filler.on('message', (count) => {
    open -= 1
    told(Number(count))
    give()
  })
  for (let ahead = 0; ahead < filesAhead && filler.connected; ahead += 1) give()
  const code = await gone
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`)
}

async function isBuilt(hub: BenchHub): Promise<void> {
  const url = `${hub.originOf('identity-management')}/health/ready`
  const isReady = () => fetch(url).then(({ ok }) => ok)
  if (!(await until(isReady, { mostMs: patienceMs, everyMs: 500 }))) throw new Error('The index was not built in time')
}

/** What the program logged of it. */
async function rebuildOf(hub: BenchHub): Promise<string> {
  const log = await readFile(join(hub.folder, 'logs', 'identity.log'), 'utf8')
  const line = log.split('\n').findLast((text) => text.includes('"index.BUILT"'))
  if (line === undefined) throw new Error('identity did not say that it built its index')
  const { count, durationMs } = JSON.parse(line) as { count: number; durationMs: number }
  return `index built from the tables: ${String(count)} profiles in ${(durationMs / 1000).toFixed(1)} s, ${((count * 1000) / durationMs).toFixed(0)}/s`
}
