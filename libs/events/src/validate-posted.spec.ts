import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { bodyDigest } from './body-digest.js'
import type { PostedEvent } from './envelope.js'
import { validatePosted } from './validate-posted.js'

const now = new Date('2026-11-21T09:00:00Z')
const plan = readGolden('council.protection-plan.started/plan')

function readGolden(name: string): PostedEvent {
  return JSON.parse(readFileSync(`schemas/events/golden/${name}.json`, 'utf8')) as PostedEvent
}

/** The event with one value put at a path, or taken away. */
function bent(path: string, value: unknown, event = plan): unknown {
  const copy = structuredClone(event) as unknown as Record<string, unknown>
  const parts = path.split('/')
  const last = parts.pop() ?? ''
  const parent = parts.reduce((node, part) => node[part] as Record<string, unknown>, copy)
  Reflect.deleteProperty(parent, last)
  if (value !== undefined) parent[last] = value
  return copy
}

const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
const name = 'data/child/demographics/names/0/given'

const shell = (list: string) => ['SCHEMA_INVALID', 'FIELD_SIZE', `#/data/child/demographics/${list}/0`] as const

const nothingSaid = ['SCHEMA_INVALID', 'FIELD_SIZE', '#/data/child/demographics'] as const

/** What is wrong, where, the value put there; the answer's code, its field code, and its pointer if it is another. */
const refused: readonly [string, string, unknown, string, string, string?][] = [
  ['an unknown type', 'type', 'uk.waymark.council.plan.v1', 'TYPE_UNKNOWN', 'FIELD_VALUE'],
  ['a type that is no text', 'type', 4, 'SCHEMA_INVALID', 'FIELD_TYPE'],
  ['no type', 'type', undefined, 'SCHEMA_INVALID', 'FIELD_REQUIRED'],
  ['no basis', 'data/sharingBasis', undefined, 'BASIS_MISSING', 'FIELD_REQUIRED'],
  ['a basis that is null', 'data/sharingBasis', null, 'SCHEMA_INVALID', 'FIELD_TYPE'],
  ['a day that does not exist', 'data/body/startedOn', '2026-02-30', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['an instant without offset', 'data/occurredAt', '2026-11-20T10:00:00', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['a leap second', 'data/sharingBasis/validUntil', '2016-12-31T23:59:60Z', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['an instant of the year 0', 'time', '0000-01-01T00:00:00Z', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['an instant before the year 1 by its offset', 'time', '0001-01-01T00:00:00+14:00', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['an offset nobody has', 'data/occurredAt', '2026-11-20T10:00:00+16:00', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['an instant after the year 9999', 'data/occurredAt', '9999-12-31T23:59:59-12:00', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['a day of the year 0', 'data/body/startedOn', '0000-01-01', 'SCHEMA_INVALID', 'DATE_FORM'],
  ['a day after tomorrow', 'data/body/startedOn', '2026-11-23', 'SCHEMA_INVALID', 'DATE_IMPLAUSIBLE'],
  ['an adult', 'data/child/demographics/bornOn', '1999-01-01', 'SCHEMA_INVALID', 'DATE_IMPLAUSIBLE'],
  ['a role nobody has', 'data/body/contact/role', 'king', 'SCHEMA_INVALID', 'FIELD_VALUE'],
  [
    'a practitioner whose role nobody has',
    'data/sharingBasis/practitioner',
    { role: 'sharing-king', ref: 'p-1' },
    'SCHEMA_INVALID',
    'FIELD_VALUE',
    '#/data/sharingBasis/practitioner/role',
  ],
  [
    'a sender whose role nobody has',
    'data/sender',
    { role: 'king' },
    'SCHEMA_INVALID',
    'FIELD_VALUE',
    '#/data/sender/role',
  ],
  [
    'the third child of two',
    'data/child/demographics/birthOrder',
    { order: 3, of: 2 },
    'SCHEMA_INVALID',
    'FIELD_COMBINATION',
  ],
  [
    'a review that was over when the event was recorded',
    'data/sharingBasis/familyInformed',
    { state: 'no', reasonNot: 'a risk', reviewOn: '2020-01-01' },
    'SCHEMA_INVALID',
    'DATE_IMPLAUSIBLE',
    '#/data/sharingBasis/familyInformed/reviewOn',
  ],
  ['a code of another list', 'data/body/categoryCode', 'NEGL', 'SCHEMA_INVALID', 'FIELD_VALUE'],
  ['a field missing from the body', 'data/body/contact', undefined, 'SCHEMA_INVALID', 'FIELD_REQUIRED'],
  ['an unknown field of the data', 'data/priority', 1, 'SCHEMA_INVALID', 'FIELD_UNKNOWN'],
  ['an unknown field of a contact', 'data/body/contact/email', 'a', 'SCHEMA_INVALID', 'FIELD_UNKNOWN'],
  ['a wrong form of the basis', 'data/sharingBasis/gateways', 'CA2004-16LA', 'SCHEMA_INVALID', 'FIELD_TYPE'],
  ['no detriment test', 'data/sharingBasis/detriment', undefined, 'SCHEMA_INVALID', 'FIELD_REQUIRED'],
  ['a refused purpose', 'data/sharingBasis/purpose', 'benefit-policing', 'SCHEMA_INVALID', 'PURPOSE_REFUSED'],
  ['a child described by a text', 'data/child/demographics', 'x', 'SCHEMA_INVALID', 'FIELD_TYPE'],
  ['a child that is a list', 'data/child', [], 'SCHEMA_INVALID', 'FIELD_TYPE'],
  ['a child named twice', 'data/child/uci', '99MJ-YZXT-0T', 'SCHEMA_INVALID', 'FIELD_COMBINATION', '#/data/child'],
  ['a name with a wildcard', name, 'Am*', 'SCHEMA_INVALID', 'TEXT_WILDCARD'],
  ['control characters', name, 'Am\u0000ina', 'SCHEMA_INVALID', 'TEXT_CONTROL'],
  ['a name on two lines', name, 'Am\nina', 'SCHEMA_INVALID', 'TEXT_CONTROL'],
  ['a name of blanks', name, ' \u00a0\u200b', 'SCHEMA_INVALID', 'FIELD_SIZE'],
  ['a record id of blanks', 'data/child/recordId', ' ', 'SCHEMA_INVALID', 'FIELD_SIZE'],
  ['a child of whom nothing is said', 'data/child', { demographics: {} }, ...nothingSaid],
  ['a name that names nobody', 'data/child/demographics/names/0', { use: 'legal' }, 'SCHEMA_INVALID', 'FIELD_SIZE'],
  ['a parent of whom nothing is said', 'data/child/demographics/parents', [{}], ...shell('parents')],
  [
    'an address that is none',
    'data/child/demographics/addresses',
    [{ from: '2026-01-01', lines: [] }],
    ...shell('addresses'),
  ],
  ['a record id with a tab', 'data/child/recordId', 'r\t1', 'SCHEMA_INVALID', 'TEXT_CONTROL'],
  ['an id on two lines', 'id', 'nb\r\n1', 'SCHEMA_INVALID', 'TEXT_CONTROL'],
  ['an incident on two lines', 'correlationid', 'in\n1', 'SCHEMA_INVALID', 'TEXT_CONTROL'],
  [
    'a mistyped UCI',
    'data/child',
    { uci: '99NJ-YZXT-0T' },
    'IDENTIFIER_INVALID',
    'UCI_CHECK_FAILED',
    '#/data/child/uci',
  ],
  [
    'an unknown system',
    'data/child/identifiers/0/system',
    'urn:x:y',
    'IDENTIFIER_INVALID',
    'IDENTIFIER_SYSTEM_UNKNOWN',
  ],
]

describe('validatePosted', () => {
  it.each(
    refused.map(([what, path, value, code, field, pointer = `#/${path}`]) => ({
      what,
      path,
      value,
      answer: { ok: false, code, faults: [{ pointer, code: field }] },
    })),
  )('refuses $what', ({ path, value, answer }) => {
    expect(validatePosted(bent(path, value), { now })).toEqual(answer)
  })

  it('refuses what is no object', () => {
    for (const value of [null, [], 'x', 4])
      expect(validatePosted(value, { now })).toMatchObject({ code: 'SCHEMA_INVALID' })
  })

  it('takes three reasons for withholding an identifier, and no other', () => {
    const withheld = (reason?: string): unknown => bent('data/child', { withheld: reason ? { reason } : {} })
    for (const reason of ['NOT_FACILITATING', 'MORE_DETRIMENTAL', 'UNKNOWN_WOULD_DELAY'])
      expect(validatePosted(withheld(reason), { now }).ok).toBe(true)
    for (const reason of ['NO_CONSENT', undefined])
      expect(validatePosted(withheld(reason), { now })).toMatchObject({ code: 'WITHHELD_WITHOUT_REASON' })
  })

  it('refuses an address that says nothing wherever it stands, and none that says something', () => {
    const moved = readGolden('council.placement.moved/foster')
    const refusal = { code: 'SCHEMA_INVALID', faults: [{ pointer: '#/data/body/address', code: 'FIELD_SIZE' }] }
    expect(validatePosted(bent('data/body/address', {}, moved), { now })).toMatchObject(refusal)
    expect(validatePosted(bent('data/body/address', { postcode: 'NB1 1AA' }, moved), { now })).toMatchObject({
      ok: true,
    })
    const withheld = { reason: 'UNKNOWN_WOULD_DELAY', demographics: { names: [{}] } }
    const faults = [{ pointer: '#/data/child/withheld/demographics/names/0', code: 'FIELD_SIZE' }]
    expect(validatePosted(bent('data/child', { withheld }), { now })).toMatchObject({ faults })
  })

  it('takes a child of whom its sender says nothing but a number, or which record of its own it is', () => {
    const numbered = { identifiers: [{ system: nhs, value: '9990000018' }], demographics: {} }
    expect(validatePosted(bent('data/child', numbered), { now })).toMatchObject({ ok: true })
    expect(validatePosted(bent('data/child', { recordId: 'r-1', demographics: {} }), { now })).toMatchObject({
      ok: true,
    })
    const withheld = { reason: 'UNKNOWN_WOULD_DELAY', demographics: {} }
    const faults = [{ pointer: '#/data/child/withheld/demographics', code: 'FIELD_SIZE' }]
    expect(validatePosted(bent('data/child', { withheld }), { now })).toMatchObject({ faults })
  })

  it('asks for a reason and a day where the family was not told', () => {
    const silent = bent('data/sharingBasis/familyInformed', { state: 'no' })
    expect(validatePosted(silent, { now })).toMatchObject({
      code: 'SCHEMA_INVALID',
      faults: [
        { pointer: '#/data/sharingBasis/familyInformed/reasonNot', code: 'FIELD_REQUIRED' },
        { pointer: '#/data/sharingBasis/familyInformed/reviewOn', code: 'FIELD_REQUIRED' },
      ],
    })
  })

  it('refuses a child named by nothing but a wrong number, and tells of one beside demographics', () => {
    const fault = { pointer: '#/data/child/identifiers/0/value', code: 'IDENTIFIER_CHECK_FAILED' }
    const alone = bent('data/child', { identifiers: [{ system: nhs, value: '9990000019' }] })
    expect(validatePosted(alone, { now })).toEqual({ ok: false, code: 'IDENTIFIER_INVALID', faults: [fault] })
    const beside = bent('data/child/identifiers/0/value', '9990000019')
    expect(validatePosted(beside, { now })).toMatchObject({ ok: true, notices: [fault] })
  })

  it('keeps unknown optional fields of the body, and trims codes that circulate with blanks', () => {
    const body = { ...plan.data.body, categoryCode: 'NEG ', localNote: 'x' }
    expect(validatePosted(bent('data/body', body), { now })).toMatchObject({
      ok: true,
      event: { data: { body: { categoryCode: 'NEG', localNote: 'x' } } },
    })
  })

  it('takes several lines where people write them', () => {
    const basis = { ...plan.data.sharingBasis, necessity: 'Names.\n\tDates.' }
    expect(validatePosted(bent('data/sharingBasis', basis), { now }).ok).toBe(true)
  })

  it('takes tomorrow, and announcements of any day', () => {
    expect(validatePosted(bent('data/body/startedOn', '2026-11-22'), { now }).ok).toBe(true)
    const moved = readGolden('council.placement.moved/foster')
    expect(validatePosted(bent('data/body/movedOn', '2027-03-01', moved), { now }).ok).toBe(true)
  })

  it('takes a reserved UCI everywhere but in production', () => {
    const reserved = bent('data/child', { uci: '99MJ-YZXT-0T' })
    expect(validatePosted(reserved, { now }).ok).toBe(true)
    expect(validatePosted(reserved, { now, allowReservedUci: false })).toMatchObject({
      faults: [{ code: 'UCI_RESERVED' }],
    })
  })

  it('never repeats a value', () => {
    const marker = 'Zebedee-marker'
    for (const path of ['type', 'source', 'data/body/startedOn', 'data/sharingBasis/purpose', 'data/child/identifiers'])
      expect(JSON.stringify(validatePosted(bent(path, marker), { now }))).not.toContain(marker)
  })
})

describe('field codes and digests', () => {
  it('stand in the error catalogue', () => {
    const catalogue = parse(readFileSync('schemas/errors/catalogue.yaml', 'utf8')) as {
      codes: Record<string, { kind: string }>
    }
    const source = readFileSync('libs/events/src/fault.ts', 'utf8')
    const codes = [...source.matchAll(/\| '([A-Z_]+)'/g)].map(([, code]) => code ?? '')
    expect(codes.length).toBeGreaterThan(20)
    for (const code of codes) expect([code, catalogue.codes[code]?.kind]).toEqual([code, 'field'])
  })

  it('are the same for the same event however its members are ordered', () => {
    const turned = Object.fromEntries(Object.entries(plan).reverse())
    expect(bodyDigest(turned)).toBe(bodyDigest(plan))
    expect(bodyDigest(plan)).toMatch(/^sha-256=:[A-Za-z0-9+/]{43}=:$/)
    expect(bodyDigest(bent('data/body/categoryCode', 'EMO'))).not.toBe(bodyDigest(plan))
  })
})
