import { describe, expect, it } from '@jest/globals'
import { castOf, type Cast } from '../commands/demo/cast.js'
import { mostSeeded, populationOf } from './population.js'
import { requestOf } from './request-of.js'

describe('the population of a demonstration', () => {
  const whole = populationOf(mostSeeded)
  const all = [...whole.first, ...whole.adopted, ...whole.stale]

  it('is the same each time, and a smaller one is the beginning of a larger one', () => {
    const small = populationOf(300)
    expect(populationOf(300)).toEqual(small)
    const ids = new Set(all.map(({ id }) => id))
    expect(small.first.every(({ id }) => ids.has(id))).toBe(true)
  })

  it('has protected and adopted children, and records that come after an adoption under the old name', () => {
    expect(whole.hidden.length).toBeGreaterThan(20)
    expect(whole.successions.length).toBeGreaterThan(2)
    expect(whole.stale.length).toBeGreaterThan(0)
  })

  it('says of each record what a door takes, and nothing empty', () => {
    const texts = all.slice(0, 2_000).map(({ id, record }) => JSON.stringify(requestOf(id, record)))
    expect(texts.filter((text) => text.includes('""'))).toEqual([])
    expect(all.every(({ record }) => record.born_on !== '' && record.family !== '')).toBe(true)
  })

  it('leaves the children of the story alone, and each run has its own', () => {
    const numbers = new Set(all.flatMap(({ record }) => [record.nhs_number, record.upn]))
    const childrenOf = ({ amina, leo, mia, hidden, stranger, pupil }: Cast) => [
      amina,
      leo,
      mia,
      hidden,
      stranger,
      pupil,
    ]
    const runs = [0, 1, 40].map((run) => childrenOf(castOf(run)))
    const cast = runs.flatMap((children) => children.flatMap(({ nhsNumber, upn }) => [nhsNumber, upn]))
    expect(new Set(cast).size).toBe(cast.length)
    expect(cast.filter((number) => numbers.has(number))).toEqual([])
    expect(childrenOf(castOf(1))).toEqual(runs[1])
  })
})
