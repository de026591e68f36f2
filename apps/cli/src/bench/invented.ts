import { randomUUID } from 'node:crypto'
import { parseNhsNumber, parseUpn } from '#libs/identifiers'
import { seeded } from './statistics.js'

/** An invented child, as every agency of a run describes it. */
export interface Child {
  readonly nhsNumber: string
  readonly upn: string
  readonly particulars: Readonly<Record<string, unknown>>
}

const syllables = [
  'ba',
  'den',
  'fo',
  'gri',
  'hal',
  'ke',
  'lom',
  'mi',
  'nor',
  'pu',
  'ros',
  'shu',
  'ta',
  'vel',
  'wy',
  'zan',
]
const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/** Invented children; the same seed and number give the same child. */
export function inventChildren(seed: number, count: number): readonly Child[] {
  const random = seeded(seed)
  const pick = (many: number) => Math.floor(random() * many)
  const name = () => {
    const text = Array.from({ length: 3 }, () => syllables[pick(syllables.length)] ?? '').join('')
    return text.charAt(0).toUpperCase() + text.slice(1)
  }
  const first = pick(500_000)
  return Array.from({ length: count }, (_, n) => {
    const letter = () => letters[pick(letters.length)] ?? 'A'
    const postcode = `NB${String(pick(90) + 1)} ${String(pick(9) + 1)}${letter()}${letter()}`
    const particulars = {
      names: [{ use: 'legal', given: name(), family: name() }],
      bornOn: new Date(Date.UTC(2010, 0, 1) + pick(4_000) * 86_400_000).toISOString().slice(0, 10),
      sex: random() < 0.5 ? 'female' : 'male',
      addresses: [{ lines: [`${String(pick(200) + 1)} Invented Row`], postcode }],
      parents: [{ role: 'mother', given: name(), family: name() }],
    }
    return { nhsNumber: nhsNumberFrom(first + n * 2), upn: upnFrom(first + n), particulars }
  })
}

/** A number of the range set aside for tests; every other serial has a check digit, or the next one does. */
function nhsNumberFrom(serial: number): string {
  for (const at of [serial, serial + 1]) {
    const nine = `999${String(at % 1_000_000).padStart(6, '0')}`
    const digit = Array.from('0123456789').find((last) => parseNhsNumber(nine + last) !== undefined)
    if (digit !== undefined) return nine + digit
  }
  throw new Error('Two test numbers in a row have no check digit')
}

function upnFrom(serial: number): string {
  const rest = `9999${String(serial % 100_000_000).padStart(8, '0')}`
  const letter = Array.from(letters).find((first) => parseUpn(first + rest) !== undefined)
  if (letter === undefined) throw new Error('Every twelve digits have one check letter')
  return letter + rest
}

const basis = {
  purpose: 'safeguard-child',
  gateways: ['CA2004-16LA'],
  article6: 'A6C',
  article9: 'A9G',
  dpaSchedule1: 'P18',
  regime: 'PART2',
  detriment: { considered: true, outcome: 'not-more-detrimental', reason: 'An invented reason of usual length.' },
  necessity: 'Dates and whom to phone; no narrative.',
  familyInformed: { state: 'yes', who: ['mother'] },
  practitioner: { role: 'lead-social-worker', ref: 'bench-1' },
}

/** Kinds of events the benchmark posts: who posts them, and what they say. */
const kinds = {
  admitted: {
    type: 'school.pupil.admitted',
    agency: 'larkhill-primary',
    basis: { purpose: 'education-continuity', gateways: ['PUPIL-REG'], article6: 'A6E' },
    body: { school: { system: 'urn:waymark:gias-urn', value: '999901' }, onRollOn: '2026-09-01', enrolment: 'main' },
  },
  admittedElsewhere: {
    type: 'school.pupil.admitted',
    agency: 'st-brannocs-primary',
    basis: { purpose: 'education-continuity', gateways: ['PUPIL-REG'], article6: 'A6E' },
    body: {
      school: { system: 'urn:waymark:gias-urn', value: '999902' },
      onRollOn: '2026-09-01',
      enrolment: 'subsidiary',
    },
  },
  attendance: {
    type: 'school.attendance.concern-raised',
    agency: 'larkhill-primary',
    basis: {},
    body: { sinceOn: '2026-10-01', sessionsMissed: 23, sessionsPossible: 70, pattern: 'declining' },
  },
  plan: {
    type: 'council.protection-plan.started',
    agency: 'northbridge-council',
    basis: {},
    body: {
      startedOn: '2026-11-02',
      categoryCode: 'NEG',
      contact: {
        role: 'lead-social-worker',
        name: 'Sam Okoro',
        phone: '01632 960111',
        outOfHoursPhone: '01632 960118',
      },
    },
  },
} as const
export type EventKind = keyof typeof kinds

/** Who posts events of a kind. */
export function posterOf(kind: EventKind): string {
  return kinds[kind].agency
}

/** A whole event about a child, under an id of its own. */
export function eventAbout(child: Child, kind: EventKind): object {
  const { type, agency, body, basis: own } = kinds[kind]
  const full = `uk.waymark.${type}.v1`
  const now = new Date().toISOString()
  const identifiers = [
    { system: 'https://fhir.nhs.uk/Id/nhs-number', value: child.nhsNumber },
    { system: 'urn:waymark:upn', value: child.upn },
  ]
  return {
    specversion: '1.0',
    id: `bench-${randomUUID()}`,
    source: `urn:waymark:agency:${agency}`,
    type: full,
    time: now,
    dataschema: `https://waymark.example/schemas/events/${full}.json`,
    data: {
      occurredAt: now,
      urgency: 'U2',
      child: { recordId: `bench-${child.nhsNumber}`, identifiers, demographics: child.particulars },
      sharingBasis: { ...basis, ...own },
      body,
    },
  }
}
