import { describe, expect, it } from '@jest/globals'
import { AnswerEvents, type EventItem } from './answer-events.js'
import type { Prepared } from './prepare-submission.js'

const hashes = { record: (...parts: readonly string[]) => parts.join('|'), content: (content: string) => content }
const child = { uci: undefined, status: 'active' }

/** Answers each record by its own name; refuses a group in which one cannot be stored, as PostgreSQL does. */
function answering(fault: (recordId: string | undefined) => Error | undefined) {
  const groups: (readonly (string | undefined)[])[] = []
  const children = {
    resolveEach: (prepared: readonly Prepared[]) => {
      const names = prepared.map(({ submission }) => submission.recordId)
      groups.push(names)
      const bad = names.map(fault).find((error) => error !== undefined)
      return bad ? Promise.reject(bad) : Promise.resolve(names.map((name) => ({ ...child, childId: name })))
    },
  }
  const identifiers = {
    ofChildren: (known: readonly { childId: string }[]) =>
      Promise.resolve(new Map(known.map(({ childId }) => [childId, []]))),
  }
  const parts = [children, identifiers, hashes, { isProduction: false }]
  const answers = new AnswerEvents(...(parts as unknown as ConstructorParameters<typeof AnswerEvents>))
  return { answers, groups }
}

const item = (recordId: string): EventItem => ({
  key: recordId,
  agencyId: 'northbridge-council',
  agencyKind: 'council',
  recordedAt: '2026-11-20T10:00:00Z',
  purpose: 'safeguard-child',
  child: { recordId, demographics: { names: [{ given: 'Amina' }], bornOn: '2019-05-14' } },
})
const all = ['a', 'b', 'c', 'd', 'e'].map(item)
const outcomes = ({ key, outcome }: { readonly key: string; readonly outcome: string }) => `${key} ${outcome}`

describe('the children of many events', () => {
  it('are answered by one question, in order', async () => {
    const { answers, groups } = answering(() => undefined)
    expect((await answers.answer(all)).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(groups).toEqual([['a', 'b', 'c', 'd', 'e']])
  })

  it('are answered but for one that holds what cannot be stored', async () => {
    const unstorable = Object.assign(new Error('date/time field value out of range'), { code: '22008' })
    const { answers } = answering((recordId) => (recordId === 'c' ? unstorable : undefined))
    const answered = await answers.answer(all)
    expect(answered.map(outcomes)).toEqual(['a resolved', 'b resolved', 'c refused', 'd resolved', 'e resolved'])
    expect(answered[2]).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', pointer: '#/data/child' })
  })

  it('are all asked for again when the database is away: that is no fault of any', async () => {
    const away = Object.assign(new Error('terminating connection'), { code: '57P01' })
    const { answers, groups } = answering((recordId) => (recordId === 'c' ? away : undefined))
    await expect(answers.answer(all)).rejects.toBe(away)
    expect(groups).toHaveLength(1)
  })
})
