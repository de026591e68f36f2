import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { ChildReference, PostedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until, type Envelope } from './exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-restraints-')))
}, 120_000)
// What one test posted comes into no feed that the next one reads.
afterEach(() => hub.settled())
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const council = 'northbridge-council'
const [school, other] = ['larkhill-primary', 'st-brannocs-primary']
const officer = 'waymark-hub/data-protection-officer'

async function pupil(): Promise<ChildReference> {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  for (const name of [school, other]) await hub.involve(hub.identity.childOf(child), name, 'registered')
  return child
}

async function posted(type: string, child: ChildReference, body: object = {}, sender = council): Promise<string> {
  const { data, ...envelope } = anEvent(type)
  const event = {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${sender}` },
    data: {
      ...{ ...data, occurredAt: new Date().toISOString(), child },
      sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child' },
      body: { ...data.body, agencies: undefined, ...body },
    },
  } as PostedEvent
  const answer = await hub.post(sender, event)
  expect(answer.statusCode === 202 ? '' : answer.body).toBe('')
  return answer.json<{ eventId: string }>().eventId
}

const plan = 'council.protection-plan.started'
const declined = (child: ChildReference, body: object = {}) => posted('any.sharing.declined', child, body)
const objection = (child: ChildReference, outcome: string, body: object = {}) =>
  posted('any.objection.recorded', child, { outcome, ...body })

/** The newest decision about an event and a recipient, once there is one. */
async function decided(eventId: string, recipient = school): Promise<string> {
  let newest = ''
  await until(async () => {
    const rows = await hub.admin.query<{ outcome: string; rule_id: string }>(
      'select outcome, rule_id from exchange.decision where event_id = $1 and recipient = $2 order by decided_at desc, decision_id desc limit 1',
      [eventId, recipient],
    )
    newest = rows.map(({ outcome, rule_id }) => `${outcome} ${rule_id}`)[0] ?? ''
    return newest !== ''
  })
  return newest
}

/** Why a slot holds no copy, if it holds none. */
const reasonOf = ({ reason }: Partial<Envelope['data']>) => reason ?? 'a copy'

const shared = 'PERMIT S1-school-registered'
const stopped = 'DENY F05-declined'

describe('a decision not to share', () => {
  it('stops what its sender posts of the child from then on, and nothing of another child or another sender', async () => {
    const [child, sibling] = [await pupil(), await pupil()]
    await declined(child)
    expect(await decided(await posted(plan, child))).toBe(stopped)
    expect(await decided(await posted(plan, sibling))).toBe(shared)
    expect(await decided(await posted(plan, child, {}, 'tidewell-council'))).toBe(shared)
  })

  it('is about the agencies it names, and about the one event it names', async () => {
    const child = await pupil()
    await declined(child, { agencies: [school] })
    const first = await posted(plan, child)
    expect([await decided(first), await decided(first, other)]).toEqual([stopped, shared])
    const another = await pupil()
    const [kept, sent] = [await posted(plan, another), await posted(plan, another)]
    expect([await decided(kept), await decided(sent)]).toEqual([shared, shared])
    const from = (await hub.head(school, false)) - 2
    await declined(another, { eventId: kept.toUpperCase() })
    const { events } = await hub.feed(school, from)
    expect(events.map(({ data }) => reasonOf(data))).toEqual(['no-longer-entitled', 'a copy'])
    expect(await decided(kept)).toBe(stopped)
  })

  it('keeps in what has not left when it is posted, and tells nobody who had a copy already', async () => {
    const child = await pupil()
    const from = await hub.head(school)
    const eventId = await posted(plan, child)
    const { events } = await hub.feed(school, from)
    expect(hub.open(school, events[0]).data.eventId).toBe(eventId)
    const waiting = await hub.head(other, false)
    await declined(child)
    const left = await hub.feed(other, waiting - 1)
    expect(left.events[0]?.data.reason).toBe('no-longer-entitled')
    expect((await hub.feed(school, from + 1, 1)).events).toEqual([])
  })

  it('holds from the moment at which its child is found, where that had to wait', async () => {
    const child = await pupil()
    const waits = await posted(plan, child)
    expect(await decided(waits, other)).toBe(shared)
    const waiting = await hub.head(other, false)
    const from = await hub.head(officer)
    hub.identity.isSilent = true
    try {
      await declined(child)
    } finally {
      hub.identity.isSilent = false
    }
    expect((await hub.feed(officer, from)).events).toHaveLength(1)
    expect((await hub.feed(other, waiting - 1)).events[0]?.data.reason).toBe('no-longer-entitled')
    expect(await decided(await posted(plan, child))).toBe(stopped)
  })

  it('goes to the data protection officer alone, with its reason, whoever is involved or asked for', async () => {
    const child = await pupil()
    const from = await hub.head(officer)
    const eventId = await declined(child, { reason: 'A relative works there.', agencies: [school] })
    const { events } = await hub.feed(officer, from)
    const copy = hub.open('waymark-hub', events[0])
    expect(copy.data.body).toEqual({ reason: 'A relative works there.' })
    const rows = await hub.admin.query<{ recipient: string; outcome: string }>(
      'select recipient, outcome from exchange.decision where event_id = $1',
      [eventId],
    )
    expect(rows).toEqual([{ recipient: 'waymark-hub', outcome: 'PERMIT' }])
  })

  it('ends when it is withdrawn, like any event, and only its own sender names its events', async () => {
    const child = await pupil()
    const eventId = await declined(child)
    expect(await decided(await posted(plan, child))).toBe(stopped)
    await posted('any.basis.withdrawn', child, { withdrawsEventId: eventId })
    expect(await decided(await posted(plan, child))).toBe(shared)
    const ofAnother = await posted(plan, child, {}, 'tidewell-council')
    await expect(declined(child, { eventId: ofAnother })).rejects.toThrow('NOT_FOUND')
  })
})

interface Listed {
  readonly data: {
    readonly decisionsNotToShare: { readonly edges: readonly { readonly node: { id: string } }[] } | null
  }
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
  readonly extensions?: { readonly accessReceipts: readonly object[] }
}

async function listed(
  name: string,
  page = 'first: 100',
): Promise<Listed & { readonly nodes: readonly { id: string }[] }> {
  const node = 'id event { type } sender kind agencies aboutEvent isWithdrawn reason detriment detrimentReason'
  const query = `{ decisionsNotToShare(${page}) { edges { node { ${node} } } pageInfo { hasNextPage endCursor } } }`
  const purpose = /(?:auditor|officer)$/.test(name) ? 'audit' : 'safeguard-child'
  const answer = await hub.graphql<Listed>(name, query, {
    ...{ purpose, actions: ['readDecisions'] },
    actor: { role: 'auditor', reference: 'a-1' },
  })
  return { ...answer, nodes: answer.data.decisionsNotToShare?.edges.map((edge) => edge.node) ?? [] }
}

describe('what was set against sharing', () => {
  it('is found with its reason and the detriment test by auditors and officers, and its own by its sender, each on record', async () => {
    const [child, hidden] = [await pupil(), await pupil()]
    await hub.protect(hub.identity.childOf(hidden), 'existence-hidden')
    const id = await declined(child, { reason: 'A relative works there.', agencies: [school] })
    const ofHidden = await declined(hidden)
    for (const name of [officer, 'waymark-hub/auditor']) {
      const { nodes, extensions } = await listed(name)
      expect(nodes.find((node) => node.id === id)).toMatchObject({
        ...{ sender: council, kind: 'declined', agencies: [school], aboutEvent: null, isWithdrawn: false },
        ...{ reason: 'A relative works there.', detriment: 'more-detrimental' },
      })
      expect(nodes.map((node) => node.id)).not.toContain(ofHidden)
      expect(extensions?.accessReceipts).toHaveLength(nodes.length)
    }
    expect((await listed(council)).nodes.slice(0, 2).map((node) => node.id)).toEqual([ofHidden, id])
    expect((await listed(school)).nodes).toEqual([])
    const refused = await listed('waymark-hub/guardian-desk')
    expect(refused.errors?.[0]?.extensions.code).toBe('NOT_PERMITTED')
    await posted('any.basis.withdrawn', child, { withdrawsEventId: id })
    expect((await listed(officer)).nodes.find((node) => node.id === id)).toMatchObject({ isWithdrawn: true })
    expect((await listed(council, 'first: 1')).nodes).toHaveLength(1)
  })
})

describe('a recorded objection', () => {
  it('leaves to a person a copy that waited: its slot says so, and it leaves late when the person lets it', async () => {
    const child = await pupil()
    const eventId = await posted(plan, child)
    expect(await decided(eventId)).toBe(shared)
    const from = (await hub.head(school, false)) - 1
    await objection(child, 'pending')
    expect((await hub.feed(school, from)).events[0]?.data.reason).toBe('no-longer-entitled')
    expect(await decided(eventId)).toBe('REVIEW F22-objection-pending')
    const [task] = await hub.admin.query<{ task_id: string }>(
      `select task_id from exchange.review_task t join exchange.decision d using (decision_id)
        where t.event_id = $1 and d.recipient = $2`,
      [eventId, school],
    )
    const input = `{ id: "${task?.task_id ?? ''}", outcome: PERMIT, reason: "The mother was asked again." }`
    const officerOfCouncil = { purpose: 'safeguard-child', actor: { role: 'lead-social-worker', reference: 'sw-17' } }
    const answer = await hub.graphql<{ errors?: unknown }>(
      council,
      `mutation { decideSharing(input: ${input}) { outcome } }`,
      officerOfCouncil,
    )
    expect(answer.errors).toBeUndefined()
    const { events } = await hub.feed(school, from + 1)
    expect(hub.open(school, events[0]).data).toMatchObject({ eventId, decision: { decidedBy: 'person', late: true } })
    const again = await hub.feed(school, from)
    expect(again.events.map(({ data }) => reasonOf(data))).toEqual(['no-longer-entitled', 'a copy'])
  })

  it('leaves to a person what follows while it is pending, stops it when upheld, and stops nothing when refused', async () => {
    const child = await pupil()
    const pending = await objection(child, 'pending')
    expect(await decided(await posted(plan, child))).toBe('REVIEW F22-objection-pending')
    await objection(child, 'upheld', { agencies: [school] })
    const both = await posted(plan, child)
    expect([await decided(both), await decided(both, other)]).toEqual([
      'DENY F13-objection-upheld',
      'REVIEW F22-objection-pending',
    ])
    await objection(child, 'refused', { agencies: [other] })
    await posted('any.basis.withdrawn', child, { withdrawsEventId: pending })
    expect(await decided(await posted(plan, child), other)).toBe(shared)
  })
})
