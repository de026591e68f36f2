import { describe, expect, it } from '@jest/globals'
import { requestFrom } from '../bulk/bulk-row.js'
import { readMatch } from '../fhir/read-match.js'
import { readResolveRequest } from './read-resolve-request.js'

const nowMs = Date.parse('2026-11-23T18:00:00Z')
const blank = ' \u00a0\u200b'
const search = (child: object) => readResolveRequest({ mode: 'find', bornOn: '2019-05-14', ...child }, nowMs)
const patient = (child: object) =>
  readMatch(
    { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: { resourceType: 'Patient', ...child } }] },
    nowMs,
  )
const sizes = (...pointers: readonly string[]) => ({
  ...{ ok: false, isMalformed: true, faults: pointers.map((pointer) => ({ pointer, code: 'FIELD_SIZE' })) },
})

describe('a child of whom something is said that says nothing', () => {
  it('is refused at the field', () => {
    expect(search({ names: [{ family: 'Begum' }, {}, { use: 'legal', from: '2020-01-01' }] })).toEqual(
      sizes('#/names/1', '#/names/2'),
    )
    expect(search({ names: [{ given: blank, family: 'Begum' }] })).toEqual(sizes('#/names/0/given'))
    expect(search({ addresses: [{}, { from: '2020-01-01' }, { lines: [] }] })).toEqual(
      sizes('#/addresses/0', '#/addresses/1', '#/addresses/2'),
    )
    expect(search({ addresses: [{ lines: ['1 High Street', blank] }] })).toEqual(sizes('#/addresses/0/lines/1'))
    expect(search({ parents: [{}], practice: blank })).toEqual(sizes('#/parents/0', '#/practice'))
  })

  it('is read where each says something, and lists may be empty', () => {
    const said = { names: [{ given: 'Amina' }], addresses: [{ lines: ['1 High Street'] }, { uprn: '72001234' }] }
    expect(search({ ...said, parents: [{ role: 'mother' }] })).toMatchObject({ ok: true })
    expect(search({ names: [], addresses: [] })).toMatchObject({ ok: true })
  })

  it('is refused of a patient too, where FHIR is not at fault: what is not read here is passed over', () => {
    expect(patient({ name: [{}] })).toEqual(sizes('#/names/0'))
    expect(patient({ name: [{ use: 'official', text: 'Amina Begum' }] })).toEqual(sizes('#/names/0'))
    expect(patient({ name: [{ given: [' '], family: 'Begum' }] })).toEqual(sizes('#/names/0/given'))
    expect(patient({ address: [{}] })).toEqual(sizes('#/addresses/0'))
    const mother = {
      relationship: [{ coding: [{ code: 'MTH' }] }],
      telecom: [{ system: 'phone', value: '01632 960001' }],
    }
    const address = [
      { use: 'home', city: 'Northbridge' },
      { postalCode: 'NB1 1AA', city: 'Northbridge' },
    ]
    expect(patient({ name: [{ family: 'Begum' }], contact: [mother], address })).toMatchObject({
      question: { request: { addresses: [{ postcode: 'NB1 1AA' }] } },
    })
  })

  it('is nobody in a bulk file, whose empty fields are not said', () => {
    const row = { record_id: 'r-1', recorded_at: '2026-01-01T00:00:00Z', family: 'Begum', born_on: '2019-05-14' }
    const request = requestFrom({ ...row, address: '1 High Street\n \nNorthbridge' })
    expect(request['addresses']).toEqual([{ lines: ['1 High Street', 'Northbridge'] }])
    expect(readResolveRequest({ ...request, source: 's' }, nowMs)).toMatchObject({ ok: true })
  })
})
