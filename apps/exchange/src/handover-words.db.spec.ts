import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest } from './exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-handover-words-')))
}, 120_000)
// What one test posted comes into no feed that the next one reads.
afterEach(() => hub.settled())
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

const [opener, receiver, council, police] = [
  ...['larkhill-primary', 'st-brannocs-primary', 'northbridge-council', 'vale-police'],
] as [string, string, string, string]

type Word = 'confirmed' | 'declined'

async function pupil(): Promise<ChildReference> {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  for (const name of [opener, receiver]) await hub.involve(hub.identity.childOf(child), name, 'registered')
  return child
}

/** What `safeguarding` made of a departure from Larkhill to St Brannoc's. */
async function departureOf(child: ChildReference): Promise<string> {
  const id = newId()
  await hub.admin.query(
    `insert into safeguarding.handover (id, child_id, kind, opened_by, opened_on, opened_at, expected_receiver, council, contact,
       due_at, state, level, is_halved, rule_version, source_event_id, source_seq, subject_key_id, sealed_subject)
     values ($1, $2, 'school', $3, '2026-11-20', now(), $4, $5, '{}', now(), 'open', 0, false, 1, $1, 1, $1, '')`,
    [id, hub.identity.childOf(child), opener, receiver, council],
  )
  return id
}

/** Posts a word; `safeguarding`, which the router follows, takes it or not. @returns the event's id, once it is routed */
async function said(
  by: string,
  word: Word,
  of: { id: string; child: ChildReference; isTaken?: boolean; data?: object },
) {
  const { id, child, isTaken = false, data: more } = of
  const { data, ...envelope } = anEvent(`any.handover.${word}`)
  const sharingBasis = { ...data.sharingBasis, purpose: 'safeguard-child' }
  const known = { ...data, occurredAt: new Date().toISOString(), child, sharingBasis, ...more }
  const progress = (next: number) => hub.admin.query('update safeguarding.consumer_offset set next = $1', [next])
  await progress(0)
  const answer = await hub.post(by, {
    ...{ ...envelope, id: newId(), source: `urn:waymark:agency:${by}` },
    data: { ...known, body: { ...data.body, handoverId: id } },
  })
  expect(answer.statusCode === 202 ? '' : answer.body).toBe('')
  const { eventId } = answer.json<{ eventId: string }>()
  if (isTaken)
    await hub.admin.query(
      `insert into safeguarding.handover_move (id, handover_id, from_state, to_state, level, at, by_agency, by_event_id)
       values ($1, $2, 'open', $3, 0, now(), $4, $5)`,
      [newId(), id, word, by, eventId],
    )
  await progress(1_000_000)
  await hub.settled()
  return eventId
}

/** What `safeguarding` made of the word, or the arrival, that closed a handover. */
async function closedBy(eventId: string, id: string): Promise<void> {
  await hub.admin.query(
    `update safeguarding.handover set state = 'confirmed', closed_at = now(), closed_by_event_id = $1 where id = $2`,
    [eventId, id],
  )
}

interface Heard {
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

/** What an agency hears while something is done. */
async function hears(by: readonly string[], work: () => Promise<unknown>): Promise<readonly (readonly Heard[])[]> {
  const before = await Promise.all(by.map((name) => hub.head(name)))
  await work()
  return Promise.all(
    by.map(async (name, n) => {
      const { events } = await hub.feed(name, before[n] ?? 0, 0)
      return events.map((envelope): Heard => {
        const { type, data } = hub.open(name, envelope)
        return { type: type.split('.').slice(2, -1).join('.'), body: data.body }
      })
    }),
  )
}

describe('a word about a handover', () => {
  it.each<Word>(['confirmed', 'declined'])(
    'that is not the receiver’s (%s) reaches nobody, even if asked for; the one who said it hears that it was not taken',
    async (word) => {
      const child = await pupil()
      const id = await departureOf(child)
      let eventId = ''
      const heard = await hears([opener, council, receiver, police], async () => {
        eventId = await said(police, word, { id, child, data: { requestedRecipients: [opener, council] } })
      })
      const notice = { type: 'hub.event.held', body: expect.objectContaining({ eventId, code: 'CONTRACT_BROKEN' }) }
      expect(heard).toEqual([[], [], [], [notice]])
    },
  )

  it.each<Word>(['confirmed', 'declined'])(
    'that is the receiver’s (%s) reaches the opener, and is not held',
    async (word) => {
      const child = await pupil()
      const id = await departureOf(child)
      const heard = await hears([opener, receiver], () => said(receiver, word, { id, child, isTaken: true }))
      expect(heard).toMatchObject([[{ type: `any.handover.${word}`, body: { handoverId: id } }], []])
    },
  )

  it('that repeats what closed the handover is no fault, and reaches nobody again', async () => {
    const child = await pupil()
    const id = await departureOf(child)
    await closedBy(await said(receiver, 'confirmed', { id, child, isTaken: true }), id)
    const again = await hears([opener, receiver, council], () => said(receiver, 'confirmed', { id, child }))
    expect(again).toEqual([[], [], []])
  })

  it('that contradicts what its sender said, or repeats what another said, was not taken', async () => {
    const [child, another] = [await pupil(), await pupil()]
    const id = await departureOf(child)
    await closedBy(await said(receiver, 'confirmed', { id, child, isTaken: true }), id)
    for (const [by, word, of] of [
      [receiver, 'declined', child],
      [receiver, 'confirmed', another],
      [police, 'confirmed', child],
    ] as const) {
      const heard = await hears([opener, by], () => said(by, word, { id, child: of }))
      expect(heard).toMatchObject([[], [{ type: 'hub.event.held', body: { code: 'CONTRACT_BROKEN' } }]])
    }
  })

  it('says alike of a handover that nobody has, and of one whose child is hidden, that it was not taken', async () => {
    const [child, hidden] = [await pupil(), await pupil()]
    await hub.protect(hub.identity.childOf(hidden), 'existence-hidden')
    const ofHidden = await departureOf(hidden)
    let confirmed = ''
    for (const of of [
      { id: newId(), child },
      { id: newId(), child: hidden },
      { id: ofHidden, child: hidden },
      { id: ofHidden, child: hidden, isTaken: true },
      { id: ofHidden, child: hidden, isAgain: true },
    ]) {
      if ('isAgain' in of) await closedBy(confirmed, ofHidden)
      const heard = await hears([opener, receiver], async () => {
        confirmed = await said(receiver, 'confirmed', of)
      })
      expect(heard).toMatchObject([[], [{ type: 'hub.event.held', body: { code: 'CONTRACT_BROKEN' } }]])
      expect(Object.keys(heard[1]?.[0]?.body ?? {}).sort()).toEqual(['code', 'eventId', 'since'])
    }
  })
})
