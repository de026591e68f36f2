import { describe, expect, it } from '@jest/globals'
import { InGroups } from './in-groups.js'

interface Question {
  readonly n: number
}

describe('questions asked in groups', () => {
  it('asks the first at once and those that came meanwhile together, each answered with its own answer', async () => {
    const groups: number[][] = []
    const questions = new InGroups<Question, number>(async (group) => {
      groups.push(group.map(({ n }) => n))
      await new Promise((resolve) => setImmediate(resolve))
      return new Map([...group].reverse().map((question) => [question, question.n * 2]))
    })
    const answers = await Promise.all([1, 2, 3, 4].map((n) => questions.ask({ n })))
    expect(answers).toEqual([2, 4, 6, 8])
    expect(groups).toEqual([[1], [2, 3, 4]])
    expect(await questions.ask({ n: 5 })).toBe(10)
  })

  it('fails those of one group together and goes on with the next', async () => {
    let times = 0
    const questions = new InGroups<Question, number>((group) => {
      times += 1
      if (times === 2) return Promise.reject(new Error('away'))
      return Promise.resolve(new Map(group.map((question) => [question, question.n])))
    })
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => questions.ask({ n })))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await questions.ask({ n: 4 })).toBe(4)
  })
})
