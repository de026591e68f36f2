import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  decideAnswer,
  decideClaim,
  isRepeated,
  reviewMoves,
  takesTwo,
  type Answer,
  type ReviewStanding,
} from './review.js'

const now = new Date('2026-11-20T09:00:00Z')
const soon = new Date('2026-11-20T09:30:00Z')

function aReview(more: Partial<ReviewStanding> = {}): ReviewStanding {
  return { state: 'open', kind: 'merge', needsSecond: true, answers: [], repeatedFrom: [], ...more }
}

describe('taking a review up', () => {
  it('gives an open one to whoever asks first, and to another when the lease is over', () => {
    expect(decideClaim(aReview(), 'ann', now)).toEqual({ ok: true, state: 'claimed', isNewRound: false })
    const claimed = aReview({ state: 'claimed', claimedBy: 'ann', claimedUntil: soon })
    expect(decideClaim(claimed, 'ben', now)).toEqual({ ok: false, code: 'REVIEW_CLAIMED' })
    expect(decideClaim(claimed, 'ann', now)).toMatchObject({ ok: true })
    expect(decideClaim(claimed, 'ben', soon)).toMatchObject({ ok: true, state: 'claimed' })
  })

  it('keeps the first person from being the second, and both from being the third', () => {
    const second = aReview({ state: 'second', answers: [{ by: 'ann', answer: 'same' }] })
    expect(decideClaim(second, 'ann', now)).toEqual({ ok: false, code: 'ANOTHER_PERSON_NEEDED' })
    expect(decideClaim(second, 'ben', now)).toEqual({ ok: true, state: 'second', isNewRound: false })
    const answers = [
      { by: 'ann', answer: 'same' },
      { by: 'ben', answer: 'different' },
    ] as const
    expect(decideClaim(aReview({ state: 'conflict', answers }), 'ben', now)).toMatchObject({ ok: false })
    expect(decideClaim(aReview({ state: 'conflict', answers }), 'cat', now)).toMatchObject({ state: 'conflict' })
  })

  it('begins a new round with an applied one, and never gives a repeated one to whoever decided it', () => {
    expect(decideClaim(aReview({ state: 'applied' }), 'ann', now)).toMatchObject({ isNewRound: true })
    expect(decideClaim(aReview({ repeatedFrom: ['ann'] }), 'ann', now)).toMatchObject({ code: 'ANOTHER_PERSON_NEEDED' })
    expect(decideClaim(aReview({ state: 'withdrawn' }), 'ann', now)).toEqual({ ok: false, code: 'REVIEW_STATE' })
    const asked = aReview({ state: 'asked', askedUntil: soon })
    expect(decideClaim(asked, 'ann', now)).toEqual({ ok: false, code: 'REVIEW_STATE' })
    expect(decideClaim(asked, 'ann', soon)).toMatchObject({ ok: true })
  })
})

describe('answering a review', () => {
  const claim = { claimedBy: 'ann', claimedUntil: soon }

  it('is for who holds the claim', () => {
    const given = { person: 'ann', answer: 'same', needsTwo: false } as const
    expect(decideAnswer(aReview({ state: 'claimed', ...claim }), given, soon)).toMatchObject({
      code: 'REVIEW_NOT_CLAIMED',
    })
    expect(decideAnswer(aReview({ state: 'claimed', ...claim }), { ...given, person: 'ben' }, now)).toMatchObject({
      code: 'REVIEW_NOT_CLAIMED',
    })
  })

  it('never applies what takes two persons on one word, and what it does is a move of the table', () => {
    const answers = fc.constantFrom<Answer>('same', 'different', 'cannot-tell')
    fc.assert(
      fc.property(answers, answers, answers, fc.boolean(), (one, two, three, needsTwo) => {
        const path: string[] = ['claimed', 'decided']
        let review = aReview({ state: 'claimed', ...claim })
        for (const [n, answer] of [one, two, three].entries()) {
          const person = `person-${n}`
          review = { ...review, claimedBy: person }
          const decided = decideAnswer(review, { person, answer, needsTwo }, now)
          if (!decided.ok) return review.state === 'conflict' && answer === 'cannot-tell'
          path.push(decided.to)
          if (decided.to === 'asked') break
          if (decided.to === 'applied') {
            const same = [one, two, three].slice(0, n + 1).filter((each) => each === decided.outcome).length
            expect(same).toBeGreaterThanOrEqual(needsTwo && n < 2 ? 2 : 1)
            break
          }
          review = { ...review, state: decided.to, answers: [...review.answers, { by: person, answer }] }
        }
        const moves = reviewMoves as Readonly<Record<string, readonly string[]>>
        expect(path.slice(1).every((to, at) => moves[path[at] ?? '']?.includes(to))).toBe(true)
        return true
      }),
    )
  })
})

it('asks for two persons where a mistake is hard to take back', () => {
  const given = { answer: 'same', isEachActive: false, undoes: false } as const
  expect(takesTwo({ kind: 'possible-match', needsSecond: false }, given)).toBe(false)
  expect(takesTwo({ kind: 'possible-match', needsSecond: false }, { ...given, isEachActive: true })).toBe(true)
  expect(
    takesTwo({ kind: 'possible-match', needsSecond: false }, { ...given, answer: 'different', undoes: true }),
  ).toBe(true)
  for (const kind of ['split', 'override', 'guardian'] as const)
    expect(takesTwo({ kind, needsSecond: false }, given)).toBe(true)
})

it('repeats one review in twenty', () => {
  const hashes = Array.from({ length: 2000 }, (_, n) => createHash('sha256').update(String(n)).digest('hex'))
  const share = hashes.filter(isRepeated).length / hashes.length
  expect(share).toBeGreaterThan(0.03)
  expect(share).toBeLessThan(0.07)
})
