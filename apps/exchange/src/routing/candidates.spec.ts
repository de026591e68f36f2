import { describe, expect, it } from '@jest/globals'
import type { PostedEvent, RoutedEvent } from '#libs/events'
import { anEvent, type EventOverrides } from '#libs/testing'
import { candidatesFor } from './candidates.js'
import type { Facts, Involvement } from './child-facts.js'
import { Directory, type Agency } from './directory.js'

const nowMs = Date.parse('2026-11-20T16:00:00Z')
const north = 'E06000998'
const agency = (id: string, kind: Agency['kind'], more: Partial<Agency> = {}): Agency => ({
  ...{ id, kind, services: [], areas: [north], status: 'active' },
  ...more,
})
const directory = new Directory(
  [
    agency('north-council', 'council', { organisation: { system: 'urn:waymark:gss', value: north } }),
    agency('south-council', 'council', { areas: ['E06000999'] }),
    agency('larkhill', 'school'),
    agency('st-brannocs', 'school', { organisation: { system: 'urn:waymark:gias-urn', value: '990002' } }),
    agency('trust', 'nhs', { services: ['unscheduled-care'] }),
    agency('police', 'police'),
    agency('north-icb', 'nhs', { services: ['integrated-care-board'] }),
    agency('south-icb', 'nhs', { services: ['integrated-care-board'], areas: ['E06000999'] }),
    agency('waymark-hub', 'hub', { areas: [] }),
  ],
  [{ role: 'data-protection-officer', agreementId: 'dsa-dpo' }],
)

const involved = (agencyId: string, kind: Involvement['kind'], untilMs?: number): Involvement => ({
  ...{ agencyId, kind, sinceMs: nowMs - 1000 },
  ...(untilMs !== undefined && { untilMs }),
})
const facts = (more: Partial<Facts> = {}): Facts => ({
  ...{
    involvements: [],
    protection: 'none',
    isProvisional: false,
    basisVersion: 1,
    restraints: [],
    isConfirmedBySender: false,
    holdings: [],
    toldHoldings: [],
  },
  ...more,
})
const routed = (sender: string, event: PostedEvent, more: Partial<RoutedEvent> = {}): RoutedEvent => ({
  ...{
    v: 1,
    eventId: 'e',
    acceptedAt: '2026-11-20T16:00:00Z',
    agencyId: sender,
    agencyKind: 'council',
    clientId: 'c',
    seq: 1,
  },
  child: { childId: 'x', uci: '99MJ-YZXT-0T', status: 'active', identifiers: [] },
  ...{ event, ...more },
})
const found = (sender: string, type: string, known: Partial<Facts> = {}, overrides: EventOverrides = {}) =>
  candidatesFor({ event: routed(sender, eventOf(type, overrides)), facts: facts(known), directory, nowMs })
const eventOf = (type: string, { data, ...rest }: EventOverrides) =>
  anEvent(type, { ...rest, data: { requestedRecipients: [], ...data } })
const names = (candidates: readonly { agencyId: string }[]) => candidates.map(({ agencyId }) => agencyId).sort()

describe('whom an event might go to', () => {
  it('is the schools where the child is registered, and the police and hospitals of the responsible council', () => {
    const candidates = found('north-council', 'council.protection-plan.started', {
      involvements: [involved('larkhill', 'registered'), involved('st-brannocs', 'registered', nowMs - 1)],
    })
    expect(names(candidates)).toEqual(['larkhill', 'police', 'trust'])
    expect(candidates.every(({ isAddressed }) => isAddressed)).toBe(true)
  })

  it('is the integrated care board of the responsible council for a child in care, and that of the area it moves to', () => {
    expect(names(found('north-council', 'council.looked-after.started'))).toEqual(['north-icb', 'trust'])
    const areaCouncil = { system: 'urn:waymark:gss', value: 'E06000999' }
    const moved = (body: EventOverrides['body']) =>
      names(found('north-council', 'council.placement.moved', {}, { body: { areaCouncil: undefined, ...body } }))
    expect(moved({})).toEqual(['north-icb'])
    expect(moved({ areaCouncil })).toEqual(['north-icb', 'south-council', 'south-icb'])
  })

  it('keeps whom the sender asked for and whom it excluded, never the sender', () => {
    const sharingBasis = {
      ...anEvent('council.protection-plan.started').data.sharingBasis,
      excludedRecipients: [{ agencyId: 'police', reason: 'A relative works there.' }],
    }
    const data = { sharingBasis, requestedRecipients: ['south-council', 'north-council'] }
    const candidates = found('north-council', 'council.protection-plan.started', {}, { data })
    expect(names(candidates)).toEqual(['police', 'south-council', 'trust'])
    expect(candidates.find(({ agencyId }) => agencyId === 'police')).toMatchObject({ isExcluded: true })
    expect(candidates.find(({ agencyId }) => agencyId === 'south-council')).toMatchObject({
      ...{ isRequested: true, isAddressed: false },
    })
  })

  it('is the previous school too when a pupil is admitted, and the council of the school', () => {
    const left = involved('larkhill', 'registered', nowMs - 1)
    expect(found('st-brannocs', 'school.pupil.admitted', { involvements: [left] })).toMatchObject([
      { agencyId: 'north-council', capacity: 'home-council' },
      { agencyId: 'larkhill', isAddressed: true },
    ])
  })

  it('is the council for an Encompass notice only where no school is known', () => {
    expect(names(found('police', 'police.domestic-abuse.notified'))).toEqual(['north-council'])
    const registered = { involvements: [involved('larkhill', 'registered')] }
    expect(names(found('police', 'police.domestic-abuse.notified', registered))).toEqual(['larkhill'])
  })

  it('is whoever was sent the original of a correction, and of an amendment also those whose copy waits', () => {
    const holdings = [
      { recipient: 'larkhill', isSent: true, isCopy: true },
      { recipient: 'police', isSent: false, isCopy: true },
    ]
    const known = { holdings, involvements: [involved('trust', 'unscheduled-care')] }
    const corrected = (kind: string) =>
      names(found('north-council', 'any.correction.issued', known, { body: { kind } }))
    expect(corrected('wrong-child')).toEqual(['larkhill'])
    expect(corrected('amended')).toEqual(['larkhill', 'police'])
  })

  it('is the opener of a handover, the data protection officer for a withdrawal, and nobody who is merely involved', () => {
    const known = {
      involvements: [involved('trust', 'unscheduled-care')],
      handover: { openedBy: 'larkhill', council: 'north-council' },
    }
    expect(names(found('st-brannocs', 'any.handover.confirmed', known))).toEqual(['larkhill'])
    expect(names(found('st-brannocs', 'any.handover.declined', known))).toEqual(['larkhill', 'north-council'])
    expect(found('larkhill', 'any.basis.withdrawn', known)).toMatchObject([
      { agencyId: 'waymark-hub', role: 'data-protection-officer' },
    ])
  })

  it('is only those the sender names where the identifier is withheld from matching', () => {
    const child = { withheld: { reason: 'MORE_DETRIMENTAL' as const } }
    const event = anEvent('council.protection-plan.started', { data: { child, requestedRecipients: ['larkhill'] } })
    const unmatched = { ...routed('north-council', event), child: undefined } as unknown as RoutedEvent
    expect(names(candidatesFor({ event: unmatched, facts: facts(), directory, nowMs }))).toEqual(['larkhill'])
  })

  it('is the guardian desk where the sender asks for the hub, since nobody reads a line that is no office', () => {
    const event = anEvent('council.protection-plan.started', { data: { requestedRecipients: ['waymark-hub'] } })
    const candidates = candidatesFor({ event: routed('north-council', event), facts: facts(), directory, nowMs })
    const hubs = candidates.filter(({ agencyId }) => agencyId === 'waymark-hub')
    expect(hubs).toMatchObject([{ role: 'guardian-desk', isRequested: true, isAddressed: false }])
  })

  it('is exactly whom the hub addresses, itself included: there its guardian desk', () => {
    const event = routed('waymark-hub', anEvent('hub.delivery.unacknowledged'), { addressed: ['waymark-hub'] })
    const known = facts({ involvements: [involved('larkhill', 'registered')] })
    expect(candidatesFor({ event, facts: known, directory, nowMs })).toMatchObject([
      { agencyId: 'waymark-hub', role: 'guardian-desk' },
    ])
  })
})
