import { describe, expect, it } from '@jest/globals'
import { EvenAnswers } from './even-answers.js'

/** A clock that runs as work and waiting make it. */
function aClock() {
  let nowMs = 0
  const even = new EvenAnswers(
    () => nowMs,
    (ms) => {
      nowMs += ms
      return Promise.resolve()
    },
  )
  /** @returns milliseconds until the answer left */
  const answered = async (workMs: number): Promise<number> => {
    const fromMs = nowMs
    nowMs += workMs
    await even.due(fromMs)
    return nowMs - fromMs
  }
  const rest = (ms: number): void => {
    nowMs += ms
  }
  return { answered, rest }
}

/** Numbers from 0 to 1, the same each time. */
function drawn(): () => number {
  let state = 7
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** How often one of the first is under one of the second; .5 tells nothing. */
function auc(first: readonly number[], second: readonly number[]): number {
  let wins = 0
  for (const one of first) for (const two of second) wins += one < two ? 1 : one === two ? 0.5 : 0
  return wins / (first.length * second.length)
}

describe('answers that must be alike', () => {
  it.each([
    ['come one after another', 0],
    ['come three a second', 300],
  ])('take one time where they %s, though one kind of work takes a fifth longer than the other', async (_, restMs) => {
    const { answered, rest } = aClock()
    const random = drawn()
    const seen: Readonly<Record<'unknown' | 'hidden', { plain: number[]; told: number[] }>> = {
      unknown: { plain: [], told: [] },
      hidden: { plain: [], told: [] },
    }
    for (let n = 0; n < 2_000; n += 1) {
      const kind = random() < 0.5 ? 'unknown' : 'hidden'
      const workMs = (8 + 4 * random() + 8 * random() ** 8) * (kind === 'hidden' ? 1.2 : 1)
      seen[kind].plain.push(workMs)
      seen[kind].told.push(Math.round(await answered(workMs)))
      rest(restMs)
    }
    expect(auc(seen.unknown.plain, seen.hidden.plain)).toBeGreaterThan(0.7)
    const told = auc(seen.unknown.told, seen.hidden.told)
    expect(Math.max(told, 1 - told)).toBeLessThanOrEqual(0.52)
  })

  it('are not held for what took half a second or was a minute ago', async () => {
    const { answered, rest } = aClock()
    await answered(600)
    expect(await answered(10)).toBe(10)
    await answered(40)
    expect(await answered(10)).toBe(40)
    rest(61_000)
    expect(await answered(10)).toBe(10)
  })

  it('are not held for a load that has passed, once enough were answered since', async () => {
    const { answered, rest } = aClock()
    for (let n = 0; n < 256; n += 1) await answered(400)
    rest(5_000)
    for (let n = 0; n < 64; n += 1) {
      expect(await answered(20)).toBe(400)
      rest(100)
    }
    expect(await answered(20)).toBe(20)
  })
})
