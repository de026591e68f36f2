import type { Contact } from '#libs/events'
import type { InvolvementKind } from '#libs/policy'
import { addDays, dayOf, startOf } from '../calendar/london.js'
import type { Agency } from '../projection/directory.js'
import { contactOf, instantIn, type Facts } from '../projection/facts.js'

/** An agency begins to work with the child. */
export interface OpenInvolvement {
  readonly do: 'open-involvement'
  readonly agencyId: string
  readonly kind: InvolvementKind
  /** What it rests on: a council may be responsible for a plan and for care at once, and end the one only. */
  readonly cause: string
  readonly role: string
  readonly contact: Contact
  readonly sinceMs: number
  /** When it ends by itself. */
  readonly expiresMs?: number
}

/** Agencies cease to work with the child; every involvement of that cause, of one agency or of all but one. */
export interface CloseInvolvements {
  readonly do: 'close-involvements'
  readonly cause: string
  readonly agencyId?: string
  readonly exceptAgencyId?: string
  readonly atMs: number
}

type Change = OpenInvolvement | CloseInvolvements
type Opening = (facts: Facts) => readonly Change[]

interface Start {
  readonly kind: InvolvementKind
  readonly cause: string
  readonly role: string
  readonly sinceMs: number
  readonly expiresMs?: number
}

const dayMs = 86_400_000
const enquiryWorkingDays = 45
const emergencyDays = 90
const healthVisitingYears = 5

/** Which events open and close which involvements (exchange design §9). Posting alone makes none. */
const openings: Readonly<Record<string, Opening>> = {
  'school.pupil.admitted': (facts) => [own(facts, { ...registered, sinceMs: instantIn(facts, 'onRollOn') })],
  'school.pupil.left': (facts) => [end(facts, registered.cause, 'offRollOn')],
  'council.protection-plan.started': (facts) => [own(facts, responsible(facts, 'protection-plan', 'startedOn'))],
  'council.protection-plan.ended': (facts) => [end(facts, 'protection-plan', 'endedOn')],
  'council.looked-after.started': (facts) => [own(facts, responsible(facts, 'looked-after', 'startedOn'))],
  'council.looked-after.ended': (facts) => [end(facts, 'looked-after', 'endedOn')],
  'council.enquiry.started': (facts) => [
    own(facts, { ...responsible(facts, 'enquiry', 'startedOn'), expiresMs: endOfEnquiry(facts) }),
  ],
  'nhs.gp-registration.changed': changePractice,
  'nhs.gp-registration.ended': (facts) => [
    { do: 'close-involvements', cause: 'gp-registration', atMs: instantIn(facts, 'endedOn') },
  ],
  'nhs.birth.notified': openHealthVisiting,
  'nhs.emergency-attendance.recorded': (facts) => [own(facts, emergency(facts))],
  'housing.temporary-accommodation.placed': placeFamily,
  'housing.temporary-accommodation.ended': (facts) => [
    { do: 'close-involvements', cause: 'temporary-accommodation', atMs: instantIn(facts, 'endedOn') },
  ],
}

const registered = { kind: 'registered', cause: 'registration', role: 'designated-safeguarding-lead' } as const

/** What an event opens and closes; nothing for most. */
export function involvementsOf(facts: Facts): readonly Change[] {
  return Object.hasOwn(openings, facts.type) ? (openings[facts.type]?.(facts) ?? []) : []
}

/** The last moment of the enquiry that an event started, if nobody says it is over. */
export function endOfEnquiry(facts: Facts): number {
  const from = dayOf(instantIn(facts, 'startedOn'))
  return startOf(addDays(facts.calendar.after(from, enquiryWorkingDays, 'working-days', facts.poster?.areas[0]), 1))
}

function responsible(facts: Facts, cause: string, since: string): Start {
  return { kind: 'responsible', cause, role: 'lead-social-worker', sinceMs: instantIn(facts, since) }
}

function emergency(facts: Facts): Start {
  const sinceMs = instantIn(facts, 'attendedAt')
  const expiresMs = sinceMs + emergencyDays * dayMs
  return { kind: 'unscheduled-care', cause: 'emergency-attendance', role: 'emergency-clinician', sinceMs, expiresMs }
}

function own(facts: Facts, start: Start): OpenInvolvement {
  return {
    do: 'open-involvement',
    agencyId: facts.posterId,
    contact: contactOf(facts.contact, facts.poster, start.role),
    ...start,
  }
}

function other(agency: Agency, start: Start): OpenInvolvement {
  return { do: 'open-involvement', agencyId: agency.id, contact: contactOf(undefined, agency, start.role), ...start }
}

function end(facts: Facts, cause: string, field: string): CloseInvolvements {
  return { do: 'close-involvements', cause, agencyId: facts.posterId, atMs: instantIn(facts, field) }
}

function changePractice(facts: Facts): readonly Change[] {
  const practice = facts.directory.byOrganisation(facts.body['practice'])
  const sinceMs = instantIn(facts, 'registeredOn')
  const cause = 'gp-registration'
  const others = {
    do: 'close-involvements',
    cause,
    atMs: sinceMs,
    ...(practice && { exceptAgencyId: practice.id }),
  } as const
  return practice ? [others, other(practice, { kind: 'gp', cause, role: 'gp', sinceMs })] : [others]
}

function openHealthVisiting(facts: Facts): readonly Change[] {
  const service = facts.directory.healthVisitorsNear(facts.poster)
  if (!service) return []
  const sinceMs = instantIn(facts, 'bornOn')
  const [year = '', ...rest] = dayOf(sinceMs).split('-')
  const fifth = [String(Number(year) + healthVisitingYears), ...rest].join('-').replace('-02-29', '-03-01')
  return [
    other(service, {
      kind: 'health-visiting',
      cause: 'birth',
      role: 'health-visitor',
      sinceMs,
      expiresMs: startOf(fifth),
    }),
  ]
}

function placeFamily(facts: Facts): readonly Change[] {
  const sinceMs = instantIn(facts, 'placedOn')
  const cause = 'temporary-accommodation'
  const receiving = facts.directory.councilOf(facts.body['toCouncil'])
  const placing = own(facts, { kind: 'placing', cause, role: 'housing-officer', sinceMs })
  return receiving
    ? [placing, other(receiving, { kind: 'receiving', cause, role: 'duty-social-worker', sinceMs })]
    : [placing]
}
