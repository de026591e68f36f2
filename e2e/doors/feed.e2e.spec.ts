import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Agency } from '../agency.js'
import { byParticulars, inventChild } from '../children.js'
import { admission, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'
import { HandMadeKey } from '../wire.js'

describe('the doors of feeds and acknowledgements', () => {
  let system: System
  let school: Agency
  beforeAll(async () => {
    system = await System.open()
    school = system.as('st-brannocs-primary')
  }, 240_000)
  afterAll(() => system.close())

  const tell = async () => {
    const child = byParticulars(inventChild(), ['upn', 'nhs'])
    await school.publish(admission('st-brannocs-primary', child))
    const event = protectionPlan(child)
    return system.as('northbridge-council').publish(event)
  }
  const acknowledgement = (claims: object, key = theirKey()) => {
    const body = key.key.sign(
      { kid: key.kid },
      { feed: 'st-brannocs-primary', at: new Date().toISOString(), ...claims },
    )
    return school.request('POST', '/v1/acknowledgements', body, { 'content-type': 'application/jose' })
  }
  const theirKey = () => HandMadeKey.read(join(system.place.folder, 'keys', 'st-brannocs-primary.sig.jwk'))

  it('a page is numbered without gaps, sealed, signed, and says where the feed stands', async () => {
    const { head } = await school.status()
    const { id } = await tell()
    const copy = await school.awaitCopy({ id }, head)
    expect(copy.sequence).toBe(head + 1)
    const answer = await school.request('GET', `/v1/feed?after=${head}&limit=1`)
    const [slot] = answer.body as Record<string, unknown>[]
    expect(slot).toMatchObject({
      specversion: '1.0',
      type: 'uk.waymark.hub.copy.sealed.v1',
      source: 'urn:waymark:hub',
      datacontenttype: 'application/jose',
      sequence: String(head + 1).padStart(19, '0'),
    })
    expect(slot?.['id']).not.toBe(id)
    expect(copy).toMatchObject({ id, source: 'urn:waymark:agency:northbridge-council' })
    expect(answer.headers.get('content-type')).toMatch('application/cloudevents-batch+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(Number(answer.headers.get('waymark-feed-head'))).toBeGreaterThanOrEqual(head + 1)
    expect(answer.headers.get('content-digest')).toBe(
      `sha-256=:${createHash('sha256').update(answer.bytes).digest('base64')}:`,
    )
    expect(answer.headers.get('signature-input')).toContain('content-digest')
    expect(answer.headers.get('signature')).toMatch(/^\w+=:.+:$/)
  })

  it('a long poll answers when there is something, and [] when there is not', async () => {
    const { head } = await school.status()
    const from = Date.now()
    const silent = await school.request('GET', `/v1/feed?after=${head}&wait=1`)
    expect([silent.status, silent.body, silent.headers.get('waymark-feed-head')]).toEqual([200, [], String(head)])
    expect(Date.now() - from).toBeGreaterThan(900)
    const [wait, askedAt] = [25, Date.now()]
    const waiting = school.request('GET', `/v1/feed?after=${head}&wait=${wait}`)
    await tell()
    expect((await waiting).body).toHaveLength(1)
    expect(Date.now() - askedAt).toBeLessThan(1_000 * wait)
  })

  it('lets two requests of a client wait, and no third', async () => {
    const { head } = await school.status()
    const three = [1, 2, 3].map(() => school.request('GET', `/v1/feed?after=${head}&wait=25`))
    const mayWait = new Error('may wait')
    const third = await Promise.any(
      three.map((asked) => asked.then((answer) => (answer.status === 200 ? Promise.reject(mayWait) : answer))),
    )
    expect(third.body).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
    await tell()
    expect((await Promise.all(three)).map(({ status }) => status).sort()).toEqual([200, 200, 429])
    expect((await school.request('GET', `/v1/feed?after=${head}`)).status).toBe(200)
  })

  it('cuts what is over a limit, and refuses what is no number', async () => {
    expect((await school.request('GET', '/v1/feed?limit=99999999999999999999')).status).toBe(200)
    for (const query of [
      'after=-1',
      'after=x',
      'after=1&after=2',
      'limit=0',
      'limit=1.5',
      'wait=-1',
      'after=',
      'after=1e3',
    ]) {
      const { status, body } = await school.request('GET', `/v1/feed?${query}`)
      expect([query, status, (body as { code: string }).code]).toEqual([query, 400, 'MALFORMED'])
    }
  })

  it('is acknowledged by a signature, up to a number that was sent, and never back', async () => {
    const { head } = await school.status()
    const { id } = await tell()
    const { sequence } = await school.awaitCopy({ id }, head)
    const answer = await acknowledgement({ upTo: sequence })
    expect([answer.status, answer.body]).toEqual([200, { acknowledged: sequence }])
    expect((await acknowledgement({ upTo: sequence - 1 })).body).toEqual({ acknowledged: sequence })
    expect((await acknowledgement({ upTo: sequence + 1000 })).body).toMatchObject({
      status: 409,
      code: 'ACKNOWLEDGED_BEYOND_SENT',
    })
    expect(await school.status()).toMatchObject({ acknowledged: sequence })
    const bad = [
      acknowledgement({ upTo: sequence }, { key: new HandMadeKey(), kid: theirKey().kid }),
      acknowledgement({ upTo: sequence, feed: 'larkhill-primary' }),
      acknowledgement({ upTo: -1 }),
      acknowledgement({ upTo: 'all' }),
    ]
    for (const refused of await Promise.all(bad))
      expect(refused.body).toMatchObject({ status: 422, code: 'SCHEMA_INVALID' })
    const asJson = await school.request('POST', '/v1/acknowledgements', { feed: 'st-brannocs-primary', upTo: 1 })
    expect(asJson.body).toMatchObject({ status: 415, code: 'MEDIA_TYPE' })
    expect(await school.status()).toMatchObject({ acknowledged: sequence })
  })

  it('may be read again from anywhere, with the same numbers', async () => {
    const slots = await school.slotsAfter(0)
    expect(slots.map(({ sequence }) => sequence)).toEqual(slots.map((_, at) => at + 1))
    expect((await school.slotsAfter(0)).map(({ sequence }) => sequence)).toEqual(slots.map(({ sequence }) => sequence))
  })

  it('a copy nobody acknowledges in time is told to its sender, with the phone to ring', async () => {
    const council = system.as('northbridge-council')
    const { head } = await council.status()
    const before = await school.status()
    const { id, eventId } = await tell()
    await school.awaitCopy({ id }, before.head)
    const officer = system.as('data-protection-officer')
    const moved = await officer.request('POST', '/v1/demo-clock', { advance: 'P5D' })
    expect([moved.status, moved.body]).toEqual([200, expect.objectContaining({ now: expect.any(String) })])
    const told = await until('the council is told', async () =>
      (await council.slotsAfter(head)).find(
        (slot) =>
          slot.kind === 'copy' &&
          slot.type === 'uk.waymark.hub.delivery.unacknowledged.v1' &&
          slot.data.body['eventId'] === eventId &&
          slot.data.body['recipient'] === 'st-brannocs-primary',
      ),
    )
    expect(told).toMatchObject({ data: { body: { phone: expect.stringMatching(/^01632/) } } })
    for (const advance of ['-P1D', 'tomorrow', 'P1Y', 5, '']) {
      const refused = await officer.request('POST', '/v1/demo-clock', { advance })
      expect([advance, [400, 422].includes(refused.status)]).toEqual([advance, true])
    }
    expect(readFileSync(system.place.connectionFile, 'utf8')).toContain('"sandbox"')
  })
})
