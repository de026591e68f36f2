import { describe, expect, it } from '@jest/globals'
import type { Caller } from '#libs/security'
import { anEvent } from '#libs/testing'
import type { Agreement } from '../basis/agreement.js'
import { isRecorded, judgeEvent, type JudgedBy } from './judge-event.js'

const nowMs = Date.parse('2026-11-20T16:20:00Z')
const agreement: Agreement = {
  ...{ id: 'dsa-north', version: 2, agencyId: 'northbridge-council', validFromMs: nowMs - 1000 },
  body: {
    ...{ title: 't', purposes: {}, actions: [], publish: ['council.*', 'any.*'], receive: [], operations: [] },
    distinctChildrenPerHour: 500,
  },
}
const caller: Caller = {
  ...{ agencyId: 'northbridge-council', agencyKind: 'council', clientId: 'cms', agreement: 'dsa-north', jti: 'j' },
  ...{
    purposes: ['safeguard-child'],
    purpose: 'safeguard-child',
    actions: ['publish'],
    requestId: 'r',
    traceparent: 't',
  },
}
const judged = (value: unknown, by: Partial<JudgedBy> = {}) =>
  judgeEvent(value, {
    ...{ caller, nowMs, allowReservedUci: true, mayPost: () => true },
    agreementOf: (id) => (id === agreement.id ? agreement : undefined),
    ...by,
  })
const plan = anEvent('council.protection-plan.started')
const withBasis = (basis: object) => ({
  ...plan,
  data: { ...plan.data, sharingBasis: { ...plan.data.sharingBasis, ...basis } },
})
const refusal = (value: unknown, by: Partial<JudgedBy> = {}) => {
  const judgement = judged(value, by)
  return judgement.ok ? undefined : judgement.refusal
}

describe('a posted event', () => {
  it('is taken when source, type, form, purpose, basis and agreement are good', () => {
    expect(judged(plan)).toMatchObject({ ok: true, event: { id: plan.id } })
    expect(judged(withBasis({ agreement: { id: 'dsa-north', version: 2 } })).ok).toBe(true)
  })

  it('is refused for a foreign source before anything else is looked at', () => {
    expect(refusal({ source: 'urn:waymark:agency:vale-police', type: 7 })).toMatchObject({ code: 'SOURCE_NOT_YOURS' })
    expect(refusal({ ...plan, source: 'urn:waymark:hub' })).toMatchObject({ code: 'SOURCE_NOT_YOURS' })
  })

  it('is refused when its type is of another kind, of the hub, or not in the agreement', () => {
    const own = 'urn:waymark:agency:northbridge-council'
    const types = ['uk.waymark.school.pupil.left.v1', 'uk.waymark.hub.event.held.v1']
    for (const type of types) expect(refusal({ source: own, type })).toMatchObject({ code: 'TYPE_NOT_ALLOWED' })
    const narrow = { ...agreement, body: { ...agreement.body, publish: ['council.placement.moved'] } }
    expect(refusal(plan, { agreementOf: () => narrow })).toMatchObject({ code: 'TYPE_NOT_ALLOWED' })
    expect(refusal({ ...plan, type: 'uk.waymark.council.tea.made.v1' })).toMatchObject({ code: 'TYPE_UNKNOWN' })
  })

  it('is refused when its purpose is not in the token, or is not that of the header', () => {
    expect(refusal(withBasis({ purpose: 'promote-welfare' }))).toEqual({
      code: 'BASIS_NOT_VALID_FOR_TYPE',
      errors: [{ pointer: '#/data/sharingBasis/purpose', code: 'PURPOSE_MISMATCH' }],
    })
    expect(refusal(plan, { caller: { ...caller, purposes: ['audit'] } })).toEqual({
      code: 'PURPOSE_NOT_ALLOWED',
      errors: [{ pointer: '#/data/sharingBasis/purpose', code: 'PURPOSE_NOT_ALLOWED' }],
    })
  })

  it('is refused under an agreement that is unknown, ended, of another version or of another agency', () => {
    const pointer = '#/data/sharingBasis/agreement'
    const notValid = (code: string) => ({ code: 'BASIS_NOT_VALID_FOR_TYPE', errors: [{ pointer, code }] })
    const [unknown, over] = [notValid('AGREEMENT_UNKNOWN'), notValid('AGREEMENT_ENDED')]
    const ended = { ...agreement, endedAtMs: nowMs }
    expect(refusal(plan, { agreementOf: () => ended })).toEqual(over)
    expect(refusal(withBasis({ agreement: { id: 'dsa-north', version: 2 } }), { agreementOf: () => ended })).toEqual(
      over,
    )
    expect(refusal(withBasis({ agreement: { id: 'dsa-none', version: 1 } }))).toEqual(unknown)
    expect(refusal(withBasis({ agreement: { id: 'dsa-north', version: 1 } }))).toEqual(unknown)
    const others = { ...ended, agencyId: 'vale-police' }
    const named = withBasis({ agreement: { id: 'dsa-other', version: 2 } })
    expect(refusal(named, { agreementOf: (id) => (id === 'dsa-other' ? others : agreement) })).toEqual(unknown)
  })

  it('is refused without a basis, and when the policy says no', () => {
    const bare = JSON.parse(JSON.stringify({ ...plan, data: { ...plan.data, sharingBasis: undefined } })) as object
    expect(refusal(bare)).toMatchObject({ code: 'BASIS_MISSING' })
    expect(refusal(plan, { mayPost: () => false })).toMatchObject({ code: 'NOT_PERMITTED' })
  })

  it('leaves a record of refusals that somebody should know of, and none of a slip of form', () => {
    const codes = ['SOURCE_NOT_YOURS', 'BASIS_NOT_VALID_FOR_TYPE', 'SCHEMA_INVALID', 'TYPE_UNKNOWN'] as const
    expect(codes.map((code) => isRecorded({ code, errors: [] }))).toEqual([true, true, false, false])
  })
})
