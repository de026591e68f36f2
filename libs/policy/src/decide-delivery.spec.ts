import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { eventTypes as catalogue } from '#libs/events'
import { decideDelivery, fieldGroups, involvementKinds, loadPolicies, policiesIn } from './index.js'
import type { DeliveryQuestion, FieldGroup, InvolvementKind } from './index.js'

const set = loadPolicies(policiesIn('schemas/policy'))
const nowMs = Date.parse('2026-11-20T16:20:00Z')
const day = 86_400_000

/** A school that has the child on its roll and an agreement for everything; the council started a plan. */
function aQuestion(overrides: Partial<DeliveryQuestion> = {}): DeliveryQuestion {
  return {
    recipient: { id: 'larkhill-primary', kind: 'school', services: ['primary'], status: 'active' },
    eventType: 'council.protection-plan.started',
    sensitivity: 'none',
    urgency: 'U1',
    basis: {
      purpose: 'safeguard-child',
      gateways: ['CA2004-16LA'],
      article6: 'A6C',
      article9: 'A9G',
      detriment: 'not-more-detrimental',
    },
    isAgreementBased: false,
    objections: [],
    agreement: { id: 'dsa-larkhill-primary', version: 1, inForce: true, fieldGroups },
    involvements: [{ kind: 'registered', sinceMs: nowMs - day }],
    addressed: false,
    requested: false,
    excluded: false,
    protection: 'none',
    provisional: false,
    nowMs,
    ...overrides,
  }
}

function without(question: DeliveryQuestion): Omit<DeliveryQuestion, 'agreement'> {
  return Object.fromEntries(Object.entries(question).filter(([name]) => name !== 'agreement')) as typeof question
}

// The oracle: domain §1, §5 and §6 once more, from the text and not from the policies.

const plan = ['council.protection-plan.started', 'council.protection-plan.ended']
const enquiry = ['council.enquiry.started']
const care = ['council.looked-after.started', 'council.looked-after.ended']
const missing = ['police.missing-episode.reported', 'police.missing-episode.ended']
const temporary = ['housing.temporary-accommodation.placed', 'housing.temporary-accommodation.ended']
const practice = ['nhs.gp-registration.changed', 'nhs.gp-registration.ended']
const pupil = ['school.pupil.admitted', 'school.pupil.left']
const attendance = ['nhs.emergency-attendance.recorded']
const encompass = 'police.domestic-abuse.notified'
const placement = 'council.placement.moved'
const birth = 'nhs.birth.notified'
const transfer = 'council.case-transfer.requested'
const absence = 'school.attendance.concern-raised'
/** For whoever its own rule names, and nobody else: not by request, and not for being involved. */
const forNamedOnly = ['council.referral.decided', 'any.sharing.declined', 'any.objection.recorded']
const eventTypes = [...catalogue.values()]
  .map(({ shortType }) => shortType)
  .filter((type) => !type.startsWith('hub.copy.'))

type Relation = InvolvementKind | 'addressed' | 'requested'
interface Row {
  readonly of: string
  readonly by: Relation
  readonly groups: string
  readonly types?: readonly string[]
  readonly if?: (question: DeliveryQuestion) => boolean
}
const forLead = [...plan, ...enquiry, ...care, placement, encompass, ...missing, ...temporary]
const forPractice = [...plan, ...enquiry, ...care, placement, ...attendance, ...temporary]
const forVisitors = [...plan, ...enquiry, birth, ...attendance, ...practice, ...temporary]
const forUrgentCare = [...plan, ...enquiry, ...care]
const forCareBoard = [...care, placement]
const forCouncil = [...care, placement, transfer, ...pupil, absence, birth, ...practice, ...attendance, encompass]
forCouncil.push(...missing, ...temporary)
const isCareBoard = ({ recipient }: DeliveryQuestion) => recipient.services.includes('integrated-care-board')
const rows: readonly Row[] = [
  { of: 'council', by: 'responsible', groups: 'core s r l p n' },
  {
    of: 'council',
    by: 'receiving',
    groups: 'core s',
    types: [...temporary, transfer],
  },
  { of: 'council', by: 'addressed', groups: 'core s' },
  { of: 'council', by: 'addressed', groups: 'l', types: pupil, if: (q) => q.capacity === 'home-council' },
  {
    ...{ of: 'council', by: 'addressed', groups: 'p', types: pupil },
    if: (q) => q.capacity === 'home-council' && q.protection === 'none',
  },
  { of: 'council', by: 'addressed', groups: 'l', types: temporary, if: (q) => q.capacity === 'receiving-council' },
  { of: 'council', by: 'receiving', groups: 'l', types: temporary },
  { of: 'council', by: 'requested', groups: 'core s', types: forCouncil },
  { of: 'school', by: 'registered', groups: 'core s', types: forLead },
  { of: 'school', by: 'registered', groups: 'n', types: [encompass], if: (q) => q.protection === 'none' },
  { of: 'school', by: 'registered', groups: 'l', types: [encompass], if: (q) => q.posterProfile === 'full' },
  { of: 'school', by: 'registered', groups: 'l', types: [placement] },
  { of: 'school', by: 'addressed', groups: 'core s' },
  { of: 'school', by: 'requested', groups: 'core s', types: forLead },
  { of: 'nhs', by: 'gp', groups: 'core s r', types: forPractice },
  { of: 'nhs', by: 'health-visiting', groups: 'core s r', types: forVisitors },
  { of: 'nhs', by: 'unscheduled-care', groups: 'core s', types: forUrgentCare },
  { of: 'nhs', by: 'gp', groups: 'l', types: [placement] },
  { of: 'nhs', by: 'health-visiting', groups: 'l', types: practice },
  { of: 'nhs', by: 'addressed', groups: 'core s' },
  { of: 'nhs', by: 'addressed', groups: 'core s r', types: forCareBoard, if: isCareBoard },
  { of: 'nhs', by: 'addressed', groups: 'l', types: [placement], if: isCareBoard },
  { of: 'nhs', by: 'requested', groups: 'core s', types: [...forPractice, ...forVisitors, ...forUrgentCare] },
  { of: 'police', by: 'addressed', groups: 'core s' },
  { of: 'police', by: 'requested', groups: 'core s', types: [...plan, ...enquiry, ...missing] },
  ...(['addressed', 'requested'] as const).flatMap((by): readonly Row[] => [
    { of: 'police', by, groups: 'r', types: [...enquiry, ...missing] },
    { of: 'police', by, groups: 'l', types: missing },
  ]),
  { of: 'housing', by: 'addressed', groups: 'core' },
  { of: 'hub', by: 'addressed', groups: 'core' },
  ...['council', 'school', 'nhs', 'police', 'housing', 'hub'].map((of): Row => ({
    of,
    by: 'requested',
    groups: 'core',
  })),
]

function isOpen(kind: InvolvementKind, { involvements }: DeliveryQuestion): boolean {
  return involvements.some(
    (span) => span.kind === kind && span.sinceMs <= nowMs && (span.untilMs === undefined || span.untilMs > nowMs),
  )
}

function isRelated({ by }: Row, question: DeliveryQuestion): boolean {
  return by === 'addressed' || by === 'requested' ? question[by] : isOpen(by, question)
}

function isAbout(row: Row, question: DeliveryQuestion): boolean {
  return (row.types?.includes(question.eventType) ?? true) && (row.if?.(question) ?? true)
}

function tableOpens(group: FieldGroup, question: DeliveryQuestion): boolean {
  return rows.some(
    (row) =>
      row.of === question.recipient.kind &&
      row.groups.split(' ').includes(group) &&
      isAbout(row, question) &&
      isRelated(row, question),
  )
}

/** Who hears of decisions not to share hears of them whatever stands against sharing. */
const isOfficer = ({ recipient }: DeliveryQuestion) => recipient.role === 'data-protection-officer'

const stops: readonly ((question: DeliveryQuestion) => boolean)[] = [
  (q) => q.protection === 'existence-hidden' || q.sensitivity === 'sealed',
  (q) => q.recipient.status !== 'active',
  (q) => forNamedOnly.includes(q.eventType) && !q.addressed,
  (q) => q.excluded || q.basis.isWithdrawn === true,
  (q) => q.declined === true && !isOfficer(q),
  (q) => (q.basis.validFromMs ?? 0) > nowMs || (q.basis.validUntilMs ?? Infinity) <= nowMs,
  (q) => q.basis.detriment === 'more-detrimental' && q.basis.gateways.includes('CA2004-16LA') && !isOfficer(q),
  (q) => q.isAgreementBased && q.basis.serviceAgreement !== 'agreed',
  (q) => q.basis.article6 === 'A6A' && q.basis.dataProtectionConsent !== 'given',
  (q) => q.objections.includes('upheld') && !isOfficer(q),
  (q) => q.identifierWithheld === true && !q.requested,
  (q) => !q.agreement?.inForce || (q.agreement.validUntilMs ?? Infinity) <= nowMs,
]

function oracle(question: DeliveryQuestion): { outcome: string; fieldGroups: readonly string[] } {
  const hidesPlace = question.protection !== 'none' || question.sensitivity !== 'none'
  const open = fieldGroups.filter(
    (group) =>
      tableOpens(group, question) &&
      question.agreement?.fieldGroups.includes(group) === true &&
      !(group === 'l' && hidesPlace),
  )
  if (stops.some((stop) => stop(question)) || !open.includes('core')) return { outcome: 'DENY', fieldGroups: [] }
  const doubt = question.basis.detriment !== 'not-more-detrimental' || question.objections.includes('pending')
  return doubt && !question.reviewed && !isOfficer(question)
    ? { outcome: 'REVIEW', fieldGroups: [] }
    : { outcome: 'PERMIT', fieldGroups: open }
}

const rarely = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(usual, ...others) })
const instant = fc.option(fc.constantFrom(nowMs - day, nowMs, nowMs + 1, nowMs + day), { nil: undefined })
const aSpan = fc
  .record({
    kind: fc.constantFrom(...involvementKinds),
    sinceMs: fc.constantFrom(nowMs - 9 * day, nowMs, nowMs + 1),
    untilMs: instant,
  })
  .map(({ untilMs, ...span }) => ({ ...span, ...(untilMs === undefined ? {} : { untilMs }) }))
const anyBasis = fc
  .record({
    purpose: fc.constant('safeguard-child'),
    gateways: fc.constantFrom(['CA2004-16LA'], ['CA1989-47'], ['CA2004-16LA', 'PUPIL-REG']),
    article6: rarely('A6C', 'A6E', 'A6A'),
    detriment: rarely('not-more-detrimental', 'more-detrimental', 'unclear'),
    serviceAgreement: rarely('agreed', 'refused', 'withdrawn', 'not-asked', 'not-applicable'),
    dataProtectionConsent: rarely('not-relied-on', 'given', 'refused', 'withdrawn'),
    isWithdrawn: rarely(false, true),
    validFromMs: rarely(nowMs - day, nowMs + 1),
    validUntilMs: rarely(nowMs + day, nowMs),
  })
  .map((basis) => basis as DeliveryQuestion['basis'])
const anyQuestion = fc
  .record({
    kind: fc.constantFrom('council', 'school', 'nhs', 'police', 'housing', 'hub'),
    services: fc.constantFrom([], ['integrated-care-board']),
    status: rarely('active', 'suspended'),
    eventType: fc.constantFrom(...eventTypes),
    sensitivity: rarely('none', 'protected-location', 'sealed', 'victim-safety'),
    basis: anyBasis,
    isAgreementBased: fc.boolean(),
    objections: rarely([], ['pending'], ['upheld'], ['refused'], ['pending', 'refused']),
    agreed: rarely('all', 'none', 'ended', 'core'),
    involvements: fc.array(aSpan, { maxLength: 3 }),
    addressed: fc.boolean(),
    capacity: fc.constantFrom('home-council', 'receiving-council', 'area-council'),
    requested: rarely(false, true),
    excluded: rarely(false, true),
    declined: rarely(false, true),
    identifierWithheld: rarely(false, true),
    posterProfile: fc.constantFrom('full', 'minimal'),
    protection: rarely('none', 'location-hidden', 'existence-hidden'),
    reviewed: rarely(false, true),
  })
  .map(({ kind, services, status, agreed, ...rest }) => {
    const groups = agreed === 'core' ? ['core'] : [...fieldGroups]
    const agreement = { id: 'dsa', version: 1, inForce: agreed !== 'ended', fieldGroups: groups }
    const base = without(aQuestion())
    const role = kind === 'hub' ? { role: 'data-protection-officer' } : {}
    const recipient = { id: 'a-recipient', kind, services, status, ...role }
    return { ...base, ...rest, recipient, ...(agreed === 'none' ? {} : { agreement }) } as unknown as DeliveryQuestion
  })

describe('a delivery', () => {
  it('is decided as the text of the law and of the field table says, whatever the inputs', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { outcome, fieldGroups: groups } = decideDelivery(set, question)
        expect({ outcome, fieldGroups: groups }).toEqual(oracle(question))
      }),
      { numRuns: 250 },
    )
  })

  it('names its rule always, and the reason by a code where a rule forbids', () => {
    const reasonFor = (overrides: Partial<DeliveryQuestion>): unknown => {
      const { outcome, ruleId, reasons } = decideDelivery(set, aQuestion(overrides))
      return [outcome, ruleId, reasons[0]]
    }
    const withoutAgreement = without(aQuestion({ requested: true }))
    const housing = { id: 'northbridge-housing', kind: 'housing', services: [], status: 'active' } as const
    const { basis } = aQuestion()
    expect(decideDelivery(set, { ...withoutAgreement, recipient: housing })).toMatchObject({
      outcome: 'DENY',
      ruleId: 'F15-no-agreement',
      reasons: ['no-agreement'],
    })
    expect(reasonFor({})).toEqual(['PERMIT', 'S1-school-registered', 's: S1-school-registered'])
    expect(reasonFor({ excluded: true })).toEqual(['DENY', 'F04-excluded', 'excluded'])
    expect(reasonFor({ isAgreementBased: true, basis: { ...basis, serviceAgreement: 'withdrawn' } })).toEqual([
      'DENY',
      'F11-service-agreement',
      'service-agreement-not-agreed',
    ])
    expect(reasonFor({ objections: ['pending'] })).toEqual(['REVIEW', 'F22-objection-pending', 'objection-pending'])
    expect(reasonFor({ objections: ['pending'], involvements: [] })).toEqual([
      'DENY',
      'S1-school-registered',
      'not-entitled',
    ])
    expect(reasonFor({ objections: ['pending'], reviewed: true })).toEqual(reasonFor({}))
    expect(reasonFor({ objections: ['pending'], reviewed: true, excluded: true })).toEqual([
      'DENY',
      'F04-excluded',
      'excluded',
    ])
  })

  it('explains a default deny by the permit that came nearest', () => {
    const past = aQuestion({ involvements: [{ kind: 'registered', sinceMs: nowMs - 9 * day, untilMs: nowMs - day }] })
    const never = aQuestion({ involvements: [] })
    expect(decideDelivery(set, past).reasons[1]).toMatch(/^unless .*registered\.until <= context\.now\) is false$/)
    expect(decideDelivery(set, never).reasons).toEqual([
      'not-entitled',
      'context.involved has registered is false',
      'context.involved.registered.since <= context.now is missing',
    ])
  })

  it('never shows the police an education or health number, nor another agency more than its kind may have', () => {
    const kinds = ['council', 'school', 'nhs', 'police', 'housing'] as const
    const shown = kinds.map((kind) => {
      const recipient = { id: 'x', kind, services: [], status: 'active' }
      return decideDelivery(set, aQuestion({ recipient, addressed: true, involvements: [] })).identifiers.join(' ')
    })
    expect(shown).toEqual(['uci', 'uci upn', 'uci nhs-number', 'uci', 'uci'])
    const council = { id: 'x', kind: 'council', services: [], status: 'active' } as const
    const responsible = aQuestion({ recipient: council, involvements: [{ kind: 'responsible', sinceMs: 0 }] })
    expect(decideDelivery(set, responsible).identifiers).toEqual(['uci', 'nhs-number', 'upn'])
  })

  it('holds until the next instant named in its inputs, and not beyond', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { outcome, fieldGroups: groups, validUntilMs } = decideDelivery(set, question)
        if (validUntilMs === undefined) return
        expect(validUntilMs).toBeGreaterThan(nowMs)
        const justBefore = decideDelivery(set, { ...question, nowMs: validUntilMs - 1 })
        expect([justBefore.outcome, justBefore.fieldGroups]).toEqual([outcome, groups])
      }),
      { numRuns: 40 },
    )
  })

  it('takes instants with fractions of a millisecond, as clocks give them', () => {
    const involvements = [{ kind: 'registered', sinceMs: nowMs - 0.25, untilMs: nowMs + 0.5 }] as const
    const question = aQuestion({ nowMs: nowMs + 0.25, involvements, eventType: 'council.protection-plan.ended' })
    expect(decideDelivery(set, question).validUntilMs).toBe(nowMs + 0.5)
  })

  it('opens names of areas, and nothing nearer, to a council that has not confirmed', () => {
    const recipient = { id: 'tidewell-council', kind: 'council', services: [], status: 'active' } as const
    const area = aQuestion({ recipient, involvements: [], addressed: true, eventType: placement })
    expect(decideDelivery(set, area)).toMatchObject({ fieldGroups: ['core', 's'], areaOnly: true })
    expect(decideDelivery(set, { ...area, protection: 'location-hidden' })).toMatchObject({ areaOnly: false })
  })

  it('reaches the integrated care board as it reaches a practice, and tells it alone where a child is placed', () => {
    const recipient = { id: 'vale-icb', kind: 'nhs', services: ['integrated-care-board'], status: 'active' } as const
    const told = (eventType: string, services: readonly string[] = recipient.services) =>
      decideDelivery(
        set,
        aQuestion({ recipient: { ...recipient, services }, involvements: [], addressed: true, eventType }),
      )
    expect(told(placement)).toMatchObject({ fieldGroups: ['core', 's', 'r', 'l'], identifiers: ['uci', 'nhs-number'] })
    expect(told('council.looked-after.started').fieldGroups).toEqual(['core', 's', 'r'])
    expect(told(placement, ['unscheduled-care']).fieldGroups).toEqual(['core', 's'])
    expect(told('council.protection-plan.started').fieldGroups).toEqual(['core', 's'])
  })

  it('tells the data protection officer what happened, and no more of the child than that', () => {
    const officer = { id: 'waymark-hub', kind: 'hub', services: [], status: 'active', role: 'data-protection-officer' }
    const question = aQuestion({ recipient: officer, involvements: [], addressed: true } as Partial<DeliveryQuestion>)
    expect(decideDelivery(set, question).fieldGroups).toEqual(['core'])
  })

  it('rests on no type that is not in the catalogue', () => {
    const known = new Set(eventTypes)
    const texts = policiesIn('schemas/policy').policies.map(({ text }) => text)
    const named = texts.flatMap(
      (text) => text.match(/(?<=")(?:council|school|nhs|police|housing|any|hub)(?:\.[a-z-]+)+(?=")/g) ?? [],
    )
    expect(named.length).toBeGreaterThan(30)
    expect([...new Set(named)].filter((type) => !known.has(type))).toEqual([])
  })

  it('keeps the counts that were reviewed: rule by rule over every type, recipient and protection', () => {
    const committed = JSON.parse(readFileSync('schemas/policy/delivery-counts.json', 'utf8')) as unknown
    expect(countsByRule()).toEqual(committed)
  })
})

/** The types that name a place. */
const placed = [...missing.slice(0, 1), ...temporary, ...practice, ...pupil, encompass, placement, birth]

function countsByRule(): Record<string, number> {
  const counts: Record<string, number> = {}
  const relations = {
    council: ['responsible', 'receiving'],
    school: ['registered'],
    nhs: ['gp', 'health-visiting', 'unscheduled-care'],
    police: [],
    housing: ['placing'],
    hub: [],
  } as const
  const cells = Object.entries(relations).flatMap(([kind, involvements]) =>
    [
      ...involvements.map((each) => ({ involvements: [{ kind: each, sinceMs: 0 }] })),
      { involvements: [], addressed: true, capacity: 'home-council' },
      { involvements: [], requested: true },
      { involvements: [], addressed: true, declined: true },
      ...(kind === 'nhs' ? [{ involvements: [], addressed: true, services: ['integrated-care-board'] }] : []),
    ].flatMap((relation) =>
      (['none', 'location-hidden'] as const).flatMap((protection) =>
        (protection === 'none' ? eventTypes : placed).map((eventType) => {
          const services = 'services' in relation ? relation.services : []
          const role = kind === 'hub' ? { role: 'data-protection-officer' } : {}
          const recipient = { id: 'x', kind, services, status: 'active', ...role }
          return aQuestion({ ...relation, recipient, protection, eventType } as Partial<DeliveryQuestion>)
        }),
      ),
    ),
  )
  for (const cell of cells) {
    const { outcome, ruleId, fieldGroups: groups } = decideDelivery(set, cell)
    const key = `${outcome} ${ruleId} ${groups.join('')}`.trim()
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}
