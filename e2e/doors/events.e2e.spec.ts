import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ClientAnswer } from '#libs/client'
import type { PostedEvent } from '#libs/events'
import { verifyReceipt, type PublicJwks } from '#libs/security'
import { anEvent } from '#libs/testing'
import type { Agency, Receipt } from '../agency.js'
import { asSeen } from '../alike.js'
import { byParticulars, inventChild } from '../children.js'
import { admission, day, eventOf, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { changed, refusedEvents, unreadable, withdrawing } from './refused-events.js'
import { until } from '../until.js'

interface Refused {
  readonly code: string
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[]
}

describe('the door of events', () => {
  let system: System
  let council: Agency
  let school: Agency
  beforeAll(async () => {
    system = await System.open()
    council = system.as('northbridge-council')
    school = system.as('larkhill-primary')
  }, 240_000)
  afterAll(() => system.close())

  const aPlan = () => protectionPlan(byParticulars(inventChild()))
  const send = (body: string | Buffer, type = 'application/cloudevents+json', headers: Record<string, string> = {}) =>
    council.client.request('POST', '/v1/events', { body, headers: { 'content-type': type, ...headers } })
  const refusal = ({ status, body }: ClientAnswer) => ({ status, ...(body as Refused) })

  it('answers with a signed receipt that says nothing of the child', async () => {
    const receipts = JSON.parse(readFileSync(system.place.connectionFile, 'utf8')) as { receiptKeys: PublicJwks }
    const event = aPlan()
    const answer = await council.post(event)
    expect(answer.status).toBe(202)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { signature, ...receipt } = answer.body as Receipt
    expect(receipt).toMatchObject({
      source: event.source,
      id: event.id,
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      bodyDigest: expect.stringMatching(/^sha-256=:.+:$/),
      accessReceipt: { recordId: expect.any(String), commitment: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(Object.keys(receipt).sort()).toEqual([
      'acceptedAt',
      'accessReceipt',
      'bodyDigest',
      'eventId',
      'id',
      'source',
    ])
    expect(verifyReceipt(receipts.receiptKeys, receipt, signature)).toBe(true)
    expect(verifyReceipt(receipts.receiptKeys, { ...receipt, id: 'other' }, signature)).toBe(false)
    const published = (await (await fetch(new URL('/v1/keys', urlOfGateway()))).json()) as PublicJwks
    expect(verifyReceipt(published, receipt, signature)).toBe(true)
  })
  const urlOfGateway = () =>
    (JSON.parse(readFileSync(system.place.connectionFile, 'utf8')) as { gateway: string }).gateway

  it('refuses what cannot be read, or is too much, with its own code', async () => {
    const wrong: unknown[] = []
    for (const { name, status, code, body, type = 'application/cloudevents+json' } of unreadable) {
      const answer = await send(body, type)
      const isProblem = String(answer.headers.get('content-type')).startsWith('application/problem+json')
      const said = answer.body as { code?: string; type?: string; correlationId?: string }
      const isWhole = said.type === `/errors/${code}` && typeof said.correlationId === 'string'
      if (answer.status !== status || said.code !== code || !isProblem || !isWhole)
        wrong.push({ name, status: answer.status, said })
    }
    expect(wrong).toEqual([])
  })

  it('refuses each event that is wrong with its own code, at its own place, and echoes no value', async () => {
    const wrong: unknown[] = []
    for (const [name, status, code, pointer, change] of refusedEvents) {
      const event = changed(aPlan(), change)
      const answer = await council.post(event)
      const { status: was, code: given, errors = [] } = refusal(answer)
      const isPlaced = pointer === undefined || errors.some((fault) => fault.pointer.startsWith(pointer))
      if (was !== status || given !== code || !isPlaced) wrong.push({ name, was, given, errors })
      if (/999000001|A99999990|immigration/.test(answer.bytes.toString())) wrong.push({ name, echoed: answer.body })
    }
    expect(wrong).toEqual([])
    expect((await council.post(aPlan())).status).toBe(202)
  }, 60_000)

  it('names every field that is wrong at once', async () => {
    const event = changed(aPlan(), ({ data }) => {
      Object.assign(data.body, { startedOn: 'soon', categoryCode: 'WRONG' })
    })
    const { code, errors } = refusal(await council.post(event))
    expect(code).toBe('SCHEMA_INVALID')
    expect(errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '#/data/body/startedOn', code: 'DATE_FORM' }),
        expect.objectContaining({ pointer: '#/data/body/categoryCode' }),
      ]),
    )
  })

  it('wants the purpose of the header and of the basis to be the same', async () => {
    const body = JSON.stringify(aPlan())
    const other = await send(body, undefined, { 'waymark-purpose': 'promote-welfare' })
    expect(refusal(other)).toMatchObject({
      status: 422,
      code: 'BASIS_NOT_VALID_FOR_TYPE',
      errors: [{ pointer: '#/data/sharingBasis/purpose', code: 'PURPOSE_MISMATCH' }],
    })
    expect((await send(body, undefined, { 'waymark-purpose': 'safeguard-child' })).status).toBe(202)
  })

  it('gives the same event the same bytes for ever, and another body under its id 409', async () => {
    const event = aPlan()
    const first = await council.post(event)
    const reordered = Object.fromEntries(Object.entries(event).reverse())
    for (const again of [event, reordered]) {
      const answer = await council.post(again)
      expect(answer.status).toBe(202)
      expect(answer.headers.get('waymark-duplicate')).toBe('true')
      expect(answer.bytes.toString()).toBe(first.bytes.toString())
    }
    expect(first.headers.get('waymark-duplicate')).toBeNull()
    const other = { ...event, data: { ...event.data, body: { ...event.data.body, startedOn: day(-9) } } }
    expect(refusal(await council.post(other))).toMatchObject({ status: 409, code: 'EVENT_ID_REUSED' })
    const answers = await Promise.all(Array.from({ length: 30 }, () => council.post(event)))
    expect(new Set(answers.map(({ bytes }) => bytes.toString()))).toEqual(new Set([first.bytes.toString()]))
  })

  it('takes one new event that comes a hundred times at once as one', async () => {
    const event = aPlan()
    const answers = await Promise.all(Array.from({ length: 100 }, () => council.post(event)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ bytes }) => bytes.toString())).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('waymark-duplicate') === null).length).toBeGreaterThan(0)
    const [row] = await system.database.query<{ n: string }>(
      'select count(*) as n from exchange.event where source_event_id = $1',
      [event.id],
    )
    expect(row?.n).toBe('1')
  })

  it('answers each item of a batch in order; a bad one takes nobody along', async () => {
    const good = [aPlan(), aPlan(), aPlan()] as const
    const bad = changed(aPlan(), ({ data }) => {
      Reflect.deleteProperty(data, 'sharingBasis')
    })
    const answer = await council.post([good[0], bad, good[1], { nonsense: true }, good[2], good[0]])
    expect(answer.status).toBe(207)
    const { results, signature } = answer.body as { results: Record<string, unknown>[]; signature: string }
    expect(signature).toMatch(/^[\w-]+\.\.[\w-]+$/)
    expect(results.map(({ status, code, eventId }) => status ?? code ?? typeof eventId)).toEqual([
      'string',
      422,
      'string',
      422,
      'string',
      'string',
    ])
    expect(results[1]).toMatchObject({ source: bad['source'], id: bad['id'], status: 422, code: 'BASIS_MISSING' })
    expect(results[0]).not.toHaveProperty('signature')
    expect(results[5]).toMatchObject({ eventId: results[0]?.['eventId'] })
    const { body } = await council.post([...good])
    const again = body as { results: { eventId: string }[] }
    expect(again.results.map(({ eventId }) => eventId)).toEqual([0, 2, 4].map((at) => results[at]?.['eventId']))
  })

  it('answers a withdrawal of what is not yours as one of what is not there', async () => {
    const theirs = await system.as('tidewell-council').publish(
      eventOf({
        agency: 'tidewell-council',
        type: 'council.protection-plan.started',
        child: byParticulars(inventChild()),
      }),
    )
    const answers = await Promise.all(
      [theirs.eventId, '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4b'].map((id) =>
        council.post(
          changed(aPlan(), (draft) => {
            withdrawing(draft, id)
          }),
        ),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
    expect(asSeen(answers[0] as ClientAnswer)).toBe(asSeen(answers[1] as ClientAnswer))
    expect(answers[0]?.bytes).toEqual(answers[1]?.bytes)
  })

  it('keeps unknown members of a body sealed, and delivers them to nobody', async () => {
    const child = byParticulars(inventChild(), ['nhs', 'upn'])
    const { head } = await school.status()
    await school.publish(admission('larkhill-primary', child))
    const event = protectionPlan(child)
    const posted = {
      ...event,
      data: { ...event.data, body: { ...event.data.body, ourOwnField: 'kept' } },
    } as PostedEvent
    await council.publish(posted)
    const copy = await school.awaitCopy(event, head)
    expect(copy.data.body).not.toHaveProperty('ourOwnField')
  })

  it('takes an event that lies ahead, holds it, and tells its sender', async () => {
    const { head } = await council.status()
    const event = changed(aPlan(), ({ data }) => {
      Object.assign(data, { occurredAt: new Date(Date.now() + 3_600_000).toISOString() })
    })
    const answer = await council.post(event)
    expect(answer.status).toBe(202)
    const { eventId } = answer.body as Receipt
    const held = await until('the sender is told', async () =>
      (await council.slotsAfter(head)).find(
        (slot) =>
          slot.kind === 'copy' && slot.type === 'uk.waymark.hub.event.held.v1' && slot.data.body['eventId'] === eventId,
      ),
    )
    expect(JSON.stringify(held)).toContain('OCCURRED_AHEAD')
  })

  it('lets events go on in the order in which their sender counts them', async () => {
    const child = byParticulars(inventChild(), ['nhs', 'upn'])
    const { head } = await school.status()
    await school.publish(admission('larkhill-primary', child))
    const counted = (sendersequence: string): PostedEvent => ({ ...protectionPlan(child), sendersequence })
    const [one, three, two] = [counted('1'), counted('3'), counted('2')]
    for (const event of [one, three, two]) await council.publish(event)
    await school.awaitCopy(three, head)
    const ids = (await school.slotsAfter(head)).flatMap((slot) => (slot.kind === 'copy' ? [slot.id] : []))
    expect(ids).toEqual([one.id, two.id, three.id])
  })

  it('takes every golden event of the first set from the agency that posts it', async () => {
    const posters = {
      council: 'northbridge-council',
      school: 'larkhill-primary',
      nhs: 'northbridge-hospitals',
      police: 'vale-police',
      housing: 'northbridge-housing',
    }
    const posted = readdirSync('schemas/events/golden').filter((type) =>
      /^(council|school|nhs|police|housing)[.]/.test(type),
    )
    const refusedTypes: unknown[] = []
    for (const short of posted) {
      const kind = short.split('.')[0] as keyof typeof posters
      const example = anEvent(short)
      const sharingBasis = { ...example.data.sharingBasis, ...(kind === 'nhs' && { purpose: 'safeguard-child' }) }
      const data = { ...example.data, child: byParticulars(inventChild()), sharingBasis }
      const event = { ...example, source: `urn:waymark:agency:${posters[kind]}`, data }
      const answer = await system.as(posters[kind]).post(event)
      if (answer.status !== 202) refusedTypes.push([short, answer.status, answer.body])
    }
    expect(refusedTypes).toEqual([])
  }, 60_000)
})
