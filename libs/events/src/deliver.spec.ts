import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { deliver, type Delivery } from './deliver.js'
import type { AgencyKind, FieldGroup, PostedEvent } from './envelope.js'
import { eventTypes } from './event-type.js'
import { validateDelivered } from './validate-delivered.js'
import { validatePosted } from './validate-posted.js'

const folder = 'schemas/events/golden'
const golden = readdirSync(folder)
  .filter((short) => !short.startsWith('hub.copy'))
  .flatMap((short) => readdirSync(`${folder}/${short}`).map((file) => readEvent(`${short}/${file}`)))

function readEvent(path: string): PostedEvent {
  return JSON.parse(readFileSync(`${folder}/${path}`, 'utf8')) as PostedEvent
}

const identifiers = [
  { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' },
  { system: 'urn:waymark:upn', value: 'R999999926001' },
  { system: 'urn:waymark:local', value: 'sender-local-77' },
]
const decision = {
  ruleId: 'S1',
  purpose: 'safeguard-child',
  policyVersion: 'p1',
  decidedBy: 'rule',
  decidedAt: '2026-11-20T15:04:01Z',
} as const

function aDelivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    eventId: '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4b',
    recipientKind: 'school',
    groups: ['core', 's'],
    child: { uci: '99MJYZXT0T', identifiers },
    identifiers: ['uci', 'upn'],
    subject: 'wp1_abc',
    decision,
    ...overrides,
  }
}

const anyDelivery = fc
  .record({
    recipientKind: fc.constantFrom<AgencyKind>('council', 'school', 'nhs', 'police', 'housing', 'hub'),
    more: fc.subarray<FieldGroup>(['s', 'r', 'l', 'p', 'n']),
    areaOnly: fc.boolean(),
    identifiers: fc.subarray<'uci' | 'nhs-number' | 'upn'>(['uci', 'nhs-number', 'upn']),
    isHidden: fc.boolean(),
    isWithheld: fc.boolean(),
  })
  .map(({ more, isHidden, isWithheld, ...rest }) => {
    const { child, ...delivery } = aDelivery({ ...rest, groups: ['core', ...more] })
    return {
      ...delivery,
      ...(isWithheld || !child ? {} : { child }),
      ...(isHidden ? { insteadOfSender: { role: 'guardian-desk', phone: '01632 960199' } } : {}),
    }
  })

describe('a delivered copy', () => {
  it('fits the delivered schema, whatever was decided', () => {
    fc.assert(
      fc.property(fc.constantFrom(...golden), anyDelivery, (event, delivery) => {
        expect(validateDelivered(deliver(event, delivery))).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('holds only fields of the groups decided, and never what stays with the hub', () => {
    fc.assert(
      fc.property(fc.constantFrom(...golden), anyDelivery, (event, delivery) => {
        const fields = eventTypes.get(event.type)?.fields
        const { data } = deliver(event, delivery)
        for (const name of Object.keys(data.body)) {
          const field = fields?.get(name)
          const ways = [delivery.groups.some((group) => group === field?.group), delivery.areaOnly && field?.isArea]
          expect([name, ways]).toEqual([name, expect.arrayContaining([true])])
        }
        const hasNarrative = [data.assertions, data.childVoice].some((part) => part !== undefined)
        expect(hasNarrative && !delivery.groups.includes('n')).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  it('never holds the record id, demographics, the basis, unknown fields of the body, or a number for other kinds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...golden), anyDelivery, (golden, delivery) => {
        const body = { ...golden.data.body, localNote: 'marker-of-a-note' }
        const child = { recordId: 'marker-of-a-record', demographics: { names: [{ given: 'marker-of-a-name' }] } }
        const event = { ...golden, data: { ...golden.data, child, body } }
        const copy = deliver(event, delivery)
        const text = JSON.stringify(copy)
        expect(text).not.toContain('marker-of')
        expect(text).not.toContain('sharingBasis')
        expect(text).not.toContain('sender-local')
        if (['nhs', 'police', 'housing'].includes(delivery.recipientKind)) expect(text).not.toContain('R999999926001')
        if (['school', 'police', 'housing'].includes(delivery.recipientKind)) expect(text).not.toContain('9990000018')
      }),
      { numRuns: 400 },
    )
  })

  it('is the same, byte for byte, for an adoption placement and a long-term foster placement', () => {
    const event = readEvent('council.placement.moved/foster.json')
    const placed = (placementTypeCode: string, careKind?: string): PostedEvent => ({
      ...event,
      data: { ...event.data, body: { ...event.data.body, placementTypeCode, ...(careKind ? { careKind } : {}) } },
    })
    fc.assert(
      fc.property(
        anyDelivery,
        fc.constantFrom('A3', 'A4', 'A5', 'A6', 'U5'),
        fc.option(fc.constantFrom('kin', 'other')),
        (delivery, code, careKind) => {
          const copy = deliver(placed(code, careKind ?? undefined), delivery)
          expect(JSON.stringify(copy)).toBe(JSON.stringify(deliver(placed('U4', 'foster'), delivery)))
          expect(copy.data.body['careKind']).toBe('foster')
        },
      ),
    )
  })
})

describe('what each recipient gets', () => {
  const plan = readEvent('council.protection-plan.started/plan.json')

  it('a school: status, dates and phones, the pupil number, and who may read it', () => {
    const { data, subject, dataschema } = deliver(plan, aDelivery())
    expect(data.body).toEqual({ startedOn: '2026-11-20', contact: plan.data.body['contact'] })
    expect(data.child).toEqual({ uci: '99MJ-YZXT-0T', identifiers: [identifiers[1]] })
    expect(data.handling).toEqual({
      readers: ['designated-safeguarding-lead'],
      notToBeShownTo: ['family', 'pupil-portal'],
    })
    expect(data.decision).toEqual({ outcome: 'PERMIT', fieldGroups: ['core', 's'], ...decision })
    expect({ subject, dataschema }).toEqual({
      subject: 'wp1_abc',
      dataschema: 'https://waymark.example/schemas/events/uk.waymark.council.protection-plan.started.v1.delivered.json',
    })
  })

  it('a school or practice that is told where a child moved gets the address, not the provider', () => {
    const event = readEvent('council.placement.moved/foster.json')
    for (const recipientKind of ['school', 'nhs'] as const) {
      const { body } = deliver(event, aDelivery({ recipientKind, groups: ['core', 's', 'l'] })).data
      expect(Object.keys(body)).toEqual(['movedOn', 'careKind', 'providerCode', 'outOfArea', 'address', 'emergency'])
    }
    expect(
      deliver(event, aDelivery({ recipientKind: 'council', groups: ['core', 's', 'l'] })).data.body,
    ).toHaveProperty('areaCouncil')
  })

  it('an area council gets the area, not the address', () => {
    const event = readEvent('council.placement.moved/foster.json')
    const { body } = deliver(event, aDelivery({ recipientKind: 'council', areaOnly: true })).data
    expect(body).toHaveProperty('areaCouncil')
    expect(body).not.toHaveProperty('address')
  })

  it('of a child whose place is hidden, the guardian desk stands for the sender and its contact', () => {
    const desk = { role: 'guardian-desk', phone: '01632 960199' }
    const copy = deliver(plan, aDelivery({ insteadOfSender: desk }))
    expect(copy.data.body['contact']).toEqual(desk)
    expect(copy.source).toBe('urn:waymark:hub')
    expect(JSON.stringify(copy)).not.toContain('northbridge')
    const handover = deliver(readEvent('hub.handover.opened/notice.json'), aDelivery({ insteadOfSender: desk }))
    expect(handover.data.body).toMatchObject({ fromAgency: 'waymark-hub', contact: desk })
  })

  it('whom to phone: the sender as its event has it, and as the directory has it where the event is silent', () => {
    const org = { system: 'urn:waymark:gss', value: 'E08000010' }
    const contact = { role: 'duty-social-worker', phone: '01632 960001' }
    const sender = { org, contact, outOfHoursPhone: '01632 960118' }
    const silent = structuredClone(plan)
    Reflect.deleteProperty(silent.data, 'sender')
    const copy = deliver(silent, aDelivery({ sender }))
    expect(copy.data.sender).toEqual(sender)
    expect(validateDelivered(copy)).toEqual([])
    const own = { contact: { role: 'lead-social-worker', phone: '01632 960002' } }
    const saying = { ...plan, data: { ...plan.data, sender: own } }
    expect(deliver(saying, aDelivery({ sender })).data.sender).toEqual({ ...sender, ...own })
    const desk = { role: 'guardian-desk', phone: '01632 960199' }
    const hidden = deliver(saying, aDelivery({ sender, insteadOfSender: desk }))
    expect(hidden.data.sender).toEqual({ role: 'guardian-desk', contact: desk })
    expect(deliver(silent, aDelivery()).data).not.toHaveProperty('sender')
  })

  it('a posted event stays valid after it was delivered', () => {
    expect(validatePosted(plan, { now: new Date('2026-11-21T09:00:00Z') }).ok).toBe(true)
  })
})
