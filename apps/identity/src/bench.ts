/**
 * Fills a store with children that nobody knows: each message is a bulk file of records (CSV) of one council and is answered with
 * how many there were. Started by `waymark bench`, on a database of its own: `node bench.js <council>`.
 */
import { dayOneModel } from '#libs/matching'
import { Database } from '#libs/postgres'
import { KeyRing, readProgramKeys } from '#libs/security'
import { benchConfig } from './bench.config.js'
import { readBulkFile } from './bulk/read-file.js'
import { RegisterAnew } from './bulk/register-anew.js'
import { blocksOf } from './bulk/stage-load.js'
import { recordsIn } from './bulk/stage-rows.js'
import { KeyedHashes } from './resolution/keyed-hashes.js'
import { SealEffects } from './resolution/seal-effects.js'
import { Turns } from './resolution/turns.js'

const [agencyId = ''] = process.argv.slice(2)
const { DATABASE_URL, WAYMARK_KEY_FILE } = benchConfig()
const keys = readProgramKeys(WAYMARK_KEY_FILE)
const hashes = new KeyedHashes(keys)
const sender = { agencyId, agencyKind: 'council' } as const
/** As many as are resolved at once of a load; while one is written the next is made. */
const rowsAtOnce = 500
const turns = new Turns(2)
const database = await Database.open({ url: DATABASE_URL, poolSize: 4 })
const keyRing = new KeyRing(keys, () => database)
const sealing = new SealEffects(keys, hashes)
const registering = new RegisterAnew({ database, keyRing, hashes, sealing, model: dayOneModel })

async function fill(file: string): Promise<number> {
  const { rows } = await readBulkFile(Buffer.from(file), 'csv')
  const given = { sender, purpose: 'safeguard-child', isProduction: false, nowMs: Date.now() }
  const counts = [...blocksOf(rows, rowsAtOnce)].map((block) =>
    turns.take(async () => {
      const { records, rejected } = recordsIn({ ...given, rows: block }, hashes)
      if (rejected.length > 0) throw new Error('A line of the file is no record')
      await registering.register(records.map(({ prepared }) => prepared))
      return records.length
    }),
  )
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

process.on('message', (file) => {
  void fill(String(file)).then((count) => process.send?.(count))
})
process.once('disconnect', () => void database.close())
