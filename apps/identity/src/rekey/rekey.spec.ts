import { describe, expect, it } from '@jest/globals'
import { planMerge, planSplit, type ChangePlan, type ChildState } from '../change/change.js'
import { holdersOf, rekeysOf, rekeyStateOf } from './rekey.js'

function aChild(childId: string, sources: readonly string[], more: Partial<ChildState> = {}): ChildState {
  return {
    ...{
      childId,
      uci: childId.toUpperCase(),
      status: 'active',
      createdAt: new Date(0),
      verified: 0,
      isProtected: false,
    },
    records: sources.map((source, n) => ({
      ...{ sourceRecordId: `${childId}-${n}`, linkId: `link-${childId}-${n}`, recordKey: '', source },
    })),
    ...more,
  }
}
function planned(plan: ReturnType<typeof planMerge>): ChangePlan {
  if (!plan.ok) throw new Error(plan.because)
  return plan.plan
}

describe('what a change leaves for holders', () => {
  const [kept, joined] = [aChild('aa', ['trust', 'school'], { verified: 1 }), aChild('bb', ['school', 'council'])]
  const parties = new Map([['bb', ['police', 'school']]])

  it('is an item a record that moved, and one for whoever else was told of the child it left', () => {
    const plan = planned(planMerge('change', joined, kept))
    expect(plan.children.map(({ childId, part }) => [childId, part])).toEqual([
      ['aa', 'kept'],
      ['bb', 'joined'],
    ])
    expect(rekeysOf(plan, [kept, joined], parties)).toEqual([
      { holder: 'school', sourceRecordId: 'bb-0', oldUci: 'BB', newUci: 'AA' },
      { holder: 'council', sourceRecordId: 'bb-1', oldUci: 'BB', newUci: 'AA' },
      { holder: 'police', oldUci: 'BB', newUci: 'AA' },
    ])
    expect(holdersOf([kept, joined], parties)).toEqual(['council', 'police', 'school', 'trust'])
  })

  it('goes to nobody but the owners of records where the child is protected', () => {
    const hidden = { ...joined, isProtected: true }
    const plan = planned(planMerge('change', kept, hidden))
    expect(rekeysOf(plan, [kept, hidden], parties).map(({ holder }) => holder)).toEqual(['school', 'council'])
    expect(holdersOf([hidden], parties)).toEqual(['council', 'school'])
  })

  it('is nothing for whoever has a record that stays, and was told of the child beside', () => {
    const newChild = { childId: 'cc', uci: 'CC' }
    const plan = planned(planSplit('change', joined, { leaving: new Set(['bb-1']), isMislink: false, newChild }))
    expect(rekeysOf(plan, [joined], parties)).toEqual([
      { holder: 'council', sourceRecordId: 'bb-1', oldUci: 'BB', newUci: 'CC' },
      { holder: 'police', oldUci: 'BB', newUci: 'CC' },
    ])
  })

  it('is for the owner of the record alone where a child is parted and nobody else was told', () => {
    const newChild = { childId: 'cc', uci: 'CC' }
    const plan = planned(planSplit('change', joined, { leaving: new Set(['bb-1']), isMislink: true, newChild }))
    expect(plan.kind).toBe('mislinked')
    expect(rekeysOf(plan, [joined], new Map())).toEqual([
      { holder: 'council', sourceRecordId: 'bb-1', oldUci: 'BB', newUci: 'CC' },
    ])
  })
})

it('stands where its times say', () => {
  const [day, later] = [new Date('2026-11-20T12:00:00Z'), new Date('2026-11-30T12:00:00Z')]
  const dueAt = new Date('2026-11-28T00:00:00Z')
  expect(rekeyStateOf({ dueAt }, day)).toBe('open')
  expect(rekeyStateOf({ dueAt, sentAt: day }, day)).toBe('sent')
  expect(rekeyStateOf({ dueAt, sentAt: day }, later)).toBe('overdue')
  expect(rekeyStateOf({ dueAt, confirmedAt: later }, later)).toBe('confirmed')
})
