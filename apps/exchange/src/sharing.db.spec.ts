import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { validateDelivered, type ChildReference, type PostedEvent, type RoutedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import { KeyRing, open, seal, type Caller } from '#libs/security'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from './exchange-under-test.js'
import { TellUndecided } from './sharing/tell-undecided.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-sharing-')))
}, 120_000)
// What one test posted comes into no feed that the next one reads.
afterEach(() => hub.settled())
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

interface Question {
  readonly id: string
  readonly event: { readonly id: string }
  readonly sender: string
  readonly role: string | null
  readonly recipient: string | null
  readonly recipientKind: string | null
  readonly reasons: readonly string[]
  readonly necessity: string | null
  readonly isOverdue: boolean
}

interface Answer {
  readonly data: {
    readonly sharingQuestions?: {
      readonly edges: readonly { readonly node: Question }[]
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
    } | null
    readonly decideSharing?: { readonly id: string; readonly outcome: string; readonly fieldGroups: string[] } | null
  }
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
  readonly extensions?: { readonly accessReceipts: readonly { readonly recordId: string }[] }
}

const council = 'northbridge-council'
const school = 'larkhill-primary'
const desk = 'waymark-hub/guardian-desk'
const officer: Partial<Caller> = {
  purpose: 'safeguard-child',
  actor: { role: 'lead-social-worker', reference: 'sw-17' },
}
const guardian: Partial<Caller> = { purpose: 'safeguard-child', actor: { role: 'guardian-desk', reference: 'gd-1' } }

async function involvedChild(...involved: readonly (readonly [string, string])[]): Promise<ChildReference> {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  for (const [agency, kind] of involved) await hub.involve(hub.identity.childOf(child), agency, kind)
  return child
}

/** A plan whose sender could not tell whether sharing it is more detrimental to the child. */
function unclear(child: ChildReference, more: object = {}, basis: object = {}): PostedEvent {
  const { data, ...envelope } = anEvent('council.protection-plan.started')
  const sharingBasis = {
    ...data.sharingBasis,
    ...{ purpose: 'safeguard-child', necessity: 'The school sees the child every day.' },
    detriment: { considered: true, outcome: 'unclear', reason: 'It is not known who reads the post of the school.' },
    practitioner: { role: 'lead-social-worker', ref: 'sw-17' },
    ...basis,
  }
  return {
    ...envelope,
    id: newId(),
    source: `urn:waymark:agency:${council}`,
    data: { ...data, occurredAt: new Date().toISOString(), child, sharingBasis, ...more },
  } as PostedEvent
}

async function posted(event: PostedEvent): Promise<string> {
  const answer = await hub.post(council, event)
  expect(answer.statusCode === 202 ? '' : answer.body).toBe('')
  return answer.json<{ eventId: string }>().eventId
}

const shown =
  'edges { node { id event { id } sender role recipient recipientKind reasons necessity isOverdue } } pageInfo { hasNextPage endCursor }'

function list(name: string, more: Partial<Caller> = officer, page = 'first: 100'): Promise<Answer> {
  return hub.graphql<Answer>(name, `{ sharingQuestions(${page}) { ${shown} } }`, more)
}

/** Those about schools; the plan goes to others too, which the tests leave alone. */
async function questionsAbout(eventId: string, name = council, more = officer): Promise<readonly Question[]> {
  const { data } = await list(name, more)
  return (data.sharingQuestions?.edges ?? [])
    .map(({ node }) => node)
    .filter(({ event, recipientKind }) => event.id === eventId && recipientKind === 'school')
}

/** Waits until the one question about an event stands open. */
async function questionAbout(eventId: string): Promise<Question> {
  await until(async () => (await questionsAbout(eventId)).length > 0)
  const [question] = await questionsAbout(eventId)
  if (!question) throw new Error('there is a question')
  return question
}

function decide(
  id: string,
  outcome: 'PERMIT' | 'DENY',
  { name = council, more = officer, reason = 'The head teacher alone opens it.' } = {},
) {
  const input = `{ id: "${id}", outcome: ${outcome}, reason: "${reason}" }`
  return hub.graphql<Answer>(name, `mutation { decideSharing(input: ${input}) { id outcome fieldGroups } }`, more)
}

/** Leaves an event as it stands when its basis has ended since it was posted. */
async function endBasis(eventId: string): Promise<void> {
  const [body] = await hub.admin.query<{ key_id: string; sealed: Buffer }>(
    'select key_id, sealed from exchange.event_body where event_id = $1',
    [eventId],
  )
  const key = await hub.app.get(KeyRing).keyById(body?.key_id ?? '')
  if (!body || !key) throw new Error('there is an event')
  const { event, ...routed } = JSON.parse(open(key, body.sealed, eventId).toString()) as RoutedEvent
  const { data, ...envelope } = event
  const sharingBasis = { ...data.sharingBasis, validUntil: new Date(Date.now() - 60_000).toISOString() }
  const ended = { ...routed, event: { ...envelope, data: { ...data, sharingBasis } } }
  await hub.admin.query('update exchange.event_body set sealed = $2 where event_id = $1', [
    ...[eventId, seal(key, Buffer.from(JSON.stringify(ended)), eventId)],
  ])
}

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code

function decisionsOf(eventId: string) {
  return hub.admin.query<{ outcome: string; decided_by: string; reasons: string[]; rule_id: string }>(
    'select outcome, decided_by, reasons, rule_id from exchange.decision where event_id = $1 and recipient = $2 order by decided_at, decision_id',
    [eventId, school],
  )
}

describe('what a rule leaves to a person', () => {
  it('waits for a person of the agency that posted it, and leaves as a numbered, late copy with what the policy opens', async () => {
    const child = await involvedChild([school, 'registered'], [council, 'responsible'])
    const from = await hub.head(school)
    const eventId = await posted(unclear(child))
    const question = await questionAbout(eventId)
    expect(question).toMatchObject({
      ...{ sender: council, role: 'lead-social-worker', recipient: school, recipientKind: 'school' },
      ...{ reasons: ['detriment-unclear'], necessity: 'The school sees the child every day.', isOverdue: false },
    })
    expect(await hub.head(school)).toBe(from)

    const done = await decide(question.id, 'PERMIT')
    expect(done.errors).toBeUndefined()
    expect(done.data.decideSharing).toMatchObject({ outcome: 'PERMIT', fieldGroups: expect.arrayContaining(['core']) })
    expect(done.extensions?.accessReceipts).toHaveLength(1)
    const { events } = await hub.feed(school, from)
    expect(events).toHaveLength(1)
    const copy = hub.open(school, events[0])
    expect(validateDelivered(copy)).toEqual([])
    expect(copy.data).toMatchObject({ eventId, decision: { decidedBy: 'person', late: true } })
    expect(copy.data.body).not.toHaveProperty('categoryCode')
    expect(await decisionsOf(eventId)).toMatchObject([
      { outcome: 'REVIEW', decided_by: 'rule' },
      { outcome: 'PERMIT', decided_by: 'person' },
    ])
    expect(await questionsAbout(eventId)).toEqual([])
    expect(codeOf(await decide(question.id, 'DENY'))).toBe('SHARING_QUESTION_CLOSED')
    const [kept] = await hub.admin.query<{ closed_by: string; reason: Buffer }>(
      'select closed_by, reason from exchange.review_task where task_id = $1',
      [question.id],
    )
    expect(kept?.closed_by).toContain('lead-social-worker;sw-17')
    expect(kept?.reason.toString('latin1')).not.toContain('head teacher')
  })

  it('does not leave where the person says no', async () => {
    const from = await hub.head(school)
    const eventId = await posted(unclear(await involvedChild([school, 'registered'])))
    const { id } = await questionAbout(eventId)
    expect((await decide(id, 'DENY')).data.decideSharing).toMatchObject({ outcome: 'DENY', fieldGroups: [] })
    expect(await decisionsOf(eventId)).toMatchObject([
      { outcome: 'REVIEW' },
      { outcome: 'DENY', decided_by: 'person', reasons: ['detriment-unclear', 'refused-by-person'] },
    ])
    expect(await hub.head(school)).toBe(from)
  })

  it('is decided once, however many say it at a time', async () => {
    const from = await hub.head(school)
    const { id } = await questionAbout(await posted(unclear(await involvedChild([school, 'registered']))))
    const answers = await Promise.all([1, 2, 3, 4].map(() => decide(id, 'PERMIT')))
    expect(answers.map(codeOf).sort()).toEqual([...Array<string>(3).fill('SHARING_QUESTION_CLOSED'), undefined])
    expect(await hub.head(school)).toBe(from + 1)
  })

  it('is nobody else’s: not another agency’s, not a program’s, not a person’s in another role, nor before its clock the desk’s', async () => {
    const eventId = await posted(unclear(await involvedChild([school, 'registered'])))
    const { id } = await questionAbout(eventId)
    const others = { ...officer, actor: { role: 'designated-safeguarding-lead', reference: 'dsl-1' } }
    expect(await questionsAbout(eventId, school, others)).toEqual([])
    expect(codeOf(await decide(id, 'PERMIT', { name: school, more: others }))).toBe('NOT_FOUND')
    expect(codeOf(await decide(newId(), 'PERMIT'))).toBe('NOT_FOUND')
    const program = { ...officer, actor: { role: 'system-client', reference: 'nightly' } }
    expect(await questionsAbout(eventId, council, program)).toHaveLength(1)
    expect(codeOf(await decide(id, 'PERMIT', { more: program }))).toBe('NOT_PERMITTED')
    const another = { ...officer, actor: { role: 'reviewing-officer', reference: 'ro-1' } }
    expect(codeOf(await decide(id, 'PERMIT', { more: another }))).toBe('NOT_PERMITTED')
    expect(await questionsAbout(eventId, desk, guardian)).toEqual([])
    expect(codeOf(await decide(id, 'PERMIT', { name: desk, more: guardian }))).toBe('NOT_FOUND')
    expect(codeOf(await list(council, { ...officer, actions: ['receive'] }))).toBe('NOT_PERMITTED')
    expect(codeOf(await decide(id, 'DENY', { reason: ' ' }))).toBe('SCHEMA_INVALID')
    expect(await questionsAbout(eventId)).toHaveLength(1)
  })

  it('names a recipient only to who named it or may know who is involved', async () => {
    const eventId = await posted(unclear(await involvedChild([school, 'registered'])))
    expect(await questionAbout(eventId)).toMatchObject({ recipient: null, recipientKind: 'school' })
    const named = await posted(unclear(await involvedChild([school, 'registered']), { requestedRecipients: [school] }))
    expect(await questionAbout(named)).toMatchObject({ recipient: school })
  })

  it('no person sets aside what else forbids it by then: a hidden child, an ended basis', async () => {
    const from = await hub.head(school)
    const hidden = await involvedChild([school, 'registered'])
    const ofHidden = await posted(unclear(hidden))
    const first = await questionAbout(ofHidden)
    await hub.protect(hub.identity.childOf(hidden), 'existence-hidden')
    // That the child was hidden since is told to nobody.
    expect((await decide(first.id, 'PERMIT')).data.decideSharing).toMatchObject({ outcome: 'PERMIT' })
    const ofEnded = await posted(unclear(await involvedChild([school, 'registered'])))
    const second = await questionAbout(ofEnded)
    await endBasis(ofEnded)
    expect(codeOf(await decide(second.id, 'PERMIT'))).toBe('SHARING_FORBIDDEN')
    for (const [eventId, reason] of [
      [ofHidden, 'existence-hidden'],
      [ofEnded, 'basis-ended'],
    ] as const) {
      expect((await decisionsOf(eventId)).at(-1)).toMatchObject({
        ...{ outcome: 'DENY', decided_by: 'rule', reasons: expect.arrayContaining([reason]) },
      })
      expect(await questionsAbout(eventId)).toEqual([])
    }
    expect(await hub.head(school)).toBe(from)
  })

  it('is checked again as it leaves: what the person let go still does when its facts change, and not when it is taken back', async () => {
    const child = await involvedChild([school, 'registered'])
    const from = await hub.head(school)
    const [stays, goes] = [unclear(child), unclear(child)]
    const ids = [await posted(stays), await posted(goes)]
    for (const id of ids) await decide((await questionAbout(id)).id, 'PERMIT')
    await hub.involve(hub.identity.childOf(child), school, 'receiving')
    const { data, ...envelope } = anEvent('any.basis.withdrawn')
    await posted({
      ...envelope,
      id: newId(),
      source: `urn:waymark:agency:${council}`,
      data: {
        ...{ ...data, occurredAt: new Date().toISOString(), child },
        sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child' },
        body: { ...data.body, withdrawsEventId: ids[1] },
      },
    })
    const { events } = await hub.feed(school, from)
    expect(hub.open(school, events[0]).data).toMatchObject({
      eventId: ids[0],
      decision: { decidedBy: 'person', late: true },
    })
    expect(events[1]?.data.reason).toBe('basis-withdrawn')
  })

  it('is told of as the question opens: who decides and until when, alike of a child that nobody may know of', async () => {
    const [seen, hidden] = [await involvedChild([school, 'registered']), await involvedChild([school, 'registered'])]
    await hub.protect(hub.identity.childOf(hidden), 'existence-hidden')
    const from = await hub.head(council)
    const ids = [await posted(unclear(seen)), await posted(unclear(hidden))]
    const wordsAbout = async (eventId: string) => {
      const { events } = await hub.feed(council, from, 1)
      return events.map((one) => hub.open(council, one).data).filter(({ body }) => body['eventId'] === eventId)
    }
    await until(async () => (await Promise.all(ids.map(wordsAbout))).every(({ length }) => length > 0))
    const [ofSeen, ofHidden] = await Promise.all(ids.map(wordsAbout))
    expect(ofSeen).toMatchObject([
      { urgency: 'U1', body: { code: 'SHARING_REVIEW', role: 'lead-social-worker', decideBy: expect.any(String) } },
    ])
    expect(ofHidden?.map(({ urgency, body }) => [urgency, Object.keys(body).sort()])).toEqual(
      ofSeen?.map(({ urgency, body }) => [urgency, Object.keys(body).sort()]),
    )
    const { detriment } = anEvent('council.protection-plan.started').data.sharingBasis
    const certain = await posted(unclear(seen, {}, { detriment }))
    await until(async () => (await decisionsOf(certain)).length > 0)
    await hub.settled()
    expect(await wordsAbout(certain)).toEqual([])
  })

  it('is told of once when its clock runs out, to the sender and the duty desk, which may decide it then; time decides nothing', async () => {
    const [ofSender, ofDesk] = [await hub.head(council), await hub.head(desk)]
    const both = [school, 'st-brannocs-primary']
    const child = await involvedChild([school, 'registered'], ['st-brannocs-primary', 'registered'])
    const eventId = await posted(unclear(child, { urgency: 'U1', requestedRecipients: both }))
    await until(async () => (await questionsAbout(eventId)).length === 2)
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '119 minutes'`)
    expect(await questionsAbout(eventId, desk, guardian)).toEqual([])
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '121 minutes'`)
    try {
      for (const [name, from] of [
        [council, ofSender],
        [desk, ofDesk],
      ] as const) {
        const held = () =>
          hub
            .feed(name, from, 1)
            .then(({ events }) =>
              events
                .map((one) => hub.open(name.split('/')[0] ?? '', one).data.body)
                .filter((body) => body['code'] === 'SHARING_UNDECIDED' && body['eventId'] === eventId),
            )
        await until(async () => (await held()).length > 0)
        expect(await hub.app.get(TellUndecided).tell()).toBe(0)
        expect(await held()).toHaveLength(1)
      }
      const open = await questionsAbout(eventId, desk, guardian)
      expect(open).toMatchObject([{ isOverdue: true }, { isOverdue: true }])
      const [one] = open
      expect((await decide(one?.id ?? '', 'PERMIT', { name: desk, more: guardian })).errors).toBeUndefined()
      expect(await questionsAbout(eventId)).toHaveLength(1)
    } finally {
      await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '0'`)
    }
  })

  it('is listed page by page, the soonest due first, each child on record', async () => {
    for (let n = 0; n < 3; n += 1)
      await questionAbout(await posted(unclear(await involvedChild([school, 'registered']))))
    const whole = await list(council)
    const ids = whole.data.sharingQuestions?.edges.map(({ node }) => node.id) ?? []
    expect(ids.length).toBeGreaterThan(2)
    expect(whole.extensions?.accessReceipts).toHaveLength(ids.length)
    const first = await list(council, officer, 'first: 2')
    const { endCursor = '', hasNextPage } = first.data.sharingQuestions?.pageInfo ?? {}
    expect(hasNextPage).toBe(true)
    const rest = await list(council, officer, `first: 100, after: "${endCursor}"`)
    const paged = [first, rest].flatMap(({ data }) => data.sharingQuestions?.edges.map(({ node }) => node.id) ?? [])
    expect(paged).toEqual(ids)
  })
})
