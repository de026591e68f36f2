/**
 * Grows a log in an empty database and times proofs from it: `node bench.js <entries> <proofs> <seed>`.
 * Prints one JSON object. Run by `waymark bench`, which makes the database.
 */
import { benchConfig } from './bench.config.js'
import { migrateConfig } from './migrate.config.js'
import { LogRepository } from './log/log.repository.js'
import { migrations } from './migrations/index.js'
import { GrownLog } from './proof/grown-log.js'
import { Database, runMigrations } from '#libs/postgres'
import { readProgramKeys } from '#libs/security'

const [entries = 0, proofs = 0, seed = 1] = process.argv.slice(2).map(Number)
await runMigrations({ url: migrateConfig().MIGRATION_DATABASE_URL, schema: 'audit', migrations })
const { DATABASE_URL, WAYMARK_KEY_FILE } = benchConfig()
const database = await Database.open({ url: DATABASE_URL })
const log = new GrownLog(database, new LogRepository(database), readProgramKeys(WAYMARK_KEY_FILE))
const fillSeconds = await log.grow(entries, seed)
const times = [...(await log.timeProofs(proofs))].sort((a, b) => a - b)
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]
process.stdout.write(JSON.stringify({ entries, fillSeconds, p50Ms: at(0.5), p99Ms: at(0.99), slowestMs: at(1) }))
await database.close()
