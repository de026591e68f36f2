import { describe, expect, it } from '@jest/globals'
import type { LogMessage } from './event-log.js'
import { announcementOf, Limits } from './limits.js'

const topic = 'waymark.record-events.v1'
const at = { topic, partition: 3 }
const head = { ...at, offset: 7n } as LogMessage

/** Limits of a consumer that may not overtake one which stands at 7, and how often that one's place was asked for. */
function limitsAtSeven() {
  const asked: string[] = []
  const limits = new Limits({
    limit: (name, partition) => {
      asked.push(`${name} ${String(partition)}`)
      return Promise.resolve(7n)
    },
  })
  return { limits, asked }
}

describe('the limits of a consumer that may not overtake another', () => {
  it('are asked for when a message lies at them, again and again until they move', async () => {
    const { limits, asked } = limitsAtSeven()
    expect(await limits.refresh([head], 0)).toBeLessThan(100)
    expect(limits.of(at)).toBe(7n)
    await limits.refresh([head], 100)
    expect(asked).toEqual([`${topic} 3`, `${topic} 3`])
  })

  it('are not asked for where the other has announced that it is beyond', async () => {
    const { limits, asked } = limitsAtSeven()
    limits.hear(
      announcementOf([
        { at: { topic, partition: 2 }, expected: 0n, next: 4n },
        { at, expected: 7n, next: 9n },
      ]),
    )
    expect(limits.of(at)).toBe(9n)
    expect(await limits.refresh([head], 0)).toBe(Infinity)
    expect(asked).toEqual([])
  })

  it('are never lowered by an announcement, nor moved by another text', () => {
    const { limits } = limitsAtSeven()
    limits.hear(`${topic} 3 9`)
    for (const text of ['', `${topic} 3 8`, `${topic} 3 -1`, `${topic} 3 x`, '3 12', `${topic} 3`]) limits.hear(text)
    expect(limits.of(at)).toBe(9n)
  })

  it('fit into one announcement, however many partitions moved', () => {
    const moves = Array.from({ length: 300 }, (_, partition) => ({
      at: { topic: 'waymark.safeguarding-changes.v1', partition },
      expected: 0n,
      next: 999_999_999_999_999_999n,
    }))
    expect(announcementOf(moves).length).toBeLessThan(8_000)
  })
})
