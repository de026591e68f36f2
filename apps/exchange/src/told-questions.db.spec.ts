import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'
import { AccessRecorder, type Caller } from '#libs/security'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from './exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-told-questions-')))
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const council = 'northbridge-council'
const school = 'larkhill-primary'
const desk = 'waymark-hub/guardian-desk'
const officer: Partial<Caller> = {
  purpose: 'safeguard-child',
  actor: { role: 'lead-social-worker', reference: 'sw-17' },
}
const guardian: Partial<Caller> = { purpose: 'safeguard-child', actor: { role: 'guardian-desk', reference: 'gd-1' } }

type Level = 'location-hidden' | 'existence-hidden'
type Said = 'PERMIT' | 'DENY'

interface Child {
  readonly level?: Level
  readonly isAtSchool: boolean
  /** The council has been responsible for it. */
  readonly isOwn?: boolean
  /** A council is responsible that is not connected: what is near the sender does not concern it. */
  readonly isElsewhere?: boolean
}

interface Question {
  readonly id: string
  readonly event: { readonly id: string }
  readonly recipient: string | null
  readonly recipientKind: string
  readonly sender: string
}

interface Answer {
  readonly data: {
    readonly sharingQuestions?: { readonly edges: readonly { readonly node: Question }[] }
    readonly decideSharing?: { readonly fieldGroups: readonly string[] } | null
    readonly decisions?: readonly object[]
  }
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
  readonly extensions?: { readonly accessReceipts: readonly object[] }
}

interface Posted {
  readonly eventId: string
  readonly childId: string
}

const unknown: Child = { isAtSchool: false }
const hidden: Child = { level: 'existence-hidden', isAtSchool: true, isOwn: true }
/** Its place is hidden, and its sender is not involved with it. */
const placeHidden: Child = { level: 'location-hidden', isAtSchool: true, isElsewhere: true }

const unclear = { considered: true, outcome: 'unclear', reason: 'It is not known who reads the post.' }

interface Post {
  readonly type?: string
  readonly body?: object
  readonly requestedRecipients?: readonly string[]
  readonly detriment?: object
}

async function childOf({ level, isAtSchool, isOwn, isElsewhere }: Child): Promise<ChildReference> {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  const childId = hub.identity.childOf(child)
  if (isAtSchool) await hub.involve(childId, school, 'registered')
  if (isOwn) await hub.involve(childId, council, 'responsible')
  if (isElsewhere) await hub.involve(childId, 'unconnected-council', 'responsible')
  if (level) await hub.protect(childId, level)
  return child
}

/** Posts about a child, unless told otherwise a plan that may do more harm than good, and waits until it is routed. */
async function postAbout(child: ChildReference, post: Post = {}): Promise<Posted> {
  const { type = 'council.protection-plan.started', body, requestedRecipients = [school], detriment = unclear } = post
  const { data, ...envelope } = anEvent(type)
  const sharingBasis = {
    ...{ ...data.sharingBasis, purpose: 'safeguard-child', necessity: 'They see the child every day.', detriment },
    practitioner: { role: 'lead-social-worker', ref: 'sw-17' },
  }
  const answer = await hub.post(council, {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${council}` },
    data: {
      ...{ ...data, occurredAt: new Date().toISOString(), child, sharingBasis, requestedRecipients },
      body: { ...data.body, ...body },
    },
  })
  expect(answer.statusCode === 202 ? '' : answer.body).toBe('')
  await hub.settled()
  return { eventId: answer.json<{ eventId: string }>().eventId, childId: hub.identity.childOf(child) }
}

async function posted(child: Child, requestedRecipients: readonly string[] = [school]): Promise<Posted> {
  return postAbout(await childOf(child), { requestedRecipients })
}

/** The questions that are the guardian desk's own, before any clock has run out. */
function askedOfDesk(post: Posted): Promise<readonly Question[]> {
  return questionsAbout(post, desk, guardian)
}

function endInvolvement(childId: string, agency: string): Promise<unknown> {
  return hub.admin.query(
    `update safeguarding.involvement set ended_at = now() where child_id = $1 and agency_id = $2`,
    [...[childId, agency]],
  )
}

async function questionsAbout({ eventId }: Posted, name = council, more = officer): Promise<readonly Question[]> {
  const fields =
    'id event { id type } sender role recipient recipientKind ruleId reasons necessity minimumData isOverdue'
  const { data, extensions } = await hub.graphql<Answer>(
    name,
    `{ sharingQuestions(first: 100) { edges { node { ${fields} } } } }`,
    more,
  )
  const edges = data.sharingQuestions?.edges ?? []
  expect(extensions?.accessReceipts).toHaveLength(Math.max(1, edges.length))
  return edges.map(({ node }) => node).filter(({ event }) => event.id === eventId)
}

/** What is shown of the questions about an event, in order, but for ids. */
async function shownOf(post: Posted): Promise<readonly object[]> {
  const { eventId } = post
  return (await questionsAbout(post))
    .map((node) => ({ ...node, id: '', event: { ...node.event, id: '' }, eventId: '' }))
    .map((node) => JSON.parse(JSON.stringify(node).replaceAll(eventId, '')) as object)
}

function decide(id: string, outcome: Said, name = council, more = officer): Promise<Answer> {
  const input = `{ id: "${id}", outcome: ${outcome}, reason: "The head teacher alone opens it." }`
  return hub.graphql<Answer>(
    name,
    `mutation { decideSharing(input: ${input}) { event { type } outcome fieldGroups } }`,
    more,
  )
}

/** Answers every question about an event; with the access records, but for what none but auditors may open. */
async function answersTo(post: Posted, outcome: Said): Promise<readonly object[]> {
  const recorded = jest.spyOn(hub.app.get(AccessRecorder), 'record')
  const answers: object[] = []
  for (const { id } of await questionsAbout(post)) {
    recorded.mockClear()
    const { data, errors, extensions } = await decide(id, outcome)
    const receipts = extensions?.accessReceipts.map((receipt) => Object.keys(receipt))
    const again = (await decide(id, outcome)).errors?.[0]?.extensions.code
    const records = recorded.mock.calls
      .filter(([{ action }]) => action === 'decideSharing')
      .map(([{ kind, outcome, eventType, eventId, truth }]) => ({
        ...{ kind, outcome, eventType, isOfEvent: eventId === post.eventId },
        told: Object.keys(truth),
      }))
    answers.push({ data, errors, receipts, again, records })
  }
  recorded.mockRestore()
  return answers
}

/** What the sender is told was decided. */
async function decisionsOf({ eventId }: Posted): Promise<readonly object[] | undefined> {
  const fields = 'recipient outcome fieldGroups ruleId reasons decidedBy agreementId validUntil'
  return (await hub.graphql<Answer>(council, `{ decisions(eventId: "${eventId}") { ${fields} } }`)).data.decisions
}

async function copiesOf({ eventId }: Posted): Promise<readonly string[]> {
  const rows = await hub.admin.query<{ recipient: string }>(
    'select recipient from exchange.delivery where about = $1 order by recipient',
    [eventId],
  )
  return rows.map(({ recipient }) => recipient)
}

describe('what a sender is asked, where a rule leaves to it who may have an event', () => {
  it('is the same of a child that nobody knows, of one at the school it named, and of a hidden one', async () => {
    const ofUnknown = await shownOf(await posted(unknown))
    expect(ofUnknown).toContainEqual(expect.objectContaining({ recipient: school, reasons: ['detriment-unclear'] }))
    expect(ofUnknown).toContainEqual(expect.objectContaining({ recipientKind: 'police' }))
    for (const isAtSchool of [true, false])
      for (const level of [undefined, 'location-hidden', 'existence-hidden'] as const)
        expect(await shownOf(await posted({ ...(level && { level }), isAtSchool }))).toEqual(ofUnknown)
    expect(await shownOf(await posted(hidden))).toEqual(ofUnknown)
  })

  it('counts nobody who is involved with a hidden child', async () => {
    const ofUnknown = await shownOf(await posted(unknown, []))
    expect(ofUnknown.length).toBeGreaterThan(0)
    for (const child of [hidden, placeHidden]) expect(await shownOf(await posted(child, []))).toEqual(ofUnknown)
  })

  it('is answered alike of a child whose place is hidden, and nobody has it who would if it were unknown', async () => {
    for (const outcome of ['PERMIT', 'DENY'] as const) {
      const [known, concealed] = [await posted(unknown), await posted(placeHidden)]
      expect(await answersTo(concealed, outcome)).toEqual(await answersTo(known, outcome))
      expect(await decisionsOf(concealed)).toEqual(await decisionsOf(known))
      expect(await copiesOf(concealed)).toEqual(outcome === 'PERMIT' ? [school] : [])
    }
  })

  it('is, of a child whose place is hidden, asked of the guardian desk where a recipient must not be known', async () => {
    const from = await hub.head(desk)
    const [known, concealed] = [await posted(unknown, []), await posted(placeHidden, [])]
    const { events } = await hub.feed(desk, from)
    const words = events.map((one) => hub.open('waymark-hub', one).data.body)
    expect(words).toMatchObject([{ eventId: concealed.eventId, code: 'SHARING_REVIEW' }])
    expect(await askedOfDesk(known)).toEqual([])
    const questions = await askedOfDesk(concealed)
    expect(questions).toMatchObject([
      { sender: council, recipient: school, reasons: ['detriment-unclear'], role: null },
    ])
    const [{ id } = { id: '' }] = questions
    expect((await decide(id, 'PERMIT')).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const answer = await decide(id, 'PERMIT', desk, guardian)
    expect(answer.data.decideSharing?.fieldGroups).toContain('s')
    expect(await copiesOf(concealed)).toEqual([school])
    expect(await decisionsOf(concealed)).toEqual(await decisionsOf(known))
    expect(await shownOf(concealed)).toEqual(await shownOf(known))
  })

  it('is never the desk’s where its sender is involved with a child whose place is hidden; and no place is named to it', async () => {
    const own = await posted({ ...placeHidden, isOwn: true }, [])
    expect(await questionsAbout(own)).toContainEqual(
      expect.objectContaining({ recipientKind: 'school', recipient: null }),
    )
    expect(await askedOfDesk(own)).toEqual([])
    const plain = await posted({ isAtSchool: true, isOwn: true }, [])
    expect(await questionsAbout(plain)).toContainEqual(expect.objectContaining({ recipient: school }))
  })

  it('leaves no place in the copy that its sender lets go, also where that was hidden since', async () => {
    const from = await hub.head(school)
    const body = { address: { lines: ['1 Test Street'] } }
    const post = await postAbout(await childOf({ isAtSchool: true }), { type: 'council.placement.moved', body })
    await hub.protect(post.childId, 'location-hidden')
    const own = (await questionsAbout(post)).find(({ recipient }) => recipient === school)
    expect((await decide(own?.id ?? '', 'PERMIT')).data.decideSharing).toMatchObject({ fieldGroups: ['core'] })
    const { events } = await hub.feed(school, from)
    expect(events.map((one) => hub.open(school, one).data.body)).toEqual([
      expect.not.objectContaining({ address: expect.anything() }),
    ])
  })

  it('stays as it was asked when its sender is involved no more, without the names it may know no longer', async () => {
    const post = await posted({ ...placeHidden, isOwn: true }, [])
    const shown = await shownOf(post)
    await endInvolvement(post.childId, council)
    expect(await shownOf(post)).toEqual(shown)
    const [{ id } = { id: '' }] = await questionsAbout(post)
    expect((await decide(id, 'PERMIT')).data.decideSharing).toMatchObject({ fieldGroups: ['core'] })
    const later = await postAbout(await childOf(unknown), { requestedRecipients: [] })
    const again = await childOf({ ...placeHidden, isOwn: true })
    await endInvolvement(hub.identity.childOf(again), council)
    expect(await shownOf(await postAbout(again, { requestedRecipients: [] }))).toEqual(await shownOf(later))
  })

  it('is the same about a correction, whoever really has what it corrects', async () => {
    const correctedOf = async (child: Child) => {
      const about = await childOf(child)
      const { detriment } = anEvent('council.protection-plan.started').data.sharingBasis
      const original = await postAbout(about, { requestedRecipients: [], detriment })
      const correction = { type: 'any.correction.issued', requestedRecipients: [] }
      const body = { correctsEventId: original.eventId, kind: 'amended', reason: 'The date was wrong.' }
      return postAbout(about, { ...correction, body })
    }
    const ofUnknown = await shownOf(await correctedOf(unknown))
    expect(ofUnknown.length).toBeGreaterThan(0)
    for (const child of [hidden, placeHidden]) expect(await shownOf(await correctedOf(child))).toEqual(ofUnknown)
  })

  it('does not open at its sender for a copy that waits at somebody who must not be known', async () => {
    const about = await childOf(placeHidden)
    const { detriment } = anEvent('council.protection-plan.started').data.sharingBasis
    const from = await hub.head(school)
    const post = await postAbout(about, { requestedRecipients: [], detriment })
    const objection = { type: 'any.objection.recorded', requestedRecipients: [], detriment }
    await postAbout(about, { ...objection, body: { outcome: 'pending', eventId: post.eventId, agencies: undefined } })
    const { events } = await hub.feed(school, from, 0)
    expect(events.map(({ data }) => data.reason)).toEqual(['no-longer-entitled'])
    expect(await questionsAbout(post)).toEqual([])
    expect(await askedOfDesk(post)).toMatchObject([{ recipient: school, reasons: ['objection-pending'] }])
  })

  it('is answered alike, is told of alike in decisions, and of the hidden child nothing leaves', async () => {
    for (const outcome of ['PERMIT', 'DENY'] as const) {
      const [known, concealed] = [await posted(unknown), await posted(hidden)]
      const answers = await answersTo(known, outcome)
      expect(answers).toContainEqual(expect.objectContaining({ errors: undefined, again: 'SHARING_QUESTION_CLOSED' }))
      expect(await answersTo(concealed, outcome)).toEqual(answers)
      expect(await decisionsOf(concealed)).toEqual(await decisionsOf(known))
      expect((await copiesOf(known)).length).toBe(outcome === 'PERMIT' ? answers.length : 0)
      expect(await copiesOf(concealed)).toEqual([])
    }
  })

  it('stays as it is when the place of the child is hidden after it opened', async () => {
    const [known, concealed] = [await posted({ isAtSchool: true }, []), await posted({ isAtSchool: true }, [])]
    await hub.protect(concealed.childId, 'location-hidden')
    expect(await shownOf(concealed)).toEqual(await shownOf(known))
    expect(await askedOfDesk(concealed)).toEqual([])
    expect(await answersTo(concealed, 'PERMIT')).toEqual(await answersTo(known, 'PERMIT'))
    expect(await decisionsOf(concealed)).toEqual(await decisionsOf(known))
    expect(await copiesOf(concealed)).toEqual(await copiesOf(known))
  })

  it('stays as it is when the child is hidden after it opened, and nothing leaves', async () => {
    const [known, concealed] = [
      await posted({ isAtSchool: true, isOwn: true }, []),
      await posted({ isAtSchool: true, isOwn: true }, []),
    ]
    await hub.protect(concealed.childId, 'existence-hidden')
    const shown = await shownOf(known)
    expect(shown).toContainEqual(expect.objectContaining({ recipientKind: 'school' }))
    expect(await shownOf(concealed)).toEqual(shown)
    expect(await answersTo(concealed, 'PERMIT')).toEqual(await answersTo(known, 'PERMIT'))
    expect(await decisionsOf(concealed)).toEqual(await decisionsOf(known))
    expect(await copiesOf(concealed)).toEqual([])
    const real = await hub.admin.query(
      `select distinct rule_id, decided_by from exchange.decision where event_id = $1 and outcome = 'DENY'`,
      [concealed.eventId],
    )
    expect(real).toEqual([{ rule_id: 'F01-existence-hidden', decided_by: 'rule' }])
  })

  it('has one clock, which the sender alone hears of where the child was hidden', async () => {
    const [ofSender, ofDesk] = [await hub.head(council), await hub.head(desk)]
    const [known, concealed] = [await posted(unknown), await posted(hidden)]
    const wordsOn = async (name: string, from: number, { eventId }: Posted) => {
      const { events } = await hub.feed(name, from, 0)
      return events
        .map((one) => hub.open(name.split('/')[0] ?? '', one))
        .filter(({ data }) => data.body['eventId'] === eventId)
        .map(({ type, data }) => [type, data.body['code'], Object.keys(data).sort(), Object.keys(data.body).sort()])
    }
    const undecided = expect.arrayContaining(['SHARING_UNDECIDED'])
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '25 hours'`)
    try {
      await until(async () => (await wordsOn(council, ofSender, known)).length === 2)
      await until(async () => (await wordsOn(council, ofSender, concealed)).length === 2)
      const words = await wordsOn(council, ofSender, known)
      expect(words).toContainEqual(undecided)
      expect(await wordsOn(council, ofSender, concealed)).toEqual(words)
      expect(await shownOf(concealed)).toEqual(await shownOf(known))
      await until(async () => (await wordsOn(desk, ofDesk, known)).length > 0)
      expect(await wordsOn(desk, ofDesk, concealed)).toEqual([])
      expect((await questionsAbout(known, desk, guardian)).length).toBeGreaterThan(0)
      expect(await questionsAbout(concealed, desk, guardian)).toEqual([])
      const [question] = await questionsAbout(concealed)
      const answer = await decide(question?.id ?? '', 'PERMIT', desk, guardian)
      expect(answer.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
      expect(await answersTo(concealed, 'PERMIT')).toEqual(await answersTo(known, 'PERMIT'))
    } finally {
      await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '0'`)
    }
  })
})
