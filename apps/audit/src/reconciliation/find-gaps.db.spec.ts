import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Database, newId, runMigrations } from '#libs/postgres'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { migrations } from '../migrations/index.js'
import { FindGaps } from './find-gaps.js'
import { NumberSeriesRepository } from './number-series.repository.js'

describe('gaps in the numbers of relays', () => {
  let place: TestDatabase
  let admin: Database
  let database: Database
  let gaps: FindGaps
  beforeAll(async () => {
    place = await emptyDatabase()
    await runMigrations({ url: place.adminUrl, schema: 'audit', migrations })
    admin = await Database.open({ url: place.adminUrl })
    database = await Database.open({ url: place.urlOf('audit') })
    gaps = new FindGaps(database, new NumberSeriesRepository())
  })
  afterAll(async () => {
    await admin.close()
    await database.close()
    await place.drop()
  })

  const arrive = async (service: string, ...numbers: readonly number[]) => {
    for (const number of numbers) {
      await admin.query(
        `with head as (update audit.tree_head set size = size + 1 returning size - 1 as seq)
         insert into audit.entry (seq, record_id, at, service, number, kind, salt1, inner_hash, commitment, sealed_outer, outer_key_id, sealed_inner, inner_key_id)
         select seq, $1, now(), $2, $3, 'read', '', '', '', '', $1, '', $1 from head`,
        [newId(), service, number],
      )
    }
  }
  const halfAMinutePasses = () => admin.query(`update audit.number_gap set since = since - interval '30 seconds'`)

  it('are reported half a minute after a later number came, and no longer once what was missing arrived', async () => {
    await arrive('identity', 1, 2, 2, 5, 7)
    expect(await gaps.find()).toEqual([])
    await halfAMinutePasses()
    expect(await gaps.find()).toEqual([{ service: 'identity', missing: 3 }])
    await arrive('identity', 6, 3)
    expect(await gaps.find()).toEqual([{ service: 'identity', missing: 1 }])
    await arrive('identity', 4)
    expect(await gaps.find()).toEqual([])
  })

  it('are none where the gateway and auth share the numbers of one relay', async () => {
    await arrive('gateway', 1)
    await arrive('auth', 2)
    await arrive('gateway', 3)
    await gaps.find()
    await halfAMinutePasses()
    expect(await gaps.find()).toEqual([])
  })

  it('are looked for among what came since the last look, however long the log is', async () => {
    await arrive('exchange', 1, 2, 3)
    await gaps.find()
    await admin.query('update audit.entry set number = null')
    await arrive('exchange', 4, 6)
    await gaps.find()
    await halfAMinutePasses()
    expect(await gaps.find()).toEqual([{ service: 'exchange', missing: 1 }])
    await arrive('exchange', 5)
    expect(await gaps.find()).toEqual([])
  })
})
