import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { drawUci, type Uci } from '#libs/identifiers'
import { newId } from '#libs/postgres'
import { freshBytes } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { HubUnderTest } from './hub-under-test.js'
import { stockOfUcis } from './resolution/uci-stock.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-stock-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const any = (): Uci => drawUci(freshBytes, { reserved: true })
const many = (count: number): Uci[] => [...new Set(Array.from({ length: count * 2 }, any))].slice(0, count)
const drawing = (from: readonly Uci[]) => {
  const left = [...from]
  return () => left.shift() ?? any()
}

async function taken(ucis: readonly Uci[]): Promise<void> {
  for (const uci of ucis) {
    await hub.admin.query(`insert into identity.child (id, uci, status) values ($1, $2, 'active')`, [newId(), uci])
  }
}

describe('identifiers drawn for a large group', () => {
  it('are none that somebody has, and none twice', async () => {
    const [theirs, free] = [many(20), many(20)]
    await taken(theirs)
    const next = await stockOfUcis(hub.admin, 60, drawing([...theirs, ...free, ...free]))
    const got = Array.from({ length: 20 }, next)
    expect(got.filter((uci) => theirs.includes(uci))).toEqual([])
    expect(new Set(got)).toEqual(new Set(free))
  })

  it('do not run out where more are asked for', async () => {
    const next = await stockOfUcis(hub.admin, 16, any)
    expect(new Set(Array.from({ length: 40 }, next)).size).toBe(40)
  })
})
