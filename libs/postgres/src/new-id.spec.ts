import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newId } from './new-id.js'

describe('newId', () => {
  it('makes identifiers that sort in the order in which they were made', () => {
    const ids = Array.from({ length: 20_000 }, () => newId())
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is a UUID of version 7 that carries the millisecond it was told', () => {
    const year9999 = Date.UTC(9999, 11, 31)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: year9999 }), (ms) => {
        const id = newId(ms)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(ms)
      }),
    )
  })
})
