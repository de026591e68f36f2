import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { GroupCommit } from './group-commit.js'

describe('group commit', () => {
  it('shares the next commit among what arrives while one is under way', async () => {
    const groups: number[][] = []
    let begun: () => void = () => undefined
    let finish: () => void = () => undefined
    const isUnderWay = new Promise<void>((resolve) => (begun = resolve))
    const isFinished = new Promise<void>((resolve) => (finish = resolve))
    const commit = new GroupCommit<number, number>(async (items) => {
      groups.push([...items])
      begun()
      await isFinished
      return items
    }, 500)
    const first = commit.submit(1)
    await isUnderWay
    const others = [2, 3, 4].map((n) => commit.submit(n))
    finish()
    await first
    expect(await Promise.all(others)).toEqual([2, 3, 4])
    expect(groups).toEqual([[1], [2, 3, 4]])
  })

  it('takes a burst whole, though its items come one turn after the other', async () => {
    const groups: number[][] = []
    const commit = new GroupCommit<number, number>((items) => {
      groups.push([...items])
      return Promise.resolve(items)
    }, 500)
    const answers: Promise<number>[] = []
    const arrive = (n: number) => {
      if (n < 4) setImmediate(arrive, n + 1)
      answers.push(commit.submit(n))
    }
    arrive(1)
    while (answers.length < 4) await new Promise(setImmediate)
    await Promise.all(answers)
    expect(groups).toEqual([[1, 2, 3, 4]])
  })

  it('fails the items of a failing group and goes on with the next', async () => {
    const commit = new GroupCommit<number, number>(
      (items) => (items.includes(13) ? Promise.reject(new Error('no')) : Promise.resolve(items)),
      1,
    )
    const answers = await Promise.allSettled([1, 13, 2].map((n) => commit.submit(n)))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('answers each item with its own result and keeps the order of submission, however arrivals fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        async (pauses, most) => {
          const seen: number[] = []
          const commit = new GroupCommit<number, string>(async (items) => {
            expect(items.length).toBeLessThanOrEqual(most)
            await Promise.resolve()
            seen.push(...items)
            return items.map(String)
          }, most)
          const answers: Promise<string>[] = []
          for (const [n, pause] of pauses.entries()) {
            answers.push(commit.submit(n))
            if (pause) await new Promise(setImmediate)
          }
          expect(await Promise.all(answers)).toEqual(pauses.map((_, n) => String(n)))
          expect(seen).toEqual(pauses.map((_, n) => n))
        },
      ),
      { numRuns: 50 },
    )
  })
})
