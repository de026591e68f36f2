import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  mayBeProposed,
  settleVariant,
  variantMoves,
  type NameVariant,
  type VariantState,
  type VariantVerdict,
} from './name-variant.js'

type Standing = Pick<NameVariant, 'state' | 'origin' | 'proposedBy'>

const person = fc.constantFrom('ann', 'ben', 'cat')
const verdict = fc.constantFrom<VariantVerdict>('accepted', 'refused', 'withdrawn')

function after(now: Standing, { by, says }: { readonly by: string; readonly says: VariantState }): Standing {
  if (says === 'proposed')
    return mayBeProposed(now.state) ? { state: 'proposed', origin: 'steward', proposedBy: by } : now
  const step = settleVariant(now, says, by)
  return step.ok ? { ...now, state: step.to } : now
}

describe('a pair of names', () => {
  it('is in a model only by two persons, or by mining and one, whatever is said of it and in whatever order', () => {
    const said = fc.oneof(
      fc.record({ by: person, says: verdict }),
      fc.record({ by: person, says: fc.constant('proposed' as const) }),
    )
    const begins = fc.constantFrom<Standing>(
      { state: 'proposed', origin: 'mined' },
      { state: 'proposed', origin: 'steward', proposedBy: 'ann' },
    )
    fc.assert(
      fc.property(begins, fc.array(said, { maxLength: 20 }), (start, words) => {
        let now: Standing = start
        for (const word of words) {
          const before = now
          now = after(now, word)
          if (now.state !== before.state) expect(variantMoves[before.state]).toContain(now.state)
          const isAccepted = now.state === 'accepted' && before.state !== 'accepted'
          if (isAccepted && now.origin === 'steward') expect(word.by).not.toBe(now.proposedBy)
        }
      }),
    )
  })

  it('is settled once: what stands otherwise is told so', () => {
    const of = (state: VariantState, says: VariantVerdict) => settleVariant({ state, origin: 'mined' }, says, 'ann')
    expect(of('proposed', 'accepted')).toEqual({ ok: true, to: 'accepted' })
    expect(of('accepted', 'withdrawn')).toEqual({ ok: true, to: 'withdrawn' })
    for (const [state, says] of [
      ['accepted', 'accepted'],
      ['accepted', 'refused'],
      ['refused', 'accepted'],
      ['withdrawn', 'accepted'],
      ['proposed', 'withdrawn'],
    ] as const)
      expect(of(state, says)).toEqual({ ok: false, because: 'settled' })
  })

  it('may be taken back by whoever named it, and is accepted by another', () => {
    const own = { state: 'proposed', origin: 'steward', proposedBy: 'ann' } as const
    expect(settleVariant(own, 'accepted', 'ann')).toEqual({ ok: false, because: 'same-person' })
    expect(settleVariant(own, 'refused', 'ann')).toEqual({ ok: true, to: 'refused' })
    expect(settleVariant(own, 'accepted', 'ben')).toEqual({ ok: true, to: 'accepted' })
  })
})
