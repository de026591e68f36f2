import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named, nhs, type Family } from './hub-under-test.js'
import { FindChild } from './resolution/find-child.js'
import { EvenAnswers } from './resolution/even-answers.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-fhir-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const hospital = caller('northbridge-hospitals')

function patientOf(family: Family, more: object = {}): object {
  const [name] = family.names
  const [address] = family.addresses
  return {
    ...{ resourceType: 'Patient', birthDate: family.bornOn, gender: family.sex, active: true },
    name: [{ use: 'official', given: [name?.given], family: name?.family }],
    address: [{ postalCode: address?.postcode }],
    ...more,
  }
}

interface Bundle {
  readonly total: number
  readonly entry?: readonly {
    resource: { resourceType: string; id: string; issue?: object[] }
    search: { score?: number }
  }[]
}

async function match(patient: object, parameters: readonly object[] = [], by = hospital) {
  const body = { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: patient }, ...parameters] }
  const bytes = Buffer.from(JSON.stringify(body))
  const headers = { 'content-type': 'application/fhir+json' }
  const answer = await hub.send('POST', '/fhir/R4/Patient/$match', by, { bytes, headers })
  return {
    status: answer.status,
    type: String(answer.headers['content-type']),
    body: JSON.parse(answer.text) as Bundle,
  }
}

describe('Patient/$match', () => {
  it('finds a child for certain, by its UCI and nothing else of it, with an access record', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    const [before, children] = [
      await hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`),
      await hub.count('identity.child'),
    ]
    const found = await match(patientOf(family))
    expect(found).toMatchObject({ status: 200, type: 'application/fhir+json; charset=utf-8' })
    expect(found.body).toEqual({
      ...{ resourceType: 'Bundle', type: 'searchset', total: 1 },
      entry: [
        {
          resource: {
            ...{ resourceType: 'Patient', id: uci.replaceAll('-', '') },
            identifier: [{ system: 'urn:waymark:uci', value: uci }],
          },
          search: {
            ...{ mode: 'match', score: 1 },
            extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/match-grade', valueCode: 'certain' }],
          },
        },
      ],
    })
    expect(await hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`)).toBe(before + 1)
    expect(await hub.count('identity.child')).toBe(children)
  })

  it('grades what is not certain with a fixed score, leaves it out when only the certain are wanted, and tells what it mended', async () => {
    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', family)
    const other = patientOf(named(family, 'Aminah'), { gender: undefined, address: [{ postalCode: 'ZZ99 3CZ' }] })
    const { body } = await match(other)
    const [first, outcome] = body.entry ?? []
    expect([0.95, 0.5]).toContain(first?.search.score)
    expect(outcome?.resource).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ details: { coding: [{ code: 'POSTCODE_UNUSABLE' }] }, expression: ['Patient.address[0].postalCode'] }],
    })
    const certain = await match(other, [{ name: 'onlyCertainMatches', valueBoolean: true }])
    expect(certain.body.total).toBe(0)
  })

  it('answers a protected child like one that is unknown', async () => {
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    const guardian = caller('waymark-hub', { role: 'guardian-desk' })
    const protection = { level: 'location-hidden', reason: 'r', reviewOn: '2099-01-01', child: { uci } }
    expect((await hub.post('/v1/protections', protection, guardian)).status).toBe(201)
    const police = caller('vale-police')
    const [hidden, unknown] = [
      await match(patientOf(family), [], police),
      await match(patientOf(aFamily()), [], police),
    ]
    expect(hidden).toEqual(unknown)
    expect(hidden.body).toEqual({ resourceType: 'Bundle', type: 'searchset', total: 0 })
  })

  it('answers nobody by the clock that such answers share, and so does a search; who is found waits for nothing', async () => {
    const due = jest.spyOn(EvenAnswers.prototype, 'due')
    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', family)
    const registered = due.mock.calls.length
    await match(patientOf(family), [], caller('vale-police'))
    const found = due.mock.calls.length
    await match(patientOf(aFamily()), [], caller('vale-police'))
    const matched = due.mock.contexts.at(-1)
    await hub.post('/v1/resolve', { mode: 'find', ...aFamily() }, caller('vale-police'))
    expect([registered, found, due.mock.calls.length]).toEqual([1, 1, 3])
    expect(due.mock.contexts.at(-1)).not.toBe(matched)
    due.mockRestore()
  })

  it('takes a patient’s practice, and whether it is one of several, for what they say', async () => {
    const known = { ...aFamily(), practice: 'A81001' }
    await hub.uciOf('northbridge-hospitals', known)
    const by = (code: string) => ({ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: code })
    const levels = async (more: object) => {
      const compared = jest.spyOn(FindChild.prototype, 'compare')
      expect((await match(patientOf(known, more))).status).toBe(200)
      const { judgement } = await (compared.mock.results[0]?.value as ReturnType<FindChild['compare']>)
      compared.mockRestore()
      const why = judgement.ranked[0]?.best.evidence ?? []
      return Object.fromEntries(why.map(({ comparison, level }) => [comparison, level]))
    }
    const silent = await levels({ generalPractitioner: [{ reference: 'Practitioner/1' }] })
    expect(Object.keys(silent)).not.toContain('practice')
    expect(Object.keys(silent)).not.toContain('birth-order')
    const same = [{ reference: 'Organization/1' }, { identifier: by('a81001') }]
    expect(await levels({ generalPractitioner: same })).toMatchObject({ practice: 'same' })
    expect(await levels({ generalPractitioner: [{ identifier: by('B99999') }] })).toMatchObject({ practice: 'differ' })
    expect(await levels({ multipleBirthBoolean: true })).toMatchObject({ 'birth-order': 'multiple' })
    expect(await levels({ multipleBirthBoolean: false })).toMatchObject({ 'birth-order': 'singleton' })
    expect((await match(patientOf(known, { multipleBirthBoolean: 'yes' }))).status).toBe(400)
    const bad = await match(patientOf(known, { generalPractitioner: [{ identifier: by('A-81001') }] }))
    expect(bad).toMatchObject({ status: 200, body: { total: 1 } })
  })

  it('passes over an extension that is none', async () => {
    const address = [{ postalCode: 'LS1 4AP', extension: 'x' }]
    expect((await match(patientOf(aFamily(), { address }))).status).toBe(200)
  })

  it.each<readonly [string, object, readonly object[], number, string, string]>([
    ['a date of another form', { birthDate: '20190514' }, [], 400, 'MALFORMED', 'Patient.birthDate'],
    ['a range of dates', { birthDate: 'ge2019-05-14' }, [], 400, 'MALFORMED', 'Patient.birthDate'],
    ['a wildcard', { name: [{ given: ['Am*'], family: 'Begum' }] }, [], 400, 'MALFORMED', 'Patient.name[0].given'],
    [
      'a given name that is none',
      { name: [{ given: [5], family: 'B' }] },
      [],
      400,
      'MALFORMED',
      'Patient.name[0].given',
    ],
    ['a future birth', { birthDate: '2999-01-01' }, [], 422, 'SCHEMA_INVALID', 'Patient.birthDate'],
    ['a count above five', {}, [{ name: 'count', valueInteger: 6 }], 400, 'MALFORMED', 'Parameters.count'],
    ['a count of another type', {}, [{ name: 'count', valueString: '1' }], 400, 'MALFORMED', 'Parameters.count'],
    [
      'a wish for certain matches alone that is a text',
      {},
      [{ name: 'onlyCertainMatches', valueString: 'true' }],
      400,
      'MALFORMED',
      'Parameters.onlyCertainMatches',
    ],
    [
      'a mistyped UCI',
      { identifier: [{ system: 'urn:waymark:uci', value: '99NJ-YZXT-0T' }] },
      [],
      422,
      'IDENTIFIER_INVALID',
      'Patient.identifier[0].value',
    ],
  ])('refuses %s with an OperationOutcome', async (...row) => {
    const [, fault, parameters, status, code, expression] = row
    const refused = await match(patientOf(aFamily(), fault), parameters)
    expect(refused).toMatchObject({ status, type: 'application/fhir+json; charset=utf-8' })
    expect(refused.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', details: { coding: [{ code }] } }, { expression: [expression] }],
    })
  })

  it('refuses too little, a client without the action, and one whose searches found nobody too often', async () => {
    expect(await match({ resourceType: 'Patient', name: [{ family: 'Begum' }] })).toMatchObject({
      status: 422,
      body: { issue: [{ code: 'required', details: { coding: [{ code: 'EVIDENCE_INSUFFICIENT' }] } }] },
    })
    expect((await match(patientOf(aFamily()), [], caller('vale-police', { actions: [] }))).status).toBe(403)
    await hub.admin.query(
      `insert into identity.failed_find values ('tired.client', date_trunc('hour', now()), 1000)
       on conflict (client_id, hour) do update set finds = 1000`,
    )
    const tired = caller('larkhill-primary', { clientId: 'tired.client' })
    expect(await match(patientOf(aFamily()), [], tired)).toMatchObject({
      status: 429,
      body: { issue: [{ code: 'throttled' }] },
    })
    const family = aFamily()
    const uci = await hub.uciOf('larkhill-primary', { ...family, identifiers: [{ system: nhs, value: '9990000107' }] })
    const byNumber = patientOf(family, { identifier: [{ system: nhs, value: '999 000 0107' }] })
    expect((await match(byNumber)).body.entry?.[0]?.resource.id).toBe(uci.replaceAll('-', ''))
  })
})
