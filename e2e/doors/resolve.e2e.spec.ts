import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Agency } from '../agency.js'
import { inventChild } from '../children.js'
import { day } from '../events.js'
import { System } from '../system.js'

describe('the door of records', () => {
  let system: System
  let council: Agency
  beforeAll(async () => {
    system = await System.open()
    council = system.as('northbridge-council')
  }, 240_000)
  afterAll(() => system.close())

  it('tells the UCI of a record, whether the child was known or not, with a receipt', async () => {
    const child = inventChild()
    const first = await council.resolve(child)
    const second = await system.as('tidewell-council').resolve(child)
    for (const { status, body } of [first, second])
      expect([status, body]).toEqual([
        200,
        expect.objectContaining({
          outcome: 'identified',
          uci: expect.stringMatching(/^99/),
          accessReceipt: expect.objectContaining({ commitment: expect.any(String) }),
        }),
      ])
    expect((second.body as { uci: string }).uci).toBe((first.body as { uci: string }).uci)
    expect(Object.keys(second.body as object).sort()).toEqual(Object.keys(first.body as object).sort())
  })

  it('finds without making anything', async () => {
    const child = inventChild()
    expect((await council.resolve(child, { mode: 'find' })).body).toMatchObject({ outcome: 'none' })
    expect((await council.resolve(child, { mode: 'find' })).body).not.toHaveProperty('uci')
    const uci = await council.uciOf(child)
    expect((await council.resolve(child, { mode: 'find' })).body).toMatchObject({ outcome: 'found', uci })
  })

  const faults: readonly [string, number, string, string, Readonly<Record<string, unknown>>][] = [
    ['a date in another form', 400, 'MALFORMED', 'DATE_FORM', { bornOn: '14/05/2019' }],
    ['a date that does not exist', 400, 'MALFORMED', 'DATE_FORM', { bornOn: '2019-02-30' }],
    ['a range of dates', 400, 'MALFORMED', 'DATE_FORM', { bornOn: '2019-01-01/2019-02-01' }],
    ['a wildcard', 400, 'MALFORMED', 'TEXT_WILDCARD', { names: [{ given: 'Ami*', family: 'Example' }] }],
    ['control characters', 400, 'MALFORMED', 'TEXT_CONTROL', { names: [{ given: 'A\u0007', family: 'Example' }] }],
    ['an unknown member', 400, 'MALFORMED', 'FIELD_UNKNOWN', { nickname: 'x' }],
    ['a birthday in the future', 422, 'SCHEMA_INVALID', 'DATE_IMPLAUSIBLE', { bornOn: day(400) }],
    ['somebody of thirty', 422, 'SCHEMA_INVALID', 'DATE_IMPLAUSIBLE', { bornOn: '1990-01-01' }],
    ['too little', 422, 'EVIDENCE_INSUFFICIENT', '', { names: [], identifiers: [], bornOn: '2019-05-14' }],
    [
      'a UCI with a typing error',
      422,
      'IDENTIFIER_INVALID',
      'UCI_CHECK_FAILED',
      { identifiers: [{ system: 'urn:waymark:uci', value: '99MJ-YZXT-0V' }] },
    ],
    ['the third of two', 422, 'SCHEMA_INVALID', 'FIELD_COMBINATION', { birthOrder: { order: 3, of: 2 } }],
    ['the year 0', 400, 'MALFORMED', 'DATE_FORM', { recordedAt: '0000-01-01T00:00:00Z' }],
  ]
  it('refuses each record that is wrong with its own code, and echoes nothing', async () => {
    const wrong: unknown[] = []
    for (const [name, status, code, field, overrides] of faults) {
      const answer = await council.resolve(inventChild(), overrides)
      const said = answer.body as { code?: string; errors?: { code: string }[] }
      const isNamed = field === '' || said.errors?.some((error) => error.code === field)
      if (answer.status !== status || said.code !== code || !isNamed) wrong.push({ name, status: answer.status, said })
      if (/Ami|1990|YZXT/.test(answer.bytes.toString())) wrong.push({ name, echoed: true })
    }
    expect(wrong).toEqual([])
  })

  it('takes a wrong check digit beside particulars, with a notice', async () => {
    const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
    const answer = await council.resolve(inventChild(), { identifiers: [{ system: nhs, value: '9990000019' }] })
    expect(answer.body).toMatchObject({ notices: [{ pointer: expect.stringContaining('#/identifiers/0') }] })
    expect(answer.status).toBe(200)
  })

  it('knows a record again, and refuses another body under its version', async () => {
    const child = inventChild()
    const same = { sourceRecordId: 'P-1', recordedAt: '2026-10-01T09:00:00Z' }
    const version = { ...same, sourceRecordId: `P-${child.uprn}` }
    const first = await council.resolve(child, version)
    const again = await council.resolve(child, version)
    expect((again.body as { uci: string }).uci).toBe((first.body as { uci: string }).uci)
    expect((await council.resolve({ ...child, bornOn: '2015-01-01' }, version)).body).toMatchObject({
      status: 409,
      code: 'RECORD_VERSION_REUSED',
    })
  })

  it('refuses a body over 256 KiB, a foreign source and a purpose unlike the header', async () => {
    const large = await council.request('POST', '/v1/resolve', { names: [{ given: 'x'.repeat(257 * 1024) }] })
    expect(large.body).toMatchObject({ status: 413, code: 'TOO_LARGE' })
    const foreign = await council.resolve(inventChild(), { source: 'urn:waymark:agency:vale-police' })
    expect(foreign.body).toMatchObject({ status: 403, code: 'SOURCE_NOT_YOURS' })
    const purpose = await council.resolve(inventChild(), { purpose: 'promote-welfare' })
    expect(purpose.body).toMatchObject({
      status: 422,
      code: 'BASIS_NOT_VALID_FOR_TYPE',
      errors: [{ pointer: '#/purpose', code: 'PURPOSE_MISMATCH' }],
    })
    const missing = await council.client.request('POST', '/v1/resolve', { body: '{"a":1,"a":2}' })
    expect(missing.body).toMatchObject({ status: 400, code: 'MALFORMED' })
  })

  it('a request under an Idempotency-Key takes effect once, and is answered again with the same bytes', async () => {
    const guardian = system.as('guardian-desk')
    const asked = {
      ...{ level: 'existence-hidden', reason: 'A test.', reviewOn: '2099-01-01' },
      child: {
        identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: inventChild().nhsNumber }],
      },
    }
    const post = (body: object) =>
      guardian.request('POST', '/v1/protections', body, { 'idempotency-key': 'guardian-desk/0001' })
    const [first, again] = [await post(asked), await post(asked)]
    expect(first.status).toBe(201)
    expect([again.status, again.bytes]).toEqual([201, first.bytes])
    expect((await post({ ...asked, reason: 'Another.' })).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  it('a protection takes one guardian, its end takes two', async () => {
    const guardian = system.as('guardian-desk')
    const child = inventChild()
    const set = await guardian.request('POST', '/v1/protections', {
      ...{ level: 'existence-hidden', reason: 'A test.', reviewOn: '2099-01-01' },
      child: { identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: child.nhsNumber }] },
    })
    expect(set.status).toBe(201)
    const { protectionId } = set.body as { protectionId: string }
    const as = (reference: string) => ({ purpose: 'safeguard-child', actor: `guardian-desk;${reference}` })
    const path = `/v1/protections/${protectionId}/lift`
    const early = await guardian.client.request('POST', `${path}/approval`, as('gd-2'))
    expect(early.status).toBeGreaterThanOrEqual(400)
    const asked = await guardian.client.request('POST', path, { ...as('gd-1'), body: { reason: 'No longer needed.' } })
    expect(asked.status).toBeLessThan(300)
    const alone = await guardian.client.request('POST', `${path}/approval`, as('gd-1'))
    expect(alone.body).toMatchObject({ code: 'ANOTHER_PERSON_NEEDED' })
    const byProgram = { ...as('gd-3'), actor: 'system-client;gd-3' }
    expect((await guardian.client.request('POST', `${path}/approval`, byProgram)).body).toMatchObject({
      code: 'NOT_PERMITTED',
    })
    const isHidden = async () => {
      const [row] = await system.database.query<{ n: string }>(
        'select count(*) as n from identity.protection where id = $1 and lifted_at is null',
        [protectionId],
      )
      return row?.n === '1'
    }
    expect(await isHidden()).toBe(true)
    expect((await guardian.client.request('POST', `${path}/approval`, as('gd-2'))).status).toBeLessThan(300)
    expect(await isHidden()).toBe(false)
    const absent = await guardian.client.request('POST', `/v1/protections/${protectionId.slice(0, -4)}0000/lift`, {
      ...as('gd-1'),
      body: { reason: 'x' },
    })
    expect(absent.status).toBe(404)
    const malformed = await guardian.request('POST', '/v1/protections', { level: 'very-hidden', child: {} })
    expect(malformed.body).toMatchObject({ status: 422, code: 'SCHEMA_INVALID' })
    const nobody = { level: 'existence-hidden', reason: 'A test.', reviewOn: '2099-01-01' }
    const meantBy = async (who: object) =>
      (await guardian.request('POST', '/v1/protections', { ...nobody, child: who })).body
    expect(await meantBy({ demographics: {} })).toMatchObject({ status: 422, code: 'EVIDENCE_INSUFFICIENT' })
    expect(await meantBy({ identifiers: [{ system: 'urn:x', value: '1' }] })).toMatchObject({
      ...{ status: 422, code: 'IDENTIFIER_INVALID' },
      errors: [{ pointer: '#/child/identifiers/0/system' }],
    })
    const over = {
      level: 'existence-hidden',
      reason: 'A test.',
      reviewOn: '2020-01-01',
      child: { uci: '99MJ-YZXT-0T' },
    }
    expect((await guardian.request('POST', '/v1/protections', over)).body).toMatchObject({
      ...{ status: 422, code: 'SCHEMA_INVALID' },
      errors: [{ pointer: '#/reviewOn', code: 'DATE_IMPLAUSIBLE' }],
    })
  })
})
