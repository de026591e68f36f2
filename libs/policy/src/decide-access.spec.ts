import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decideAccess, fieldGroups, involvementKinds, loadPolicies, policiesIn } from './index.js'
import type { AccessAction, AccessQuestion } from './index.js'
import { accessActions } from './access-question.js'
import { Permit } from './permit.js'

const set = loadPolicies(policiesIn('schemas/policy'))
const nowMs = Date.parse('2026-11-20T16:20:00Z')

/** Larkhill's MIS, about a child on its roll. */
function aQuestion(overrides: Partial<AccessQuestion> = {}): AccessQuestion {
  return {
    action: 'readFlags',
    agency: { id: 'larkhill-primary', kind: 'school', status: 'active' },
    actions: ['publish', 'receive', 'acknowledge', 'resolve', 'readFlags'],
    purpose: 'safeguard-child',
    agreement: { id: 'dsa', version: 1, inForce: true, purposes: ['safeguard-child', 'education-continuity'] },
    basis: { gateways: ['CA2004-16LA'], article6: 'A6C', article9: 'A9G' },
    child: { protection: 'none' },
    involvement: { kind: 'registered', sinceMs: nowMs - 1 },
    fieldGroup: 's',
    nowMs,
    ...overrides,
  }
}

function stranger(overrides: Partial<AccessQuestion> = {}): AccessQuestion {
  const entries = Object.entries(aQuestion(overrides)).filter(([name]) => name !== 'involvement' && name !== 'child')
  return Object.fromEntries(entries) as unknown as AccessQuestion
}

function asHub(role: string, action: AccessAction, token: string, purpose: string): AccessQuestion {
  return stranger({
    action,
    agency: { id: 'waymark-hub', kind: 'hub', status: 'active', role },
    actions: [token],
    purpose,
    agreement: { id: 'dsa-hub', version: 1, inForce: true, purposes: [purpose] },
  })
}

const outcomeOf = (question: AccessQuestion): string => {
  const decision = decideAccess(set, question)
  return decision.outcome === 'PERMIT' ? 'PERMIT' : decision.told
}

describe('an access', () => {
  it('opens flags to the school that has the child on its roll, and puts the look before the lead professional', () => {
    expect(decideAccess(set, aQuestion())).toMatchObject({
      outcome: 'PERMIT',
      ruleId: 'L1-school-flags',
      obligations: ['digest-lead-professional'],
    })
    expect(fieldGroups.filter((fieldGroup) => outcomeOf(aQuestion({ fieldGroup })) === 'PERMIT')).toEqual(['core', 's'])
  })

  it('makes a permit that nothing else can make', () => {
    const decision = decideAccess(set, aQuestion())
    expect(decision.outcome === 'PERMIT' && Permit.isMade(decision.permit)).toBe(true)
    expect(Permit.isMade(Object.assign({}, decision.outcome === 'PERMIT' ? decision.permit : undefined))).toBe(false)
  })

  it('tells a child that is unknown, protected or not theirs alike, whatever is asked', () => {
    const anyone = fc.record({
      kind: fc.constantFrom('council', 'school', 'nhs', 'police', 'housing'),
      action: fc.constantFrom('readChild', 'readFlags', 'readInvolvements', 'readHandovers'),
      fieldGroup: fc.constantFrom(...fieldGroups),
      purpose: fc.constantFrom('safeguard-child', 'education-continuity', 'urgent-care'),
      involvedAs: fc.option(fc.constantFrom(...involvementKinds), { nil: undefined }),
      party: fc.boolean(),
    })
    fc.assert(
      fc.property(anyone, ({ kind, action, fieldGroup, purpose, involvedAs, party }) => {
        const asked = { action, fieldGroup, purpose, agency: { id: 'x', kind, status: 'active' } } as AccessQuestion
        const unknown = outcomeOf(stranger(asked))
        const involvement = involvedAs && { involvement: { kind: involvedAs, sinceMs: 0 } }
        const hidden = { ...stranger(asked), child: { protection: 'existence-hidden' as const }, party, ...involvement }
        const located = { ...stranger(asked), child: { protection: 'location-hidden' as const }, party }
        expect(outcomeOf(hidden)).toBe(unknown)
        expect(outcomeOf(located)).toBe(unknown)
        expect(outcomeOf({ ...stranger(asked), child: { protection: 'none' } })).toBe(unknown)
      }),
      { numRuns: 150 },
    )
  })

  it('says aloud that flags are closed to a kind of agency, for every child alike', () => {
    for (const kind of ['police', 'housing'] as const) {
      const agency = { id: 'x', kind, status: 'active' }
      expect(outcomeOf(stranger({ agency }))).toBe('not-permitted')
      expect(outcomeOf({ ...stranger({ agency }), child: { protection: 'none' }, party: true })).toBe('not-permitted')
    }
    expect(outcomeOf(aQuestion({ fieldGroup: 'n' }))).toBe('not-permitted')
    expect(outcomeOf(aQuestion({ purpose: 'education-continuity' }))).toBe('not-permitted')
  })

  it('ends with the involvement, the agreement and the basis, at the instant they end', () => {
    const involvement = { kind: 'registered', sinceMs: 0, untilMs: nowMs } as const
    const agreement = { id: 'dsa', version: 1, inForce: false, purposes: ['safeguard-child'] }
    const basis = { gateways: ['CA2004-16LA'], article6: 'A6C', validUntilMs: nowMs }
    expect(outcomeOf(aQuestion({ involvement }))).toBe('unknown')
    expect(outcomeOf(aQuestion({ involvement: { ...involvement, untilMs: nowMs + 1 } }))).toBe('PERMIT')
    expect(outcomeOf(aQuestion({ agreement }))).toBe('not-permitted')
    expect(outcomeOf(aQuestion({ basis }))).toBe('not-permitted')
  })

  it('lets an agency that may post decide what rules leave to a person about its own events, and nobody else’s', () => {
    const own = stranger({ action: 'decideSharing', owner: 'larkhill-primary' })
    expect(outcomeOf(own)).toBe('PERMIT')
    expect(outcomeOf({ ...own, owner: 'tidewell-council' })).toBe('not-permitted')
    expect(outcomeOf({ ...own, actions: ['receive', 'readDecisions'] })).toBe('not-permitted')
  })

  it('leaves each office of the hub to the role that holds it', () => {
    const table = [
      ['auditor', 'readAccessLog', 'readAccessLog', 'audit'],
      ['data-protection-officer', 'readAccessLog', 'readAccessLog', 'audit'],
      ['data-protection-officer', 'endAgreement', 'administer', 'subject-rights'],
      ['data-protection-officer', 'readDecisions', 'readDecisions', 'audit'],
      ['guardian-desk', 'protect', 'protect', 'safeguard-child'],
      ['guardian-desk', 'liftProtection', 'protect', 'safeguard-child'],
      ['guardian-desk', 'decideSharing', 'protect', 'safeguard-child'],
      ['data-steward', 'administer', 'administer', 'identity-quality'],
    ] as const
    for (const [role, action, token, purpose] of table) {
      expect([role, action, outcomeOf(asHub(role, action, token, purpose))]).toEqual([role, action, 'PERMIT'])
      const school = {
        ...asHub(role, action, token, purpose),
        agency: { id: 'a', kind: 'school', status: 'active', role },
      }
      const others = ['auditor', 'data-steward', 'guardian-desk'].filter((other) => other !== role)
      const open = others.filter((other) => outcomeOf(asHub(other, action, token, purpose)) === 'PERMIT')
      if (action === 'endAgreement' || action === 'protect' || action === 'liftProtection') expect(open).toEqual([])
      if (action === 'administer') expect(outcomeOf(school as AccessQuestion)).toBe('not-permitted')
    }
    const traced = (role: string, protection: 'none' | 'location-hidden' | 'existence-hidden') =>
      outcomeOf({ ...asHub(role, 'readAccessLog', 'readAccessLog', 'audit'), child: { protection } })
    expect(['none', 'location-hidden', 'existence-hidden'].map((level) => traced('auditor', level as 'none'))).toEqual([
      ...['PERMIT', 'PERMIT'],
      'not-permitted',
    ])
    expect([traced('guardian-desk', 'existence-hidden'), traced('guardian-desk', 'none')]).toEqual([
      'PERMIT',
      'not-permitted',
    ])
    const guardian = asHub('guardian-desk', 'readFlags', 'readFlags', 'safeguard-child')
    expect(outcomeOf({ ...guardian, child: { protection: 'existence-hidden' } })).toBe('PERMIT')
  })

  it("gives an agency what is its own: its events' decisions, its agreement, its handovers", () => {
    const own = { owner: 'larkhill-primary', actions: ['readDecisions', 'receive'] }
    for (const action of ['readDecisions', 'readAgreement', 'readHandovers'] as const) {
      expect(outcomeOf(stranger({ action, ...own }))).toBe('PERMIT')
      expect(outcomeOf(stranger({ action, ...own, owner: 'st-brannocs-primary' }))).toBe('unknown')
    }
  })

  it('answers every action with a rule, never with a throw', () => {
    for (const action of accessActions) expect(decideAccess(set, stranger({ action })).ruleId).toMatch(/^[A-Z]\d+-/)
  })
})
