import { expect, it } from '@jest/globals'
import { dayOneModel, type Model } from '#libs/matching'
import { KeepModels, type KeepModelsParts } from './keep-models.js'

/** A program whose active model is this one; how often it was told that one learned anew is wanted. */
async function begunWith(active: Model): Promise<{ readonly isOutdated: boolean; readonly told: number }> {
  const index = { model: dayOneModel }
  const models = { active: () => Promise.resolve(active), shadow: () => Promise.resolve(undefined) }
  const keeper = {
    rebuild: (model: Model) => {
      index.model = model
      return Promise.resolve(0)
    },
  }
  const parts = { index, models, keeper, shadow: { become: () => undefined }, first: dayOneModel }
  const keeping = new KeepModels(parts as unknown as KeepModelsParts)
  let told = 0
  keeping.whenOutdated(() => {
    told += 1
  })
  await keeping.begin()
  await keeping.follow()
  return { isOutdated: keeping.isOutdated, told }
}

it('a model that was made for another normaliser decides, and it is told once that one learned anew is wanted', async () => {
  expect(await begunWith({ ...dayOneModel, normaliser: 'n-0' })).toEqual({ isOutdated: true, told: 1 })
  expect(await begunWith(dayOneModel)).toEqual({ isOutdated: false, told: 0 })
})
