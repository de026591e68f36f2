import { describe, expect, it } from '@jest/globals'
import { identifierSystems, parsePostcode, parseUprn, readIdentifier } from './index.js'

const nhs = 'https://fhir.nhs.uk/Id/nhs-number'

describe('reading an identifier by its system', () => {
  it.each([
    [nhs, '943 476 5919', '9434765919'],
    ['urn:waymark:upn', 'b801200005001', 'B801200005001'],
    ['urn:waymark:uln', '9276308686', '9276308686'],
    ['urn:waymark:uci', '99mj-yzxt-0t', '99MJYZXT0T'],
    ['urn:waymark:gias-urn', '123456', '123456'],
    ['urn:waymark:laestab', '801/2000', '8012000'],
    ['urn:waymark:ofsted-urn', 'sc123456', 'SC123456'],
    ['urn:waymark:ofsted-urn', 'XXXXXXX', 'XXXXXXX'],
    ['urn:waymark:ukprn', '10001234', '10001234'],
    ['urn:waymark:gss', 'e06000063', 'E06000063'],
    ['urn:waymark:uprn', '0072001234', '72001234'],
    ['urn:waymark:local', ' P-10442 ', 'P-10442'],
    ['urn:waymark:agency', 'larkhill-primary', 'larkhill-primary'],
    ['urn:waymark:agency', 'council-E08000010', 'council-E08000010'],
    ['https://fhir.nhs.uk/Id/ods-organization-code', 'rx1', 'RX1'],
  ])('%s reads %s as %s', (system, value, stored) => {
    expect(readIdentifier({ system, value })).toEqual({ ok: true, identifier: { system, value: stored } })
  })

  it.each([
    ['urn:waymark:passport', '1', 'IDENTIFIER_SYSTEM_UNKNOWN'],
    [nhs, '9434765917', 'IDENTIFIER_CHECK_FAILED'],
    [nhs, '1111111111', 'IDENTIFIER_CHECK_FAILED'],
    [nhs, '94347', 'IDENTIFIER_FORM'],
    ['urn:waymark:upn', 'B207000016049', 'IDENTIFIER_CHECK_FAILED'],
    ['urn:waymark:upn', 'UN3', 'IDENTIFIER_FORM'],
    ['urn:waymark:gias-urn', '12345', 'IDENTIFIER_FORM'],
    ['urn:waymark:gss', 'Cumbria', 'IDENTIFIER_FORM'],
    ['urn:waymark:local', 'a\u0000b', 'IDENTIFIER_FORM'],
    ['urn:waymark:agency', 'Larkhill', 'IDENTIFIER_FORM'],
    ['urn:waymark:agency', '9th-practice', 'IDENTIFIER_FORM'],
    ['urn:waymark:agency', 'no', 'IDENTIFIER_FORM'],
    ['urn:waymark:agency', `a${'b'.repeat(40)}`, 'IDENTIFIER_FORM'],
    ['urn:waymark:uci', '99MJ-YZXT-0X', 'UCI_CHECK_FAILED'],
    ['urn:waymark:uprn', '0', 'IDENTIFIER_FORM'],
  ])('%s refuses %s with %s', (system, value, code) => {
    expect(readIdentifier({ system, value })).toEqual({ ok: false, code })
  })

  it.each([
    [nhs, '9276308686', 'urn:waymark:uln'],
    ['urn:waymark:uln', '9434765919', nhs],
    [nhs, 'B801200005001', 'urn:waymark:upn'],
    ['urn:waymark:upn', '9434765919', nhs],
  ])('%s says that %s belongs to %s', (system, value, looksLike) => {
    expect(readIdentifier({ system, value })).toEqual({ ok: false, code: 'IDENTIFIER_WRONG_FIELD', looksLike })
  })

  it('refuses a reserved UCI where the caller does', () => {
    expect(readIdentifier({ system: 'urn:waymark:uci', value: '99MJ-YZXT-0T' }, { allowReserved: false })).toEqual({
      ok: false,
      code: 'UCI_RESERVED',
    })
  })

  it('has thirteen systems, each once', () => {
    expect(new Set(identifierSystems).size).toBe(13)
  })
})

describe('places', () => {
  it.each([
    ['ls1 4ap', 'LS1 4AP'],
    ['EC1A1BB', 'EC1A 1BB'],
    ['W1A 0AX', 'W1A 0AX'],
    ['M1 1AE', 'M1 1AE'],
    ['B33 8TH', 'B33 8TH'],
    ['CR2 6XH', 'CR2 6XH'],
    ['DN55 1PT', 'DN55 1PT'],
    ['GIR 0AA', 'GIR 0AA'],
    ['ZZ99 3VZ', 'ZZ99 3VZ'],
  ])('reads the postcode %s', (text, stored) => {
    expect(parsePostcode(text)).toBe(stored)
  })

  it.each(['LSI 4AP', 'LS1', 'LS1 4AC', 'QQ1 1AA', '', '1234567', 'ZZ98 3VZ'])('refuses "%s"', (text) => {
    expect(parsePostcode(text)).toBeUndefined()
  })

  it('keeps a property number as text', () => {
    expect(parseUprn('000000000001')).toBe('1')
    expect(parseUprn('1234567890123')).toBeUndefined()
  })
})
