import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { validateDelivered, type ChildReference, type PostedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import { verifyReceipt, type PrivateJwk } from '#libs/security'
import { aChild, anEvent, waymarkDatabase, type EventOverrides, type TestDatabase } from '#libs/testing'
import type { AgreementBook } from './basis/agreement-book.js'
import { keptAgreements } from './basis/basis.module.js'
import type { Kept } from './basis/kept.js'
import { openedCopy, signedBody } from './copy-under-test.js'
import { CopiesInHand } from './delivery/copies-in-hand.js'
import { ExchangeUnderTest, until } from './exchange-under-test.js'
import { DatabaseClock } from './ingest/database-clock.js'
import { keptDirectory } from './routing/routing.module.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-exchange-')))
}, 120_000)
// What one test posted comes into no feed that the next one reads.
afterEach(() => hub.settled())
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

let lastNumber = 999_000_100
/** A child nobody else of this file is, with its NHS number of the range that is never issued. */
function anotherChild(): ChildReference {
  for (;;) {
    const digits = Array.from(String(++lastNumber), Number)
    const check = (11 - (digits.reduce((sum, digit, n) => sum + digit * (10 - n), 0) % 11)) % 11
    const value = `${digits.join('')}${check}`
    if (check !== 10)
      return aChild({ recordId: newId(), identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value }] })
  }
}

const purposes: Readonly<Record<string, string>> = { 'northbridge-housing': 'homeless-family-support' }

function eventOf(agency: string, type: string, { data, ...overrides }: EventOverrides = {}): PostedEvent {
  const { data: example, ...envelope } = anEvent(type, overrides)
  const sharingBasis = { ...example.sharingBasis, purpose: purposes[agency] ?? 'safeguard-child' }
  return {
    ...envelope,
    source: `urn:waymark:agency:${agency}`,
    data: { ...example, occurredAt: new Date().toISOString(), sharingBasis, ...data },
  }
}

function planFor(child: ChildReference): PostedEvent {
  return eventOf('northbridge-council', 'council.protection-plan.started', { data: { child } })
}

interface Receipt {
  readonly eventId: string
  readonly signature: string
}

async function accepted(agency: string, event: unknown): Promise<Receipt> {
  const answer = await hub.post(agency, event)
  expect(answer.statusCode === 202 ? '' : answer.body).toBe('')
  return answer.json()
}

async function involvedChild(...involved: readonly (readonly [string, string])[]): Promise<ChildReference> {
  const child = anotherChild()
  for (const [agency, kind] of involved) await hub.involve(hub.identity.childOf(child), agency, kind)
  return child
}

const slot = (n: number) => String(n).padStart(19, '0')

const agreements = () => hub.app.get<Kept<AgreementBook>>(keptAgreements)

/** Ends the agreement of st-brannocs-primary, or takes that back. */
const endOfBrannocs = (ending: string) =>
  hub.admin.query(
    `update exchange.agreement set (ended_at, ended_by, ended_because) = (${ending}) where agency_id = 'st-brannocs-primary'`,
  )

describe('an event on its way', () => {
  it('reaches whoever is entitled, minimised and sealed, and nobody else; who was refused is on record', async () => {
    const child = await involvedChild(['larkhill-primary', 'registered'])
    const plan = eventOf('northbridge-council', 'council.protection-plan.started', {
      data: { child, requestedRecipients: ['northbridge-housing'] },
    })
    const [was, ofHousing] = [await hub.head('larkhill-primary'), await hub.head('northbridge-housing')]
    const { signature, ...receipt } = await accepted('northbridge-council', plan)
    const hubKey = createPublicKey(hub.keys.receiptKey.privateKey)
    const jwks = { keys: [{ ...hubKey.export({ format: 'jwk' }), kid: hub.keys.receiptKey.kid }] }
    expect(verifyReceipt(jwks, receipt, signature)).toBe(true)
    expect(JSON.stringify(receipt)).not.toContain('99MJ')

    const { events, headers, body } = await hub.feed('larkhill-primary', was)
    expect(events).toMatchObject([
      { type: 'uk.waymark.hub.copy.sealed.v1', sequence: slot(was + 1), id: receipt.eventId },
    ])
    expect(headers['content-digest']).toBe(`sha-256=:${createHash('sha256').update(body).digest('base64')}:`)
    const signed = ['content-digest', 'waymark-feed-head', 'waymark-feed-acknowledged']
    const parameters = String(headers['signature-input']).replace('waymark=', '')
    const base = [...signed.map((name) => `"${name}": ${String(headers[name])}`), `"@signature-params": ${parameters}`]
    const proof = Buffer.from(String(headers['signature']).slice('waymark=:'.length, -1), 'base64')
    expect(verify(null, Buffer.from(base.join('\n')), hubKey, proof)).toBe(true)

    const copy = hub.open('larkhill-primary', events[0])
    expect(validateDelivered(copy)).toEqual([])
    expect(copy.data.body).toMatchObject({ contact: { phone: '01632 960001' } })
    expect(copy.data.body).not.toHaveProperty('categoryCode')
    expect(await hub.head('northbridge-housing')).toBe(ofHousing)

    interface Decided {
      readonly data: { readonly decisions: readonly { recipient: string; outcome: string; reasons: string[] }[] | null }
      readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
      readonly extensions?: { readonly accessReceipts: readonly object[] }
    }
    const question = (eventId: string) => `{ decisions(eventId: "${eventId}") { recipient outcome reasons } }`
    const seenByPoster = await hub.graphql<Decided>('northbridge-council', question(receipt.eventId))
    expect(seenByPoster.data.decisions).toMatchObject([
      { recipient: 'northbridge-housing', outcome: 'DENY', reasons: ['no-agreement'] },
    ])
    expect(seenByPoster.extensions?.accessReceipts).toHaveLength(1)
    const seenByAuditor = await hub.graphql<Decided>('waymark-hub/auditor', question(receipt.eventId))
    expect(seenByAuditor.data.decisions?.map(({ recipient, outcome }) => `${recipient} ${outcome}`).sort()).toEqual([
      'larkhill-primary PERMIT',
      'northbridge-hospitals PERMIT',
      'northbridge-housing DENY',
      'vale-police PERMIT',
    ])
    const refused = await hub.graphql<Decided>('northbridge-housing', question(receipt.eventId))
    const unknown = await hub.graphql<Decided>('northbridge-housing', question(newId()))
    expect(refused.data.decisions).toBeNull()
    expect(refused.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect(JSON.stringify(refused)).toBe(JSON.stringify(unknown))
  })

  it('gives a repeat the same bytes though its basis has ended meanwhile, and takes nothing else under it', async () => {
    const posted = eventOf('larkhill-primary', 'school.pupil.admitted', { data: { child: anotherChild() } })
    const endsAtMs = Date.now() + 3_600_000
    const sharingBasis = { ...posted.data.sharingBasis, validUntil: new Date(endsAtMs).toISOString() }
    const event = { ...posted, data: { ...posted.data, sharingBasis } }
    const first = await hub.post('larkhill-primary', event)
    const clock = jest.spyOn(hub.app.get(DatabaseClock), 'nowMs').mockReturnValue(endsAtMs + 1)
    const again = await hub.post('larkhill-primary', event)
    const other = await hub.post('larkhill-primary', { ...event, id: 'another' })
    clock.mockRestore()
    expect([first.statusCode, again.statusCode, again.body]).toEqual([202, 202, first.body])
    expect(again.headers['waymark-duplicate']).toBe('true')
    expect(other.json()).toMatchObject({ status: 422, code: 'BASIS_NOT_VALID_FOR_TYPE' })
  })

  it('gives a repeat the same bytes though its type may no longer be posted, and refuses what differs by what holds now', async () => {
    const event = eventOf('northbridge-hospitals', 'nhs.emergency-attendance.recorded', {
      data: { child: anotherChild() },
    })
    const first = await hub.post('northbridge-hospitals', event)
    const narrowed = `update exchange.agreement set body = jsonb_set(body, '{publish}', $1) where agency_id = 'northbridge-hospitals'`
    const [{ body }] = (await hub.admin.query(
      `select body from exchange.agreement where agency_id = 'northbridge-hospitals'`,
    )) as [{ body: { publish: readonly string[] } }]
    await hub.admin.query(narrowed, ['["nhs.birth.notified"]'])
    agreements().forget()
    const again = await hub.post('northbridge-hospitals', event)
    const others = await hub.post('northbridge-hospitals', [
      event,
      { ...event, id: 'other' },
      { ...event, id: '\u0000' },
      { ...event, time: '2026-11-20T15:05:00Z' },
    ])
    await hub.admin.query(narrowed, [JSON.stringify(body.publish)])
    agreements().forget()
    expect([first.statusCode, again.statusCode, again.body]).toEqual([202, 202, first.body])
    expect(again.headers['waymark-duplicate']).toBe('true')
    const { results } = others.json<{ results: readonly object[] }>()
    expect(results).toMatchObject([
      { eventId: first.json<Receipt>().eventId },
      ...Array.from({ length: 3 }, () => ({ code: 'TYPE_NOT_ALLOWED' })),
    ])
  })

  it('gives a repeat the same bytes, refuses another body, and keeps good items of a batch apart from bad ones', async () => {
    const child = anotherChild()
    const event = eventOf('larkhill-primary', 'school.pupil.admitted', { data: { child } })
    const [first, again] = [await hub.post('larkhill-primary', event), await hub.post('larkhill-primary', event)]
    expect([first.statusCode, again.statusCode, again.body]).toEqual([202, 202, first.body])
    expect([first, again].map(({ headers }) => headers['waymark-duplicate'])).toEqual([undefined, 'true'])
    const changed = { ...event, time: '2026-11-20T15:05:00Z' }
    expect((await hub.post('larkhill-primary', changed)).json()).toMatchObject({ code: 'EVENT_ID_REUSED', status: 409 })

    const foreign = eventOf('tidewell-council', 'council.enquiry.started', { data: { child } })
    const unknown = { ...event, type: 'uk.waymark.school.pupil.vanished.v1', id: 'unknown' }
    const notYours = eventOf('larkhill-primary', 'council.enquiry.started', { data: { child } })
    const bare = { ...event, id: 'bare', data: { ...event.data, sharingBasis: undefined } }
    const others = eventOf('larkhill-primary', 'any.basis.withdrawn', { body: { withdrawsEventId: newId() } })
    const batch = await hub.post('larkhill-primary', [event, foreign, unknown, notYours, bare, others])
    expect(batch.statusCode).toBe(207)
    const { results, signature } = batch.json<{ results: object[]; signature: string }>()
    expect(signature).toMatch(/^[\w-]+\.\.[\w-]+$/)
    expect(results).toMatchObject([
      { eventId: first.json<Receipt>().eventId },
      { id: foreign.id, status: 403, code: 'SOURCE_NOT_YOURS' },
      { id: 'unknown', status: 422, code: 'TYPE_UNKNOWN' },
      { id: notYours.id, status: 403, code: 'TYPE_NOT_ALLOWED' },
      { id: 'bare', status: 422, code: 'BASIS_MISSING' },
      { id: others.id, status: 404, code: 'NOT_FOUND' },
    ])
    expect(results[0]).not.toHaveProperty('signature')
    const events = await hub.admin.query('select 1 from exchange.event where source_event_id = $1', [event.id])
    expect(events).toHaveLength(1)
    expect((await hub.post('larkhill-primary', [])).statusCode).toBe(422)
    const tooMany = Array.from({ length: 501 }, () => event)
    expect((await hub.post('larkhill-primary', tooMany)).statusCode).toBe(413)
  })

  it('leaves a tombstone without a gap for a withdrawn copy that waits, and calls back one that was sent', async () => {
    const child = await involvedChild(['larkhill-primary', 'registered'], ['st-brannocs-primary', 'registered'])
    const [sentFrom, waitingFrom] = [await hub.head('larkhill-primary'), await hub.head('st-brannocs-primary')]
    const placed = eventOf('northbridge-housing', 'housing.temporary-accommodation.placed', { data: { child } })
    const { eventId } = await accepted('northbridge-housing', placed)
    expect((await hub.feed('larkhill-primary', sentFrom)).events).toMatchObject([{ id: eventId }])
    const beyond = await hub.acknowledge('larkhill-primary', sentFrom + 9)
    expect(beyond.json()).toMatchObject({ code: 'ACKNOWLEDGED_BEYOND_SENT' })
    const unread = { sequence: sentFrom + 9, problem: 'cannot-decrypt' }
    const beyondToo = await hub.acknowledge('larkhill-primary', sentFrom, [unread])
    expect(beyondToo.json()).toMatchObject({ code: 'ACKNOWLEDGED_BEYOND_SENT' })
    const nothing = await hub.acknowledge('larkhill-primary', sentFrom, [{ ...unread, sequence: 0 }])
    expect(nothing.json()).toMatchObject({ code: 'SCHEMA_INVALID' })
    const acknowledged = async (upTo: number) => (await hub.acknowledge('larkhill-primary', upTo)).json<object>()
    expect(await acknowledged(sentFrom + 1)).toEqual({ acknowledged: sentFrom + 1 })
    expect(await acknowledged(1)).toEqual({ acknowledged: sentFrom + 1 })
    const lower = { feed: 'larkhill-primary', upTo: 1, at: new Date().toISOString(), exceptions: [] }
    const [signed, keyed] = [signedBody(hub.keyOf('larkhill-primary', 'sig'), lower), { 'idempotency-key': newId() }]
    const kept = () => hub.admin.query('select acknowledgement_id from exchange.acknowledgement')
    const first = await hub.acknowledgeBy('larkhill-primary', signed, keyed)
    const evidence = await kept()
    expect((await hub.acknowledgeBy('larkhill-primary', signed, keyed)).body).toBe(first.body)
    expect(await kept()).toEqual(evidence)

    const withdrawal = { data: { child }, body: { withdrawsEventId: eventId } }
    await accepted('northbridge-housing', eventOf('northbridge-housing', 'any.basis.withdrawn', withdrawal))
    const reason = 'basis-withdrawn'
    const calledBack = { reason, withdraws: slot(sentFrom + 1) }
    expect((await hub.feed('larkhill-primary', sentFrom + 1)).events).toMatchObject([
      { type: 'uk.waymark.hub.copy.withdrawn.v1', sequence: slot(sentFrom + 2), data: calledBack },
    ])
    const [old] = (await hub.feed('larkhill-primary', sentFrom)).events
    expect(old).toMatchObject({ sequence: slot(sentFrom + 1), data: { reason } })
    const waited = (await hub.feed('st-brannocs-primary', waitingFrom)).events
    expect(waited).toMatchObject([{ sequence: slot(waitingFrom + 1), data: { reason } }])
    expect(waited[0]?.data).toEqual({ reason })
    expect(await acknowledged(sentFrom + 2)).toEqual({ acknowledged: sentFrom + 2 })
  })

  it('reaches the office of the hub that it is for, and no other reads or acknowledges it', async () => {
    const [officer, desk] = ['waymark-hub/data-protection-officer', 'waymark-hub/guardian-desk']
    const [officerFrom, deskFrom] = [await hub.head(officer), await hub.head(desk)]
    const child = await involvedChild(['larkhill-primary', 'registered'])
    const placed = eventOf('northbridge-housing', 'housing.temporary-accommodation.placed', { data: { child } })
    const { eventId: withdrawsEventId } = await accepted('northbridge-housing', placed)
    const withdrawal = { data: { child }, body: { withdrawsEventId } }
    const withdrawn = eventOf('northbridge-housing', 'any.basis.withdrawn', withdrawal)
    const { eventId } = await accepted('northbridge-housing', withdrawn)
    const [copy] = (await hub.feed(officer, officerFrom)).events
    expect(copy).toMatchObject({ id: eventId, sequence: slot(officerFrom + 1) })
    expect(hub.open('waymark-hub', copy).data.decision).toMatchObject({ ruleId: 'O4-data-protection-officer' })
    expect((await hub.feed(desk, 0, 0)).headers['waymark-feed-head']).toBe(String(deskFrom))
    const byDesk = await hub.acknowledge(desk, officerFrom + 1)
    expect(byDesk.json()).toMatchObject({ code: 'ACKNOWLEDGED_BEYOND_SENT' })
    expect((await hub.acknowledge(officer, officerFrom + 1)).json()).toEqual({ acknowledged: officerFrom + 1 })
    expect((await hub.feed(desk, 0, 0)).headers['waymark-feed-acknowledged']).toBe('0')
    const seen = await hub.admin.query('select agency_id from exchange.party_v where child_id = $1', [
      hub.identity.childOf(child),
    ])
    expect(seen.map(({ agency_id }) => agency_id)).toContain('waymark-hub')
  })

  it('is sealed anew under its number where the key of its recipient ended before it was fetched, which HEAD does not do', async () => {
    const child = await involvedChild(['merrow-academy', 'registered'])
    const from = await hub.head('merrow-academy')
    const { eventId } = await accepted('northbridge-council', planFor(child))
    await until(async () => (await hub.head('merrow-academy', false)) > from)
    const { publicKey, privateKey } = generateKeyPairSync('x25519')
    const kid = newId()
    await hub.admin.query(`update auth.public_key set not_after = now() where agency_id = $1 and use = 'enc'`, [
      'merrow-academy',
    ])
    await hub.admin.query(`insert into auth.public_key (kid, agency_id, use, jwk) values ($1, $2, 'enc', $3)`, [
      ...[kid, 'merrow-academy', JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid })],
    ])
    hub.app.get<Kept<unknown>>(keptDirectory).forget()
    const asked = {
      url: `/v1/feed?after=${from}`,
      headers: { 'x-caller': JSON.stringify(hub.caller('merrow-academy')) },
    }
    const stands = await hub.app.inject({ ...asked, method: 'HEAD' })
    expect([stands.statusCode, stands.headers['waymark-feed-head']]).toEqual([200, String(from + 1)])
    const sent = 'select first_sent_at from exchange.delivery where event_id = $1 and recipient = $2'
    const [unread] = await hub.admin.query(sent, [eventId, 'merrow-academy'])
    expect(unread).toEqual({ first_sent_at: null })
    const [envelope] = (await hub.feed('merrow-academy', from, 0)).events
    expect(envelope).toMatchObject({ id: eventId, sequence: slot(from + 1) })
    const key = { ...privateKey.export({ format: 'jwk' }), kid } as PrivateJwk
    expect(openedCopy(key, envelope?.data ?? '').data.eventId).toBe(eventId)
  })

  it('tells everyone who had it that an event was about the wrong child, and of no other child', async () => {
    const child = await involvedChild(['northbridge-council', 'responsible'])
    const from = await hub.head('northbridge-council')
    const concern = eventOf('larkhill-primary', 'school.attendance.concern-raised', { data: { child } })
    const { eventId } = await accepted('larkhill-primary', concern)
    const [copy] = (await hub.feed('northbridge-council', from)).events
    const body = { correctsEventId: eventId, kind: 'wrong-child' }
    const correction = eventOf('larkhill-primary', 'any.correction.issued', { data: { child: anotherChild() }, body })
    await accepted('larkhill-primary', correction)
    const [calledBack, told] = (await hub.feed('northbridge-council', from + 1)).events
    expect(calledBack).toMatchObject({ data: { reason: 'corrected', withdraws: slot(from + 1) } })
    const corrected = hub.open('northbridge-council', told)
    expect(corrected.data.body).toMatchObject({ correctsEventId: eventId, kind: 'wrong-child' })
    expect(corrected.subject).toBe(hub.open('northbridge-council', copy).subject)
  })

  it('keeps what identity cannot place yet, and holds what has not happened; both go on in order', async () => {
    const child = await involvedChild(['tidewell-council', 'responsible'])
    const before = await hub.head('tidewell-council')
    const attendance = () => eventOf('northbridge-hospitals', 'nhs.emergency-attendance.recorded', { data: { child } })
    hub.identity.isSilent = true
    const first = await accepted('northbridge-hospitals', attendance())
    const second = await accepted('northbridge-hospitals', attendance())
    hub.identity.isSilent = false
    const ids = async () => (await hub.feed('tidewell-council', before)).events.map(({ id }) => id)
    await until(async () => (await ids()).length === 2)
    expect(await ids()).toEqual([first.eventId, second.eventId])

    const from = await hub.head('northbridge-hospitals')
    const { data, ...envelope } = attendance()
    const ahead = { ...envelope, data: { ...data, occurredAt: new Date(Date.now() + 600_000).toISOString() } }
    const held = await accepted('northbridge-hospitals', ahead)
    const [notice] = (await hub.feed('northbridge-hospitals', from)).events
    expect(hub.open('northbridge-hospitals', notice)).toMatchObject({
      type: 'uk.waymark.hub.event.held.v1',
      data: { body: { eventId: held.eventId, code: 'OCCURRED_AHEAD' } },
    })
  })

  it('comes back to its sender with the phone to ring when nobody acknowledges it in time', async () => {
    const child = await involvedChild(['larkhill-primary', 'registered'])
    const [school, police] = [await hub.head('larkhill-primary'), await hub.head('vale-police')]
    const notice = eventOf('vale-police', 'police.domestic-abuse.notified', { data: { child } })
    const { eventId } = await accepted('vale-police', notice)
    expect((await hub.feed('larkhill-primary', school)).events).toMatchObject([{ id: eventId }])
    // Of what else is not acknowledged, words to other senders would come during later tests.
    await hub.admin.query(`update exchange.delivery set ack_due_at = 'infinity' where event_id <> $1`, [eventId])
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '11 days'`)
    const words: unknown[] = []
    for (let after = police; !words.includes(eventId); after += 1) {
      const [next] = (await hub.feed('vale-police', after, 20)).events
      const { type, data } = hub.open('vale-police', next)
      if (type.includes('unacknowledged')) words.push(data.body['eventId'], data.body['phone'])
    }
    expect(words).toContain('01632 960140')
    await hub.admin.query(`update safeguarding.demo_clock set ahead = interval '0'`)
  })

  it('is handed over to feeds that wait by the transaction that numbers it, and re-read with the same bytes from their slots', async () => {
    const names = ['larkhill-primary', 'st-brannocs-primary']
    const child = await involvedChild(['larkhill-primary', 'registered'], ['st-brannocs-primary', 'registered'])
    const from = new Map(await Promise.all(names.map(async (name) => [name, await hub.head(name)] as const)))
    const read = () => Promise.all(names.map((name) => hub.feed(name, from.get(name) ?? 0)))
    const waiting = read()
    await hub.waitedOn(names)
    const plan = planFor(child)
    await accepted('northbridge-council', plan)
    const first = (await waiting).map(({ events }) => events)
    const atOnce = 'select 1 from exchange.delivery where event_id = $1 and first_sent_at = created_at'
    expect(await hub.admin.query(atOnce, [first[0]?.[0]?.id])).toHaveLength(names.length)
    const inHand = hub.app.get(CopiesInHand)
    expect(inHand.for(new Set(names)).size).toBe(0)
    expect(inHand.for(new Set(['vale-police'])).size).toBeGreaterThan(0)
    expect((await read()).map(({ events }) => events)).toEqual(first)
    first.forEach((events, n) => {
      expect(hub.open(names[n] ?? '', events[0])).toMatchObject({
        id: plan.id,
        data: { body: { startedOn: expect.any(String) } },
      })
    })
  })

  it('is not handed over under an agreement that has ended since the router read it', async () => {
    const child = await involvedChild(['larkhill-primary', 'registered'], ['st-brannocs-primary', 'registered'])
    const names = ['larkhill-primary', 'st-brannocs-primary']
    const heads = await Promise.all(names.map((name) => hub.head(name)))
    const read = (beyond: number) => Promise.all(names.map((name, n) => hub.feed(name, (heads[n] ?? 0) + beyond)))
    await Promise.all([accepted('northbridge-council', planFor(child)), read(0)])
    const waiting = read(1)
    await hub.waitedOn(names)
    const asRead = jest.spyOn(agreements(), 'get').mockResolvedValue(await agreements().get())
    await endOfBrannocs(`now(), 'both', 'both sides'`)
    await accepted('northbridge-council', planFor(child))
    const [larkhill, brannocs] = (await waiting).map(({ events }) => events)
    await endOfBrannocs('null, null, null')
    asRead.mockRestore()
    expect(hub.open('larkhill-primary', larkhill?.[0])).toMatchObject({ data: { body: expect.anything() } })
    expect(brannocs?.map(({ data }) => data)).toEqual([{ reason: 'no-longer-entitled' }])
  })

  it('lets nothing leave under an agreement that the data protection officer has ended', async () => {
    const child = await involvedChild(['st-brannocs-primary', 'registered'])
    const from = await hub.head('st-brannocs-primary')
    await accepted('northbridge-council', planFor(child))
    await until(async () => (await hub.head('st-brannocs-primary', false)) > from)
    const ending =
      'mutation { endAgreement(id: "dsa-st-brannocs-primary", reason: "Ended by both sides") { id version endedAt } }'
    const denied = await hub.graphql<{ errors: object[] }>('waymark-hub/auditor', ending)
    expect(denied.errors).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
    const ended = await hub.graphql<{ data: { endAgreement: { endedAt: string } } }>(
      'waymark-hub/data-protection-officer',
      ending,
    )
    expect(Date.parse(ended.data.endAgreement.endedAt)).toBeGreaterThan(0)
    const { events } = await hub.feed('st-brannocs-primary', from)
    expect(events.map(({ data }) => data)).toEqual([{ reason: 'no-longer-entitled' }])
    const admitted = eventOf('st-brannocs-primary', 'school.pupil.admitted', { data: { child } })
    const posted = await hub.post('st-brannocs-primary', admitted)
    expect(posted.json()).toMatchObject({ code: 'BASIS_NOT_VALID_FOR_TYPE' })
    await endOfBrannocs('null, null, null')
    agreements().forget()
  })
})
