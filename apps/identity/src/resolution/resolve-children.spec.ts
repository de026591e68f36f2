import { expect, it } from '@jest/globals'
import { ResolveChildren, TryAgain } from './resolve-children.js'

it('warns its operators where others were in the way each time, and who asked is to ask again', async () => {
  const lines: unknown[] = []
  const logger = () => ({ warn: (code: string, fields: object) => void lines.push([code, fields]) })
  const database = { transaction: () => Promise.reject(new TryAgain()) }
  const records = { named: () => Promise.resolve([]), identical: () => Promise.resolve([]) }
  const rest = [{}, { hashes: {}, index: { requireReady: () => undefined }, logger }]
  const children = new ResolveChildren(
    ...([database, records, ...rest] as unknown as ConstructorParameters<typeof ResolveChildren>),
  )
  const [known, unknown] = [{ uci: undefined, status: 'active', childId: 'c' }, undefined]
  const prepared = ['a', 'b'].map((recordId) => ({ submission: { recordId, details: {} }, findable: {} }))
  const asked = children.resolveEach(
    ...([prepared, {}, [known, unknown]] as unknown as Parameters<ResolveChildren['resolveEach']>),
  )
  await expect(asked).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryAfterSeconds: 1 })
  expect(lines).toEqual([['resolution.GAVE_UP', { attempt: 5, count: 1 }]])
})
