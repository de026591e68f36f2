import { expect, it } from '@jest/globals'
import { KeyBroken } from '#libs/security'
import { ResolveChildren, TryAgain } from './resolve-children.js'

/** Of two children one is known, and the transaction in which the other is to be registered fails by these errors. */
function failingBy(...failures: readonly Error[]) {
  const lines: unknown[] = []
  const say = (code: string, fields: object) => void lines.push([code, fields])
  let attempt = 0
  const database = {
    transaction: () => Promise.reject(failures[Math.min(attempt++, failures.length - 1)] ?? new Error()),
  }
  const records = { named: () => Promise.resolve([]), identical: () => Promise.resolve([]) }
  const rest = [{}, { hashes: {}, index: { requireReady: () => undefined }, logger: () => ({ warn: say, error: say }) }]
  const children = new ResolveChildren(
    ...([database, records, ...rest] as unknown as ConstructorParameters<typeof ResolveChildren>),
  )
  const [known, unknown] = [{ uci: undefined, status: 'active', childId: 'c' }, undefined]
  const prepared = ['a', 'b'].map((recordId) => ({ submission: { recordId, details: {} }, findable: {} }))
  const asked = children.resolveEach(
    ...([prepared, {}, [known, unknown]] as unknown as Parameters<ResolveChildren['resolveEach']>),
  )
  return { asked, lines }
}

it('warns its operators where others were in the way each time, and who asked is to ask again', async () => {
  const { asked, lines } = failingBy(new TryAgain())
  await expect(asked).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryAfterSeconds: 1 })
  expect(lines).toEqual([['resolution.GAVE_UP', { attempt: 5, count: 1 }]])
})

it('tells its operators that a key does not unwrap, though those beside its child go on', async () => {
  const { asked, lines } = failingBy(new KeyBroken('child:a'), new Error('planned again'))
  await expect(asked).rejects.toThrow('planned again')
  expect(lines).toEqual([['resolution.KEY_BROKEN', { count: 1 }]])
})
