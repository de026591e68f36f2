import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildProfile } from './build-profile.js'
import { foldLetters } from './fold-letters.js'
import { normalisePart } from './normalise-names.js'
import { addressKey, normalisePostcode } from './normalise-place.js'
import { dayOneModel } from './model.js'
import { score } from './score.js'
import { likeness, likenessOf } from './similarity.js'
import { Token } from './token.js'

const is = (kind: keyof typeof likeness, left: string, right: string): boolean =>
  (likenessOf(new Token(left), new Token(right)) & likeness[kind]) > 0
const tokens = (text: string): string => normalisePart(text).tokens.join(' ')

describe('letters', () => {
  it('are folded alike, whether or not all of them are plain', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'aBz09 -_~.&([{`\'"'.split('')), maxLength: 12 })
    fc.assert(fc.property(plain, (text) => foldLetters(`${text} é`) === `${foldLetters(text)} e`))
  })
})

describe('names', () => {
  it.each([
    ['Ámîna', 'amina'],
    ['Łukasz Ødegård', 'lukasz odegard'],
    ["O'Neil", 'oneil'],
    ['O Neil', 'oneil'],
    ['O’Neil', 'oneil'],
    ['Mac Donald', 'mcdonald'],
    ['MacDonald', 'mcdonald'],
    ['McDonald', 'mcdonald'],
    ['Begum-Khan', 'begum khan'],
    ['van der Berg', 'berg'],
    ['de la Cruz', 'cruz'],
    ['Abdul Rahman', 'abdrahman'],
    ['Abd al Rahman', 'abdrahman'],
    ['Abdurrahman', 'abdrahman'],
    ['Saif Ullah', 'saifullah'],
    ['Md Yusuf', 'mohammed yusuf'],
    ['Muhammad', 'mohammed'],
    ['Mrs Nasreen', 'nasreen'],
    ['La', 'la'],
    ['', ''],
  ])('brings "%s" to "%s"', (text, form) => {
    expect(tokens(text)).toBe(form)
  })

  it.each(['Baby', 'BABY GIRL', 'b/o', 'B.O.', 'Unknown', 'TBC', 'nk', 'Infant', 'male', 'Twin 2', 'Triplet C'])(
    'takes "%s" for a placeholder',
    (text) => {
      expect(normalisePart(text)).toMatchObject({ tokens: [], isPlaceholder: true })
    },
  )

  it('reads the birth order out of a placeholder, and no placeholder into a name that begins like one', () => {
    expect(normalisePart('Twin 2').birthOrder).toBe(2)
    expect(normalisePart('twin a').birthOrder).toBe(1)
    expect(normalisePart('Baby').birthOrder).toBeUndefined()
    expect(normalisePart('Babyface Nelson').isPlaceholder).toBe(false)
  })

  it('takes brackets for another name', () => {
    expect(normalisePart('Katarzyna (Kasia)')).toMatchObject({ tokens: ['katarzyna'], alias: ['kasia'] })
  })

  it.each([
    ['joe', 'joseph'],
    ['kasia', 'katarzyna'],
    ['amina', 'aminah'],
    ['yousef', 'yusuf'],
    ['ola', 'aleksandra'],
  ])('knows %s and %s as forms of one name', (left, right) => {
    expect(is('variant', left, right)).toBe(true)
    expect(is('variant', right, left)).toBe(true)
  })

  it('keeps apart names that only sound related', () => {
    expect(is('variant', 'amin', 'amina')).toBe(false)
    expect(is('variant', 'aaron', 'erin')).toBe(false)
  })

  it.each([
    ['kowalska', 'kowalski'],
    ['wisniewska', 'wisniewski'],
    ['zawadzka', 'zawadzki'],
    ['novakova', 'novak'],
    ['kazlauskaite', 'kazlauskas'],
    ['petraityte', 'petraitis'],
    ['kazlauskiene', 'kazlauskaite'],
  ])('knows %s and %s as one surname', (left, right) => {
    expect(is('inflected', left, right)).toBe(true)
    expect(is('inflected', right, left)).toBe(true)
  })

  it('keeps surnames apart that merely end alike', () => {
    expect(is('inflected', 'davis', 'davys')).toBe(false)
    expect(is('inflected', 'thomas', 'thom')).toBe(false)
    expect(is('romanised', 'wong', 'huang')).toBe(true)
    expect(is('romanised', 'wong', 'smith')).toBe(false)
  })
})

describe('any text', () => {
  const piece = fc.constantFrom(
    ...'abd abdul al ullah mac o mr bin van baby twin 2 (x) Md 明 é Анна ﬁ \u200b - anwar rahman mc'.split(' '),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.array(piece).map((parts) => parts.join(' ')),
  )

  it('is brought to a form that stays as it is when it is brought to it again', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('given' as const, 'family' as const, undefined), (name, part) => {
        const once = normalisePart(name, part).tokens
        const { tokens: twice, isPlaceholder } = normalisePart(once.join(' '), part)
        expect([twice, isPlaceholder]).toEqual([once, false])
      }),
      { numRuns: 1000 },
    )
  })

  it('makes a profile, whatever stands in which field', () => {
    const record = fc.record({
      names: fc.array(fc.record({ use: text, given: text, family: text })),
      bornOn: text,
      sex: text,
      addresses: fc.array(fc.record({ lines: fc.array(text), postcode: text, uprn: text })),
      identifiers: fc.array(fc.record({ system: text, value: text })),
      parents: fc.array(fc.record({ role: text, given: text, family: text, bornOn: text, nhsNumber: text })),
      contacts: fc.array(fc.record({ kind: fc.constantFrom('phone' as const, 'email' as const), value: text })),
    })
    fc.assert(
      fc.property(record, record, (left, right) => {
        const [one, two] = [left, right].map(
          (sent) => buildProfile(sent, { source: 'a', recordedOn: '2026-10-01' }).profile,
        )
        if (!one || !two) throw new Error('A record has a profile')
        expect(score(one, two, dayOneModel)).toEqual(score(two, one, dayOneModel))
        expect(buildProfile(left, { source: 'a', recordedOn: '2026-10-01' }).profile).toEqual(one)
      }),
      { numRuns: 300 },
    )
  })

  it('takes letters of other alphabets that look like Latin ones for these, and transliterates whole words', () => {
    expect(tokens('Аmіnа')).toBe('amina')
    expect(tokens('Анна')).toBe('anna')
    expect(tokens('Ｆｅｒｎｓｂｙ')).toBe('fernsby')
    expect(tokens('Fern\u200bsby')).toBe('fernsby')
    expect(tokens('Ben James')).toBe('james')
    expect(normalisePart('Ben James', 'given').tokens).toEqual(['ben', 'james'])
  })

  it('keeps at most forty parts of a name', () => {
    const parts = Array.from({ length: 60 }, (_, at) => `part${String.fromCharCode(97 + (at % 26))}${String(at)}`)
    expect(normalisePart(parts.slice(0, 35).join(' ')).tokens).toHaveLength(35)
    expect(normalisePart(parts.join(' ')).tokens).toHaveLength(40)
  })
})

describe('places', () => {
  it.each([
    ['LSI 4AP', 'LS14AP', true],
    ['ls1 4ap', 'LS14AP', false],
    ['SW1A OAA', 'SW1A0AA', true],
    ['M1 IAE', 'M11AE', true],
    ['L5I 1AB', 'L511AB', true],
    ['0X1 2JD', 'OX12JD', true],
  ])('reads the postcode %s as %s', (text, postcode, isRepaired) => {
    expect(normalisePostcode(text)).toEqual({ postcode, isRepaired })
  })

  it.each(['ZZ99 3VZ', 'nonsense', '', 'LS1'])('finds no evidence in "%s"', (text) => {
    expect(normalisePostcode(text)).toBeUndefined()
  })

  it('makes one key of an address however it is punctuated', () => {
    expect(addressKey(['Flat 2, 14 St. Brannoc’s Road', 'Northbridge'], 'NB11AA')).toBe(
      addressKey(['Apartment 2', '14 St Brannocs Road'], 'NB11AA'),
    )
    expect(addressKey(['The Old Mill'], 'NB11AA')).toBeUndefined()
    expect(addressKey(['1 High Street'], undefined)).toBeUndefined()
  })
})

describe('a record', () => {
  it('says what it could not use, where, and never the value', () => {
    const { profile, notices } = buildProfile(
      {
        names: [
          { use: 'former', given: 'Amina', family: 'Cole' },
          { use: 'legal', given: 'Baby', family: 'Begum-Khan' },
        ],
        bornOn: '1900-01-01',
        sex: 'female',
        addresses: [
          { postcode: 'LSI 4AP', uprn: '0072001234' },
          { postcode: 'nowhere', uprn: 'x' },
        ],
        identifiers: [
          { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000017' },
          { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9434765917' },
          { system: 'urn:waymark:upn', value: 'R999999926001', status: 'former' },
        ],
        parents: [
          { role: 'mother', given: 'Nasreen', family: 'Begum' },
          { role: 'father', given: 'Karim', family: 'Khan' },
        ],
      },
      { source: 'urn:waymark:agency:larkhill-primary', recordedOn: '2026-10-01', school: 'larkhill-primary' },
    )
    expect(notices).toEqual([
      { code: 'NAME_PLACEHOLDER', pointer: '#/names/1/given' },
      { code: 'DATE_PLACEHOLDER', pointer: '#/bornOn' },
      { code: 'POSTCODE_REPAIRED', pointer: '#/addresses/0/postcode' },
      { code: 'POSTCODE_UNUSABLE', pointer: '#/addresses/1/postcode' },
      { code: 'UPRN_UNUSABLE', pointer: '#/addresses/1/uprn' },
      { code: 'IDENTIFIER_WRONG_FIELD', pointer: '#/identifiers/0/value' },
      { code: 'IDENTIFIER_CHECK_FAILED', pointer: '#/identifiers/1/value' },
    ])
    expect(profile).toMatchObject({
      name: { given: [], family: ['begum', 'khan'] },
      others: [{ given: ['amina'], family: ['cole'], isFormer: true }],
      hasPlaceholder: true,
      postcodes: ['LS14AP'],
      places: ['uprn 72001234'],
      upns: [{ value: 'R999999926001', isVerified: false, isCurrent: false }],
      mistypedNhsNumbers: ['9434765917'],
      mother: { given: ['nasreen'], family: ['begum'] },
      otherParents: [{ given: ['karim'], family: ['khan'] }],
    })
    expect(profile.bornOn).toBeUndefined()
  })

  it('keeps an NHS number of a digit too few or too many as text, and no other that has not its form', () => {
    const identifiers = ['999 000 001', '99900 000018', '99900001', '999000000188', '999-000-001', '99900000A']
    const { profile } = buildProfile(
      { identifiers: identifiers.map((value) => ({ system: 'https://fhir.nhs.uk/Id/nhs-number', value })) },
      { source: 'urn:waymark:agency:a', recordedOn: '2026-10-01' },
    )
    expect(profile.mistypedNhsNumbers).toEqual(['999000001', '99900000018'])
    expect(profile.nhsNumbers).toEqual([])
  })
})
