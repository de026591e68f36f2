import { describe, expect, it } from '@jest/globals'
import { readFileSync, readdirSync } from 'node:fs'
import { fullType, type PostedEvent, type RoutedEvent } from '#libs/events'
import { Calendar } from '../calendar/calendar.js'
import { Directory, type Agency } from './directory.js'
import { effectsOf } from './effects.js'
import { contactOf, factsOf } from './facts.js'

const agency = (id: string, kind: Agency['kind'], more: Partial<Agency> = {}): Agency => ({
  id,
  kind,
  services: [],
  organisation: { system: 'urn:waymark:agency', value: id },
  areas: ['E06000998'],
  phone: '01632 960110',
  outOfHoursPhone: '01632 960118',
  ...more,
})
const gias = (value: string) => ({ system: 'urn:waymark:gias-urn', value })
const gss = (value: string) => ({ system: 'urn:waymark:gss', value })
const ods = (value: string) => ({ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value })
const directory = new Directory([
  agency('larkhill-primary', 'school', { organisation: gias('999901') }),
  agency('st-brannocs-primary', 'school', { organisation: gias('999902'), areas: ['E06000999'] }),
  agency('northbridge-council', 'council', { organisation: gss('E06000998') }),
  agency('tidewell-council', 'council', { organisation: gss('E06000999'), areas: ['E06000999'] }),
  agency('northbridge-housing', 'housing'),
  agency('northbridge-hospitals', 'nhs', {
    organisation: ods('RZZ'),
    services: ['unscheduled-care', 'health-visiting'],
  }),
  agency('abbey-practice', 'nhs', { organisation: ods('Y99999'), services: ['gp'] }),
  agency('vale-police', 'police'),
])
const posters: Readonly<Record<string, string>> = {
  council: 'northbridge-council',
  school: 'larkhill-primary',
  nhs: 'northbridge-hospitals',
  police: 'vale-police',
  housing: 'northbridge-housing',
  any: 'st-brannocs-primary',
}

function effects(type: string, body: Record<string, unknown>, agencyId = posters[type.split('.')[0] ?? ''] ?? '') {
  const data = { occurredAt: '2026-11-20T14:30:00Z', urgency: 'U2', child: {}, sharingBasis: {}, body }
  const event = { type: fullType(type), data } as unknown as PostedEvent
  return effectsOf(factsOf({ event, agencyId } as RoutedEvent, directory, new Calendar([])))
}
const told = (list: readonly object[]) =>
  list.map((effect) => {
    const { do: what, kind, cause, agencyId, owner, expectedReceiver } = effect as Record<string, string | undefined>
    return [what, kind ?? cause, agencyId ?? owner ?? expectedReceiver].filter((word) => word !== undefined).join(' ')
  })
const ms = (iso: string) => Date.parse(iso)

describe('what an event changes', () => {
  it('follows the table of involvements, flags and departures', () => {
    const contact = { role: 'lead-social-worker', phone: '01632 960001' }
    const rows: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
      [
        'school.pupil.admitted',
        { onRollOn: '2026-09-02', enrolment: 'main' },
        ['open-involvement registered larkhill-primary', 'arrive school larkhill-primary'],
      ],
      [
        'school.pupil.admitted',
        { onRollOn: '2026-09-02', enrolment: 'subsidiary' },
        ['open-involvement registered larkhill-primary'],
      ],
      [
        'council.protection-plan.started',
        { startedOn: '2026-11-20', contact },
        ['open-involvement responsible northbridge-council', 'raise-flag PROTECTION_PLAN northbridge-council'],
      ],
      [
        'council.protection-plan.ended',
        { endedOn: '2026-12-20' },
        ['close-involvements protection-plan northbridge-council', 'lower-flag PROTECTION_PLAN northbridge-council'],
      ],
      [
        'council.looked-after.started',
        { startedOn: '2026-11-20', contact },
        ['open-involvement responsible northbridge-council', 'raise-flag LOOKED_AFTER northbridge-council'],
      ],
      [
        'council.enquiry.started',
        { startedOn: '2026-11-20', contact },
        ['open-involvement responsible northbridge-council', 'raise-flag ENQUIRY northbridge-council'],
      ],
      [
        'nhs.gp-registration.changed',
        { practice: ods('Y99999'), registeredOn: '2026-11-20' },
        ['close-involvements gp-registration', 'open-involvement gp abbey-practice', 'arrive gp abbey-practice'],
      ],
      [
        'nhs.gp-registration.ended',
        { endedOn: '2026-11-20', removalCode: 'EMB' },
        ['close-involvements gp-registration', 'depart gp'],
      ],
      [
        'nhs.gp-registration.ended',
        { endedOn: '2026-11-20', removalCode: 'DEA' },
        ['close-involvements gp-registration'],
      ],
      ['nhs.birth.notified', { bornOn: '2026-11-20' }, ['open-involvement health-visiting northbridge-hospitals']],
      [
        'nhs.emergency-attendance.recorded',
        { attendedAt: '2026-11-20T09:00:00Z' },
        ['open-involvement unscheduled-care northbridge-hospitals'],
      ],
      [
        'police.missing-episode.reported',
        { sinceAt: '2026-11-20T21:00:00Z', contact },
        ['raise-flag MISSING vale-police'],
      ],
      [
        'police.missing-episode.ended',
        { endedAt: '2026-11-21T02:00:00Z', returnInterviewDueAt: '2026-11-24T02:00:00Z' },
        ['lower-flag MISSING vale-police', 'depart return-interview'],
      ],
      ['police.domestic-abuse.notified', { incidentAt: '2026-11-20T21:00:00Z' }, []],
      [
        'housing.temporary-accommodation.placed',
        { placedOn: '2026-11-20', toCouncil: gss('E06000999') },
        [
          'open-involvement placing northbridge-housing',
          'open-involvement receiving tidewell-council',
          'raise-flag TEMPORARY_ACCOMMODATION northbridge-housing',
          'depart temporary-accommodation tidewell-council',
        ],
      ],
      [
        'council.case-transfer.requested',
        { movedOn: '2026-11-20', toCouncil: gss('E06000999'), contact },
        ['depart area tidewell-council'],
      ],
      [
        'council.placement.moved',
        { movedOn: '2026-11-20', outOfArea: true, areaCouncil: gss('E06000999') },
        ['depart placement tidewell-council'],
      ],
      [
        'council.placement.moved',
        { movedOn: '2026-11-20', outOfArea: false },
        ['depart placement northbridge-council'],
      ],
      ['any.correction.issued', { correctsEventId: 'e', kind: 'amended' }, []],
      ['any.correction.issued', { correctsEventId: 'e', kind: 'wrong-child' }, ['retract st-brannocs-primary']],
      ['any.handover.confirmed', { handoverId: 'h' }, ['confirm st-brannocs-primary']],
      ['any.handover.declined', { handoverId: 'h', reason: 'not-arrived' }, ['decline st-brannocs-primary']],
    ]
    for (const [type, body, expected] of rows) expect([type, told(effects(type, body))]).toEqual([type, expected])
  })

  it('knows an id that is written in capitals', () => {
    const id = '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4b'
    const [handoverId, correctsEventId] = [id.toUpperCase(), id.toUpperCase()]
    expect(effects('any.handover.confirmed', { handoverId })).toMatchObject([{ handoverId: id }])
    expect(effects('any.correction.issued', { correctsEventId, kind: 'retracted' })).toMatchObject([{ eventId: id }])
  })

  it('waits for the school that is named, for the council where none is, for nobody after a death', () => {
    const left = (body: Record<string, unknown>) =>
      effects('school.pupil.left', {
        offRollOn: '2026-11-20',
        lastAttendedOn: '2026-11-19',
        ground: 'moved-away',
        ...body,
      })
    const named = left({ destination: 'school', destinationSchool: gias('999902') })
    expect(told(named)).toEqual([
      'close-involvements registration larkhill-primary',
      'depart school st-brannocs-primary',
      'depart protection-file st-brannocs-primary',
    ])
    expect(named[2]).toMatchObject({ onlyOnPlan: true, openedOn: '2026-11-20', nearbyCouncil: 'northbridge-council' })
    expect(told(left({ destination: 'home-education' }))[1]).toBe('depart school northbridge-council')
    expect(told(left({ destination: 'unknown' }))[1]).toBe('depart school northbridge-council')
    expect(told(left({ destination: 'school', destinationSchool: gias('123456') }))[1]).toBe('depart school')
    expect(told(left({ destination: 'unknown', ground: 'died' }))).toHaveLength(1)
  })

  it('counts days from their first moment in England, and ends by itself what nobody ends', () => {
    const [attendance] = effects('nhs.emergency-attendance.recorded', { attendedAt: '2026-11-20T09:00:00Z' })
    expect(attendance).toMatchObject({ sinceMs: ms('2026-11-20T09:00:00Z'), expiresMs: ms('2027-02-18T09:00:00Z') })
    const [birth] = effects('nhs.birth.notified', { bornOn: '2028-02-29' })
    expect(birth).toMatchObject({ sinceMs: ms('2028-02-29T00:00:00Z'), expiresMs: ms('2033-03-01T00:00:00Z') })
    const [, flag] = effects('council.enquiry.started', { startedOn: '2026-06-01' })
    expect(flag).toMatchObject({ sinceMs: ms('2026-05-31T23:00:00Z'), expiresMs: ms('2026-08-03T23:00:00Z') })
  })

  it('always has somebody to phone, at night too', () => {
    const council = directory.byId('northbridge-council')
    expect(contactOf({ role: 'duty-social-worker', phone: '01632 960002' }, council)).toEqual({
      role: 'duty-social-worker',
      phone: '01632 960002',
      outOfHoursPhone: '01632 960118',
    })
    expect(contactOf(undefined, council)).toMatchObject({ role: 'lead-social-worker', phone: '01632 960110' })
  })

  it('is defined for every type of the catalogue, whatever its optional fields', () => {
    const folder = 'schemas/events/golden'
    for (const type of readdirSync(folder).filter((name) => !name.startsWith('hub.'))) {
      for (const file of readdirSync(`${folder}/${type}`)) {
        const event = JSON.parse(readFileSync(`${folder}/${type}/${file}`, 'utf8')) as PostedEvent
        const { body } = event.data
        const first = Object.fromEntries(Object.entries(body).slice(0, 1))
        expect(() => [effects(type, body), effects(type, first), effects(type, {}, 'unknown-agency')]).not.toThrow()
      }
    }
  })
})
