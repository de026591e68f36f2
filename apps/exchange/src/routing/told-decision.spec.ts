import { describe, expect, it } from '@jest/globals'
import type { PolicySet } from '#libs/policy'
import type { WrittenDecision } from './decision.repository.js'
import { toldToPoster } from './told-decision.js'

const policies = { annotation: (id: string) => (id === 'F04-excluded' ? 'caller' : undefined) } as unknown as PolicySet

function decided(more: Partial<WrittenDecision>): WrittenDecision {
  return {
    ...{ id: 'd', recipient: 'school', outcome: 'PERMIT', fieldGroups: ['core', 'l'], ruleId: 'S4-school-placement' },
    ...{
      reasons: ['l: S4'],
      basisId: 'b',
      agreementId: 'a',
      agreementVersion: 1,
      policyVersion: 'p',
      decidedBy: 'rule',
    },
    ...{ decidedAt: new Date(0), validUntil: new Date(1), isNamedBySender: true },
    ...more,
  }
}

const told = (...decisions: readonly WrittenDecision[]) =>
  toldToPoster(policies, decisions).map(({ outcome, fieldGroups, ruleId, reasons, validUntil }) => ({
    ...{ outcome, fieldGroups, ruleId, reasons, validUntil },
  }))
const denied = { outcome: 'DENY', fieldGroups: [] }

describe('what the poster of an event is told of its decisions', () => {
  it('is nothing of recipients it did not name', () => {
    expect(told(decided({ isNamedBySender: false }))).toEqual([])
  })

  it('is no rule that tells who is involved, no group that tells whether a place is hidden, no end of an involvement', () => {
    const permitted = { outcome: 'PERMIT', fieldGroups: ['core'], ruleId: 'permitted', reasons: [], validUntil: null }
    expect(told(decided({}))).toEqual([permitted])
    expect(told(decided({ fieldGroups: ['core'], reasons: ['l: F18-location-hidden'] }))).toEqual([permitted])
  })

  it('is the reason of a refusal where it rests on what the poster said, or on agreements', () => {
    const excluded = { ...denied, ruleId: 'F04-excluded', reasons: ['excluded'] }
    expect(told(decided(excluded))).toEqual([{ ...excluded, validUntil: null }])
    const untold = { ...denied, ruleId: 'default-deny', reasons: ['not-entitled'], validUntil: null }
    expect(told(decided({ ...denied, ruleId: 'F02-sealed', reasons: ['sealed'] }))).toEqual([untold])
  })

  it('is, of a child whose existence is hidden, what it would be of one that nobody knows', () => {
    const hidden = { ...denied, ruleId: 'F01-existence-hidden', reasons: ['existence-hidden'] }
    const asOfUnknown = { outcome: 'PERMIT', ruleId: 'S6-school-requested', reasons: [], decidedBy: 'rule' }
    expect(told(decided({ ...hidden, asOfUnknown }))).toEqual(told(decided({ ruleId: 'S6-school-requested' })))
  })

  it('is nothing more where a copy was decided again to the same', () => {
    const again = decided({ id: 'e', decidedAt: new Date(9), fieldGroups: ['core'], ruleId: 'S6-school-requested' })
    expect(told(decided({}), again)).toEqual(told(decided({})))
    expect(told(decided({ outcome: 'REVIEW', ruleId: 'F21-detriment-unclear' }), again)).toHaveLength(2)
  })

  it('is not that a copy was refused later for what has become of the child', () => {
    const later = decided({ ...denied, ruleId: 'F01-existence-hidden', reasons: ['existence-hidden'] })
    expect(told(decided({}), later)).toEqual(told(decided({})))
    const excluded = decided({ ...denied, ruleId: 'F04-excluded', reasons: ['excluded'] })
    expect(told(decided({}), excluded)).toHaveLength(2)
  })
})
