import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { KeyMemory } from './key-memory.js'
import type { DataKey } from './seal.js'

const aKey = (id = 'one'): DataKey => ({ id, bytes: randomBytes(32) })

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

describe('plain data keys in memory', () => {
  it('are held for half of their time at least, and gone after all of it though nobody asks', () => {
    const memory = new KeyMemory({ mostMs: 60_000, most: 100 })
    const early = aKey()
    memory.set('early', early)
    jest.advanceTimersByTime(29_999)
    const late = aKey()
    memory.set('late', late)
    expect(memory.get('early')).toEqual(early)
    jest.advanceTimersByTime(29_999)
    expect(memory.get('late')).toEqual(late)
    jest.advanceTimersByTime(2)
    expect(memory.get('early')).toBeUndefined()
    expect(memory.get('late')).toBeUndefined()
    expect(jest.getTimerCount()).toBe(0)
  })

  it('are overwritten when their time is up, and a copy that somebody works with is not', () => {
    const taken = jest.spyOn(Buffer, 'allocUnsafeSlow')
    const memory = new KeyMemory({ mostMs: 60_000, most: 100 })
    const key = aKey()
    memory.set('one', key)
    const page = taken.mock.results[0]?.value as Buffer
    taken.mockRestore()
    const copy = memory.get('one')
    expect(page.includes(key.bytes)).toBe(true)
    jest.advanceTimersByTime(60_000)
    expect(page.includes(key.bytes)).toBe(false)
    expect(copy).toEqual(key)
  })

  it('are forgotten at once when they must be', () => {
    const memory = new KeyMemory({ mostMs: 60_000, most: 100 })
    memory.set('older', aKey())
    jest.advanceTimersByTime(30_000)
    memory.set('younger', aKey())
    memory.clear()
    expect([memory.get('older'), memory.get('younger')]).toEqual([undefined, undefined])
  })

  it('make room for those that come, the earliest first', () => {
    const memory = new KeyMemory({ mostMs: 60_000, most: 4 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) memory.set(name, aKey(name))
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => memory.get(name)?.id)).toEqual([undefined, undefined, 'c', 'd', 'e'])
  })

  it('are never another key than the last that was given under their name', () => {
    const names = fc.integer({ min: 0, max: 1500 }).map(String)
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 3000 }), (given) => {
        const memory = new KeyMemory({ mostMs: 60_000, most: 4000 })
        const last = new Map<string, DataKey>()
        for (const name of given) {
          const key = aKey(`id of ${name}`)
          memory.set(name, key)
          last.set(name, key)
        }
        for (const [name, key] of last) expect(memory.get(name)).toEqual(key)
        memory.clear()
      }),
      { numRuns: 20 },
    )
  })
})
