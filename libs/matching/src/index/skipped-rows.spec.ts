import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildProfile, type RecordDetails, type RecordIdentifier } from '../build-profile.js'
import { dayOneModel, type Model } from '../model.js'
import type { Profile } from '../profile.js'
import { score } from '../score.js'
import { likenessOf } from '../similarity.js'
import { featuresOf } from './features-of.js'
import { LooserPass, type Features } from './looser-pass.js'
import { ProfileStore } from './profile-store.js'
import { RowKeys } from './row-keys.js'
import { RowLimit } from './row-limit.js'

const some = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const given = some('Amina', 'Aminah', 'Ann Marie', 'Annmarie', 'Baby', 'Md Yusuf', 'Yusuf', 'Zara', 'Zora', 'Kit', '')
const family = some(
  'Khan',
  'Begum Khan',
  'Cole-Kent',
  'Kent',
  'Cent',
  'Kowalska',
  'Kowalski',
  'Amina',
  'Zara Cole Kent',
  '',
)
const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
const identifier: fc.Arbitrary<RecordIdentifier> = some(
  { system: nhs, value: '9990000018', verified: true },
  { system: nhs, value: '9990000026' },
  { system: nhs, value: '9990000017' },
  { system: 'urn:waymark:upn', value: 'R999999926001', verified: true },
  { system: 'urn:waymark:upn', value: 'C99999992600A' },
  { system: 'urn:waymark:local', value: '1' },
)
const parent = fc.record({
  role: some('mother', 'father'),
  given: some('Nasreen', 'Karim'),
  family: some('Begum', 'Khan'),
  bornOn: some('1990-01-02', '1991-03-04'),
})
const details: fc.Arbitrary<RecordDetails> = fc.record(
  {
    names: fc.array(fc.record({ use: some('legal', 'former'), given, family }), { minLength: 1, maxLength: 2 }),
    bornOn: some('2019-05-14', '2019-05-15', '2019-04-05', '2019-05-04', '2018-05-14', '2010-01-01', '2026-09-20'),
    sex: some('male', 'female'),
    birthOrder: some({ order: 1, of: 2 }, { order: 2, of: 2 }, { order: 1, of: 1 }),
    addresses: fc.array(
      fc.record({ postcode: some('LS1 4AP', 'LS1 4AQ', 'LS2 4AP', 'M1 1AE'), uprn: some('7', '9') }),
      {
        maxLength: 2,
      },
    ),
    identifiers: fc.array(identifier, { maxLength: 2 }),
    parents: fc.array(parent, { maxLength: 2 }),
    contacts: fc.array(some({ kind: 'phone' as const, value: '01632 960001' }), { maxLength: 1 }),
  },
  { requiredKeys: [] },
)
const places = some({}, { school: 'urn:one', practice: 'A' }, { school: 'urn:two' }, { practice: 'A' })
const profile: fc.Arbitrary<Profile> = fc
  .tuple(details, places)
  .map(([said, place]) => buildProfile(said, { source: 'urn:a', recordedOn: '2026-10-01', ...place }).profile)

function storeOf(profiles: readonly Profile[]): ProfileStore {
  const store = new ProfileStore(0)
  for (const [at, one] of profiles.entries()) store.add(`profile ${String(at)}`, `child ${String(at)}`, one)
  return store
}

/** Names that a snapshot counts, common and rare, so that weights are corrected either way. */
const learned: Model = {
  ...dayOneModel,
  perMillion: {
    family: { khan: 3000, kent: 2, cent: 0.1, li: 40 },
    given: { yusuf: 9000, zara: 0.2, rose: 5000, kit: 1, amina: 3 },
    day: { '01-01': 600, '2019-05-14': 3 },
    postcode: { LS14AP: 2, LS14AQ: 300 },
  },
}
const plainGiven = some('Amina', 'Aminah', 'Yusuf', 'Zara', 'Zora', 'Kit', 'Kate', 'Katherine', 'Al', 'Mei', 'Ming Li')
const plainFamily = some(
  'Khan',
  'Kahn',
  'Kent',
  'Cent',
  'Kowalska',
  'Kowalski',
  'Li',
  'Lee',
  'Yusuf',
  'Featherstonehaugh',
)
const further = some('', '', ' Rose', ' Zara', ' J', ' Md', ' Rosa')
const plainDetails: fc.Arbitrary<RecordDetails> = fc
  .tuple(details, plainGiven, further, plainFamily)
  .map(([said, one, two, surname]) => ({ ...said, names: [{ use: 'legal', given: `${one}${two}`, family: surname }] }))
const plainProfile: fc.Arbitrary<Profile> = plainDetails.map(
  (said) => buildProfile(said, { source: 'urn:a', recordedOn: '2026-10-01' }).profile,
)

describe('what need not be looked at', () => {
  it('is no row of a plain name that scores more than it is said to be able to, whatever its names weigh', () => {
    fc.assert(
      fc.property(plainProfile, plainProfile, some(dayOneModel, learned), (one, other, model) => {
        const store = storeOf([one])
        const limit = new RowLimit(store.rows, likenessOf, model)
        const { m } = score(other, one, model)
        expect(limit.of(0, store.cut(other))).toBeGreaterThanOrEqual(m)
        expect(limit.of(0, store.cut(other), m)).toBeGreaterThanOrEqual(m)
      }),
      { numRuns: 600 },
    )
  })

  it('is no row that scores more than it is said to be able to', () => {
    fc.assert(
      fc.property(profile, profile, (one, other) => {
        const store = storeOf([one])
        const limit = new RowLimit(store.rows, likenessOf, dayOneModel)
        expect(limit.of(0, store.cut(other))).toBeGreaterThanOrEqual(score(other, one, dayOneModel).m)
      }),
      { numRuns: 600 },
    )
  })

  it('is no row that the looser pass finds when it looks at all', () => {
    fc.assert(
      fc.property(fc.array(profile, { maxLength: 60 }), profile, fc.nat(60), (held, asked, gone) => {
        const store = storeOf(held)
        if (gone < held.length) store.remove(gone)
        const features = featuresOf(store)
        const plain: Features = {
          ...features,
          pairsOf: () => new Uint32Array(0),
          gatherAside: (token, part) => [
            ...features.gatherAside(token, part),
            ...features.pairsOf(token, part).filter((_, at) => at % 2 === 0),
          ],
        }
        const known = store.cut(asked)
        expect(new LooserPass(features).find(known)).toEqual(new LooserPass(plain).find(known))
      }),
      { numRuns: 150 },
    )
  })
})

describe('the keys of a row', () => {
  it('are the same made all at once as made one by one', () => {
    fc.assert(
      fc.property(profile, (one) => {
        const keys = new RowKeys(storeOf([one]).rows)
        const made = [...keys.all(0)]
        expect(made).toEqual(made.map((_, place) => keys.at(0, place)))
      }),
      { numRuns: 200 },
    )
  })
})
