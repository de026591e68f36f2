import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Database } from '#libs/postgres'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { KeyDestroyed, KeyRing } from './key-ring.js'
import type { ProgramKeys } from './program-keys.js'

let test: TestDatabase
let admin: Database
let exchange: Database
let identity: Database
let statements = 0

const kekOne = randomBytes(32)
const kekTwo = randomBytes(32)

function keysWith(active: string, ...held: readonly (readonly [string, Buffer])[]): ProgramKeys {
  return { kek: { active, keys: new Map(held) } } as unknown as ProgramKeys
}

function ringOf(database: Database, keys = keysWith('kek-1', ['kek-1', kekOne])): KeyRing {
  const counted: Pick<Database, 'query'> = {
    query: (text, params) => {
      statements += 1
      return database.query(text, params)
    },
  }
  return new KeyRing(keys, () => counted)
}

const aChild = () => `child:${randomUUID()}`

beforeAll(async () => {
  test = await emptyDatabase()
  admin = await Database.open({ url: test.adminUrl, poolSize: 2 })
  exchange = await Database.open({ url: test.urlOf('exchange') })
  identity = await Database.open({ url: test.urlOf('identity') })
})
afterAll(async () => {
  await Promise.all([admin.close(), exchange.close(), identity.close()])
  await test.drop()
})

describe('a data key', () => {
  it('is one for all programs, whoever asks first', async () => {
    const subjects = Array.from({ length: 40 }, aChild)
    const keysOf = (ring: KeyRing) => Promise.all(subjects.map((subject) => ring.keyOf(subject, 'content')))
    const rings = [ringOf(exchange), ringOf(identity), ringOf(exchange), ringOf(identity)]
    const [first, ...others] = await Promise.all(rings.map(keysOf))
    for (const other of others) expect(other).toEqual(first)
    expect(new Set(first?.map(({ bytes }) => bytes.toString('hex'))).size).toBe(40)
  })

  it('is found by its id with the others of its turn in one statement, and one that will not open spoils no other', async () => {
    const known = await ringOf(identity).keyOf(aChild(), 'content')
    const foreign = await ringOf(identity, keysWith('kek-2', ['kek-2', kekTwo])).keyOf(aChild(), 'content')
    const ring = ringOf(exchange)
    statements = 0
    const found = await Promise.allSettled([known.id, foreign.id, randomUUID()].map((id) => ring.keyById(id)))
    expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value?.bytes] : []))).toEqual([
      known.bytes,
      undefined,
    ])
    expect(statements).toBe(1)
  })

  it('that will not open spoils no other that is asked for in its turn, and says whose it is', async () => {
    const [broken, whole] = [aChild(), aChild()]
    const { id } = await ringOf(identity).keyOf(broken, 'content')
    await admin.query(`update keys.data_key set wrapped = '\\x0102' where id = $1`, [id])
    const ring = ringOf(exchange)
    const [failed, found] = await Promise.allSettled([broken, whole].map((subject) => ring.keyOf(subject, 'content')))
    expect(failed).toMatchObject({ status: 'rejected', reason: { name: 'KeyBroken', childId: broken.slice(6) } })
    expect(found?.status).toBe('fulfilled')
  })

  it('is asked for with the others of its turn in one statement, and then remembered', async () => {
    const ring = ringOf(exchange)
    const subjects = [aChild(), aChild(), aChild()]
    statements = 0
    const asked = () => subjects.flatMap((subject) => [ring.keyOf(subject, 'content'), ring.keyOf(subject, 'access')])
    const keys = await Promise.all([...asked(), ...asked()])
    await Promise.all(asked())
    expect(statements).toBe(1)
    expect(new Set(keys.map(({ id }) => id)).size).toBe(6)
    expect((await ring.keyById(keys[0]?.id ?? ''))?.bytes).toEqual(keys[0]?.bytes)
    expect(statements).toBe(1)
  })

  it('costs a question about nobody the same statement as one about a child', async () => {
    const ring = ringOf(exchange)
    const month = 'miss:2026-11'
    await ring.keyOf(month, 'access')
    statements = 0
    const first = await ring.keyOf(month, 'access', 'asked:a')
    const second = await ring.keyOf(month, 'access', 'asked:b')
    await ring.keyOf(month, 'access', 'asked:a')
    expect(statements).toBe(2)
    expect(first.id).toBe(second.id)
  })

  it('claimed within a transaction lasts if that commits, and is forgotten if it does not', async () => {
    const [subject, lost] = [aChild(), aChild()]
    const ring = ringOf(identity)
    const kept = await identity.transaction(async (tx) => {
      const own = ring.within(tx)
      const key = await own.keyOf(subject, 'content')
      expect((await own.keyById(key.id))?.bytes).toEqual(key.bytes)
      return { own, key }
    })
    kept.own.keep()
    statements = 0
    expect(await ring.keyOf(subject, 'content')).toEqual(kept.key)
    expect(statements).toBe(0)
    const undone = identity.transaction(async (tx) => {
      await ring.within(tx).keyOf(lost, 'content')
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    const rows = await admin.query('select 1 from keys.data_key where subject = $1', [lost])
    expect(rows).toHaveLength(0)
    expect((await ring.keyOf(lost, 'content')).bytes).toHaveLength(32)
  })

  it('is found by its id by any program, and by nothing else', async () => {
    const { id, bytes } = await ringOf(exchange).keyOf(aChild(), 'content')
    expect((await ringOf(identity).keyById(id))?.bytes).toEqual(bytes)
    expect(await ringOf(identity).keyById(randomUUID())).toBeUndefined()
    await expect(identity.query('select wrapped from keys.data_key')).rejects.toThrow('permission denied')
  })

  it('that was destroyed is gone for everyone once it is forgotten', async () => {
    const ring = ringOf(exchange)
    const subject = aChild()
    const { id } = await ring.keyOf(subject, 'content')
    await admin.query('update keys.data_key set wrapped = null, destroyed_at = now() where id = $1', [id])
    ring.forgetAll()
    expect(await ring.keyById(id)).toBeUndefined()
    await expect(ring.keyOf(subject, 'content')).rejects.toThrow(KeyDestroyed)
    await expect(ringOf(identity).keyOf(subject, 'content')).rejects.toThrow(KeyDestroyed)
    expect(await ringOf(identity).keyOf(subject, 'access')).toBeDefined()
  })

  it("does not open in another's place", async () => {
    const ring = ringOf(exchange)
    const [one, two] = [await ring.keyOf(aChild(), 'content'), await ring.keyOf(aChild(), 'content')]
    await admin.query(
      'update keys.data_key set wrapped = (select wrapped from keys.data_key where id = $2) where id = $1',
      [one.id, two.id],
    )
    await expect(ringOf(identity).keyById(one.id)).rejects.toThrow()
  })

  it('opens while its wrapping key is held, whichever wraps now', async () => {
    const subject = aChild()
    const { bytes } = await ringOf(exchange).keyOf(subject, 'content')
    const rotating = keysWith('kek-2', ['kek-1', kekOne], ['kek-2', kekTwo])
    expect((await ringOf(identity, rotating).keyOf(subject, 'content')).bytes).toEqual(bytes)
    const without = keysWith('kek-2', ['kek-2', kekTwo])
    await expect(ringOf(identity, without).keyOf(subject, 'content')).rejects.toThrow('does not hold')
  })
})
