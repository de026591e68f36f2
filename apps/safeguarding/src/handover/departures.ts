import type { Contact } from '#libs/events'
import { dayOf, type Day } from '../calendar/london.js'
import type { Agency } from '../projection/directory.js'
import { instantIn, textIn, type Facts } from '../projection/facts.js'
import type { HandoverKind } from './handover.js'

/** A child leaves somebody's care: somebody else must say that it arrived. */
export interface Depart {
  readonly do: 'depart'
  readonly kind: HandoverKind
  readonly openedBy: string
  readonly openedOn: Day
  readonly expectedReceiver: string | undefined
  /** The council near the one who opens, if no other is responsible. */
  readonly nearbyCouncil: string | undefined
  readonly contact: Contact
  readonly area: string | undefined
  /** Opened only for a child on a protection plan. */
  readonly onlyOnPlan: boolean
  /** What the event itself says of when it is due; the rule of its kind may say sooner. */
  readonly dueByMs?: number
}

/** A child arrives somewhere, in the words of an event of its own: that confirms what waits for this receiver. */
export interface Arrive {
  readonly do: 'arrive'
  readonly kind: HandoverKind
  readonly agencyId: string
  /** Also closes what waits for nobody in particular. */
  readonly closesUnaddressed: boolean
}

type Row = (facts: Facts) => readonly (Depart | Arrive)[]

/** Off-roll grounds after which nobody has to receive the pupil. */
const finalGrounds = new Set(['died', 'ceased-compulsory-school-age'])

/** Which events open handovers, and which of the receiver's own events close them (domain design §7). */
const table: Readonly<Record<string, Row>> = {
  'school.pupil.left': leaveSchool,
  'school.pupil.admitted': (facts) =>
    textIn(facts, 'enrolment') === 'main'
      ? [{ do: 'arrive', kind: 'school', agencyId: facts.posterId, closesUnaddressed: true }]
      : [],
  'council.case-transfer.requested': (facts) => [
    depart(facts, 'area', 'movedOn', facts.directory.councilOf(facts.body['toCouncil'])),
  ],
  'council.placement.moved': (facts) => [depart(facts, 'placement', 'movedOn', receiverOfPlacement(facts))],
  'nhs.gp-registration.ended': (facts) =>
    textIn(facts, 'removalCode') === 'DEA' ? [] : [depart(facts, 'gp', 'endedOn', undefined)],
  'nhs.gp-registration.changed': (facts) => [
    { do: 'arrive', kind: 'gp', agencyId: practiceOf(facts), closesUnaddressed: true },
  ],
  'police.missing-episode.ended': (facts) => [
    {
      ...depart(facts, 'return-interview', 'endedAt', undefined),
      dueByMs: instantIn(facts, 'returnInterviewDueAt'),
    },
  ],
  'housing.temporary-accommodation.placed': (facts) => [
    depart(facts, 'temporary-accommodation', 'placedOn', facts.directory.councilOf(facts.body['toCouncil'])),
  ],
  'housing.temporary-accommodation.ended': (facts) =>
    facts.body['toCouncil'] === undefined
      ? []
      : [depart(facts, 'temporary-accommodation', 'endedOn', facts.directory.councilOf(facts.body['toCouncil']))],
}

/** The handovers an event opens, and those its poster thereby receives. */
export function departuresOf(facts: Facts): readonly (Depart | Arrive)[] {
  return Object.hasOwn(table, facts.type) ? (table[facts.type]?.(facts) ?? []) : []
}

function depart(facts: Facts, kind: HandoverKind, on: string, receiver: Agency | undefined): Depart {
  return {
    do: 'depart',
    kind,
    openedBy: facts.posterId,
    openedOn: dayOf(instantIn(facts, on)),
    expectedReceiver: receiver?.id,
    nearbyCouncil: facts.directory.councilNear(facts.poster)?.id,
    contact: facts.contact,
    area: facts.poster?.areas[0],
    onlyOnPlan: false,
  }
}

/** A named school must say so itself; home education and moves abroad are the council's to confirm. */
function leaveSchool(facts: Facts): readonly Depart[] {
  if (finalGrounds.has(textIn(facts, 'ground') ?? '')) return []
  const school = facts.directory.byOrganisation(facts.body['destinationSchool'])
  const council = facts.directory.councilNear(facts.poster)
  const isToSchool = textIn(facts, 'destination') === 'school'
  const left = depart(facts, 'school', 'offRollOn', isToSchool ? school : council)
  const file = { ...depart(facts, 'protection-file', 'offRollOn', isToSchool ? school : undefined), onlyOnPlan: true }
  return [left, file]
}

function receiverOfPlacement(facts: Facts): Agency | undefined {
  const area = facts.directory.councilOf(facts.body['areaCouncil'])
  return facts.body['outOfArea'] === true ? area : facts.poster
}

/** The practice where it is one of ours; else whoever told us of it. */
function practiceOf(facts: Facts): string {
  return facts.directory.byOrganisation(facts.body['practice'])?.id ?? facts.posterId
}
