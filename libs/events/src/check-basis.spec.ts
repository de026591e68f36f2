import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { checkBasis } from './check-basis.js'
import type { PostedEvent } from './envelope.js'
import type { SharingBasis } from './sharing-basis.js'

const now = new Date('2026-11-21T09:00:00Z')
const plan = readGolden('council.protection-plan.started/plan')

function readGolden(name: string): PostedEvent {
  return JSON.parse(readFileSync(`schemas/events/golden/${name}.json`, 'utf8')) as PostedEvent
}

function withBasis(changes: Partial<SharingBasis>, event = plan): PostedEvent {
  return { ...event, data: { ...event.data, sharingBasis: { ...event.data.sharingBasis, ...changes } } }
}

function fault(field: string, code: string): { pointer: string; code: string } {
  return { pointer: `#/data/sharingBasis/${field}`, code }
}

describe('checkBasis', () => {
  it.each<[string, Partial<SharingBasis>, string, string]>([
    ['a health condition with the safeguarding schedule', { article9: 'A9H' }, 'dpaSchedule1', 'BASIS_PAIR'],
    ['a condition without its schedule', { dpaSchedule1: null }, 'dpaSchedule1', 'BASIS_PAIR'],
    ['a schedule without its condition', { article9: 'NONE' }, 'dpaSchedule1', 'BASIS_PAIR'],
    ['gateways of other types only', { gateways: ['CA1989-17'] }, 'gateways', 'GATEWAY_NOT_LISTED'],
    ['a gateway of the police', { gateways: ['CA2004-16LA', 'CL-POLICE'] }, 'gateways/1', 'BASIS_NOT_OPEN_TO_SENDER'],
    ['a law not commenced', { gateways: ['CA2004-16LA', 'EA1996-436B'] }, 'gateways/1', 'GATEWAY_NOT_IN_FORCE'],
    ['a basis that ended', { validUntil: '2026-11-21T09:00:00Z' }, 'validUntil', 'BASIS_EXPIRED'],
    ['a basis that has not begun', { validFrom: '2026-11-21T09:00:01Z' }, 'validFrom', 'BASIS_NOT_YET_VALID'],
    ['legitimate interest of a public authority', { article6: 'A6EA' }, 'article6', 'BASIS_NOT_OPEN_TO_SENDER'],
    ['consent that was not given', { article6: 'A6A' }, 'dataProtectionConsent/state', 'CONSENT_NOT_GIVEN'],
    ['law enforcement by a council', { regime: 'PART3' }, 'regime', 'BASIS_NOT_OPEN_TO_SENDER'],
    ['a purpose refused everywhere', { purpose: 'immigration-enforcement' }, 'purpose', 'PURPOSE_REFUSED'],
  ])('names %s', (_, changes, field, code) => {
    expect(checkBasis(withBasis(changes), now)).toEqual([fault(field, code)])
  })

  it('takes one listed gateway beside others', () => {
    expect(checkBasis(withBasis({ gateways: ['CA1989-17', 'CA2004-16LA'] }), now)).toEqual([])
  })

  it('takes the duty to share from 30 September 2026, not before', () => {
    expect(checkBasis(plan, new Date('2026-09-30T00:00:00Z'))).toEqual([])
    expect(checkBasis(plan, new Date('2026-09-29T12:00:00Z'))).toEqual([fault('gateways/0', 'GATEWAY_NOT_IN_FORCE')])
  })

  it('takes consent that was given, and what only some kinds may use from them', () => {
    expect(checkBasis(withBasis({ article6: 'A6A', dataProtectionConsent: { state: 'given' } }), now)).toEqual([])
    expect(checkBasis(withBasis({ article6: 'A6EA' }), now, 'housing')).toEqual([])
  })

  it('asks the NHS, also of a type that any kind posts, how the duty of confidence is met', () => {
    const correction = readGolden('any.correction.issued/wrong-child')
    expect(checkBasis(correction, now, 'council')).toEqual([])
    expect(checkBasis(correction, now, 'nhs')).toEqual([fault('confidentiality', 'CONFIDENTIALITY_NOT_STATED')])
  })

  it('asks for the family’s agreement where the type rests on it, and nowhere else', () => {
    const placed = readGolden('housing.temporary-accommodation.placed/out-of-area')
    const missing = [fault('serviceAgreement/state', 'SERVICE_AGREEMENT_NOT_AGREED')]
    for (const state of ['refused', 'withdrawn', 'not-asked', 'not-applicable'] as const) {
      expect(checkBasis(withBasis({ serviceAgreement: { state } }, placed), now)).toEqual(missing)
      expect(checkBasis(withBasis({ serviceAgreement: { state } }), now)).toEqual([])
    }
  })
})
