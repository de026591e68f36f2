import { describe, expect, it } from '@jest/globals'
import { bufferMiB, memoryBytes } from './memory.js'

const gib = 2 ** 30

describe('The memory of a local server', () => {
  it.each([
    [1 * gib, 128],
    [4 * gib, 256],
    [8 * gib, 512],
    [16 * gib, 1024],
    [256 * gib, 1024],
  ])('of %d bytes is %d MiB: a sixteenth, within bounds', (memory, mib) => {
    expect(bufferMiB(memory)).toBe(mib)
  })

  it('is known on this machine', () => {
    expect(memoryBytes()).toBeGreaterThan(0)
    expect(Number.isFinite(memoryBytes())).toBe(true)
  })
})
