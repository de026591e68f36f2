import { describe, expect, it } from '@jest/globals'
import { codeLists } from './catalogue.generated.js'
import { findCode, isInForce } from './code-list.js'

function codesOf(name: string): string {
  const list = codeLists.find((one) => one['list'] === name)
  return ((list?.['codes'] ?? []) as { code: string }[]).map(({ code }) => code).join(' ')
}

describe('closed lists', () => {
  it.each([
    ['agency-kinds', 'council school nhs police housing hub'],
    [
      'purposes',
      'safeguard-child promote-welfare urgent-care education-continuity care-placement find-missing-child domestic-abuse-support homeless-family-support identity-quality child-death-review subject-rights audit',
    ],
    ['refused-purposes', 'immigration-enforcement benefit-policing'],
    ['withholding-reasons', 'NOT_FACILITATING MORE_DETRIMENTAL UNKNOWN_WOULD_DELAY'],
    ['article6', 'A6C A6E A6D A6EA A6A'],
    ['article9', 'A9G A9H A9C NONE'],
    ['abuse-category', 'NEG PHY SAB EMO MUL'],
    [
      'roles',
      'lead-social-worker duty-social-worker reviewing-officer virtual-school-head missing-education-officer designated-safeguarding-lead attendance-lead gp health-visitor school-nurse emergency-clinician safeguarding-nurse mental-health-clinician police-safeguarding-officer missing-person-officer marac-coordinator housing-officer data-steward data-protection-officer auditor guardian-desk family-desk agency-administrator system-client',
    ],
  ])('%s is what the law and the design name, and nothing else', (name, codes) => {
    expect(codesOf(name)).toBe(codes)
  })

  it('no purpose is both allowed and refused, and there is none for research', () => {
    const purposes = codesOf('purposes').split(' ')
    expect(purposes.filter((code) => findCode('refused-purposes', code))).toEqual([])
    expect(purposes.join(' ')).not.toMatch(/research|immigration|benefit/)
  })

  it('every placement type has something that may be told in its stead, and adoption reads as foster or kin care', () => {
    const told = codesOf('placement-type')
      .split(' ')
      .map((code) => [code, findCode('placement-type', code)?.careKind] as const)
    expect(told.filter(([, careKind]) => !careKind)).toEqual([])
    expect(new Map(told).get('A3')).toBe('foster')
    expect(new Map(told).get('U2')).toBe(new Map(told).get('U1'))
    expect(new Map(told).get('U5')).toBe(new Map(told).get('U4'))
  })

  it('a code begins on its day, and one that Parliament has not commenced is not in force', () => {
    const duty = findCode('gateways', 'CA2004-16LA')
    const register = findCode('gateways', 'EA1996-436B')
    expect(duty && isInForce(duty, new Date('2026-09-30T00:00:00Z'))).toBe(true)
    expect(duty && isInForce(duty, new Date('2026-09-29T23:59:59Z'))).toBe(false)
    expect(register && isInForce(register, new Date('2030-01-01T00:00:00Z'))).toBe(false)
    expect(findCode('gateways', 'CA2004-16LB')).toBeUndefined()
  })
})
