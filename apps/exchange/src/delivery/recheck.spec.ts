import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Facts } from '../routing/child-facts.js'
import { inputVersions, type Inputs } from './input-versions.js'
import { stillHolds, tombstoneReason } from './recheck.js'

const spanOf = (agencyId: string, sinceMs: number) => ({ agencyId, kind: 'registered' as const, sinceMs })
const facts: Facts = {
  ...{ involvements: [spanOf('larkhill', 1), spanOf('police', 2)], protection: 'none', isProvisional: false },
  ...{ basisVersion: 1, restraints: [], isConfirmedBySender: false, holdings: [], toldHoldings: [] },
}
const inputs: Inputs = {
  agency: { id: 'larkhill', kind: 'school', services: ['primary', 'nursery'], status: 'active' },
  agreements: [{ id: 'dsa', version: 1, inForce: true }],
  ...{ facts, policyVersion: 'p1' },
}

describe('whether a decision still holds', () => {
  it('is a matter of the versions of all it rests on, in any order, and of its time', () => {
    const same = { ...inputs, agency: { ...inputs.agency, services: ['nursery', 'primary'] } }
    const versions = inputVersions(inputs)
    expect(inputVersions({ ...same, facts: { ...facts, involvements: [...facts.involvements].reverse() } })).toBe(
      versions,
    )
    expect(stillHolds({ inputs: versions, validUntilMs: undefined }, { inputs: versions, nowMs: 5 })).toBe(true)
    expect(stillHolds({ inputs: versions, validUntilMs: 5 }, { inputs: versions, nowMs: 5 })).toBe(false)
  })

  it('ends with any change of what it rests on, but not with somebody else’s involvement', () => {
    const changed: readonly Partial<Inputs>[] = [
      { agency: { ...inputs.agency, status: 'disabled' } },
      { agreements: [{ id: 'dsa', version: 1, inForce: false }] },
      { agreements: [...inputs.agreements, { id: 'dsa-sender', version: 1, inForce: true }] },
      { facts: { ...facts, protection: 'location-hidden' } },
      { facts: { ...facts, isProvisional: true } },
      { facts: { ...facts, basisVersion: 2 } },
      { facts: { ...facts, restraints: [{ kind: 'declined' }] } },
      { facts: { ...facts, involvements: [{ ...spanOf('larkhill', 1), untilMs: 9 }] } },
      { policyVersion: 'p2' },
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...changed),
        (change) => inputVersions({ ...inputs, ...change }) !== inputVersions(inputs),
      ),
    )
    const elsewhere = {
      ...{ ...facts, involvements: [spanOf('larkhill', 1), spanOf('hospital', 3)] },
      restraints: [{ kind: 'declined' as const, agencies: ['hospital'] }],
    }
    expect(inputVersions({ ...inputs, facts: elsewhere })).toBe(inputVersions(inputs))
  })

  it('tells a recipient why in the words of the feed, and never that a child came under protection', () => {
    const reason = (ruleId: string, why: string, more: Partial<Facts> = {}) =>
      tombstoneReason({ ruleId, reasons: [why] }, { ...facts, ...more })
    expect(reason('F06', 'basis-withdrawn', { withdrawnBecause: 'basis-withdrawn' })).toBe('basis-withdrawn')
    expect(reason('F06', 'basis-withdrawn', { withdrawnBecause: 'corrected' })).toBe('corrected')
    expect(reason('F08', 'basis-ended')).toBe('expired')
    expect(reason('F13', 'objection-upheld')).toBe('objection-upheld')
    expect(reason('F01', 'existence-hidden')).toBe('no-longer-entitled')
    expect(reason('F16', 'agreement-ended')).toBe('no-longer-entitled')
  })
})
