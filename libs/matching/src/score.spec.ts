import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { blockingKeys } from './blocking-keys.js'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { decideLink, scorePerson, type LinkDecision } from './decide.js'
import type { Candidate } from './person-score.js'
import { explain, replay } from './explain.js'
import { dayOneModel, modelHash } from './model.js'
import type { Profile } from './profile.js'
import { score } from './score.js'

const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
const upn = 'urn:waymark:upn'
const amina = {
  names: [{ given: 'Amina', family: 'Begum-Khan' }],
  bornOn: '2019-05-14',
  sex: 'female',
  addresses: [{ postcode: 'LS1 4AP' }],
  parents: [{ role: 'mother', given: 'Nasreen', family: 'Begum' }],
} satisfies RecordDetails

function profileOf(details: RecordDetails, school?: string): Profile {
  const context = { source: 'urn:waymark:agency:a', recordedOn: '2026-10-01' }
  return buildProfile(details, school === undefined ? context : { ...context, school }).profile
}

function against(record: RecordDetails, known: RecordDetails): readonly [LinkDecision['outcome'], Candidate] {
  const candidate = scorePerson(profileOf(record), { personId: 'p', profiles: [profileOf(known)] }, dayOneModel)
  return [decideLink([candidate], dayOneModel).outcome, candidate]
}

/** identity.md §14, table A: does the first matcher find the one right child, and how sure is it? */
describe('searches, against the record of one child', () => {
  const joseph: RecordDetails = {
    names: [{ given: 'Joseph Neil', family: 'Ashdown' }],
    bornOn: '2015-03-08',
    sex: 'male',
    addresses: [{ postcode: 'NB12 3QT' }],
  }
  const named = (given: string, family = 'Ashdown') => ({ ...joseph, names: [{ given, family }] })
  const without = (record: RecordDetails): RecordDetails => ({ ...record, addresses: [] })
  const at = (postcode: string) => ({ ...joseph, addresses: [{ postcode }] })
  const former = (record: RecordDetails, given: string) => ({
    ...record,
    names: [...(record.names ?? []), { use: 'former', given, family: 'Ashdown' }],
  })

  it.each<readonly [string, RecordDetails, RecordDetails, number, number]>([
    ['1 given and family swapped', named('Ashdown', 'Joseph Neil'), joseph, 0.9995, 1],
    ['2 wrong month of birth', { ...joseph, bornOn: '2015-04-08' }, joseph, 0.05, 1],
    ['4 given names in the other order, no postcode', without(named('Neil Joseph')), joseph, 0.05, 0.9995],
    ['5 Joe for Joseph', named('Joe'), joseph, 0.9995, 1],
    ['9 malformed postcode', at('nowhere'), joseph, 0.95, 1],
    ['10 one wrong digit in the postcode', at('NB12 4QT'), joseph, 0.9995, 1],
    ['11 pseudo postcode', at('ZZ99 3VZ'), joseph, 0.95, 1],
    ['14 former given name, no postcode', without(named('Jonty')), former(joseph, 'Jonty'), 0.05, 0.9995],
    ['15 Justen for Justin, no postcode', without(named('Justen')), named('Justin'), 0.05, 0.9995],
    ['16 accents in both names', named('Jôseph Neil', 'Ashdówn'), joseph, 0.9995, 1],
    ['20 middle name for given name', named('Neil'), joseph, 0.05, 0.9995],
    ['21 initial after the given name', named('Joseph N'), joseph, 0.95, 1],
    ['22 spaces inside a given name', named('Jo seph'), named('Joseph'), 0.95, 1],
  ])('%s', (...row) => {
    const [, search, known, least, most] = row
    const { same } = against(search, known)[1].classes
    expect(same).toBeGreaterThanOrEqual(least)
    expect(same).toBeLessThanOrEqual(most)
  })

  it('never links by itself when the birth date is wrong and no identifier agrees', () => {
    expect(against({ ...joseph, bornOn: '2015-04-08' }, joseph)).toMatchObject(['review', { vetoes: ['V7'] }])
  })
})

describe('Amina, her spellings and her neighbours', () => {
  const spelled = { ...amina, names: [{ given: 'Aminah', family: 'Begum-Khan' }] }

  it('links another transliteration by name, birth, residence and mother, with a pupil number or without', () => {
    expect(against(spelled, amina)[0]).toBe('link')
    expect(against({ ...spelled, parents: [] }, amina)[0]).toBe('link')
    const [, candidate] = against(spelled, amina)
    expect([candidate.best.m, candidate.best.s]).toEqual([22990, 11220])
    const pupil = { identifiers: [{ system: upn, value: 'R999999926001' }] }
    expect(against({ ...spelled, ...pupil }, { ...amina, ...pupil })[0]).toBe('link')
  })

  it('asks a person where her sex is not known to both, since a sister may have such a name', () => {
    expect(against({ ...spelled, sex: 'unknown' }, amina)[0]).toBe('review')
  })

  it.each(['Cole', 'Begum-Khan'])('does not take a newborn "Baby %s" of her birthday and address for her', (family) => {
    const baby = { ...amina, names: [{ given: 'Baby', family }], parents: [] }
    expect(against(baby, amina)[0]).toBe('review')
  })

  it('keeps a twin apart, and a twin without a name for a person to decide', () => {
    const twin = { ...amina, names: [{ given: 'Zara', family: 'Begum-Khan' }], birthOrder: { order: 2, of: 2 } }
    expect(against(twin, { ...amina, birthOrder: { order: 1, of: 2 } })[0]).toBe('register')
    expect(against(twin, amina)[0]).toBe('register')
    const unnamed = { ...amina, names: [{ given: 'Twin 2', family: 'Begum-Khan' }] }
    expect(against(unnamed, amina)).toMatchObject(['review', { vetoes: ['V6'] }])
  })

  it.each([{ order: 1, of: 1 }, { of: 1 }])(
    'links an unnamed newborn once single birth is stated, as %j',
    (birthOrder) => {
      const baby = { ...amina, names: [{ given: 'Baby', family: 'Begum-Khan' }], birthOrder }
      expect(against(baby, amina)[0]).toBe('link')
      expect(against(amina, baby)[0]).toBe('link')
      expect(against(baby, { ...amina, birthOrder: { of: 2 } })).toMatchObject(['review', { vetoes: ['V6'] }])
    },
  )

  it('links by a number and the birth date alone, unless something disagrees', () => {
    const number = { identifiers: [{ system: nhs, value: '9990000018', verified: true }] }
    const bare = { bornOn: amina.bornOn, ...number }
    expect(against(bare, { ...amina, ...number })[0]).toBe('link')
    expect(against({ ...bare, names: [{ given: 'Oliver', family: 'Fernsby' }] }, { ...amina, ...number })[0]).toBe(
      'review',
    )
  })

  it('asks a person when two children fit almost equally', () => {
    const record = profileOf(spelled)
    const people = ['a', 'b'].map((personId) =>
      scorePerson(record, { personId, profiles: [profileOf(amina)] }, dayOneModel),
    )
    expect(decideLink(people, dayOneModel)).toMatchObject({
      outcome: 'review',
      because: 'close-second',
      personIds: ['a', 'b'],
    })
  })

  it('explains in levels and milli-bits, naming no person', () => {
    const candidates = [against({ ...amina, bornOn: '2019-06-14' }, amina)[1]]
    const explained = explain(candidates, decideLink(candidates, dayOneModel), dayOneModel)
    expect(explained).toMatchObject({ outcome: 'review', modelHash: modelHash(dayOneModel), normaliser: 'n-2' })
    expect(explained.why).toContainEqual({ comparison: 'names', level: 'both-exact', m: 17060, s: 8280, tf: 0 })
    expect(explained.whyNot).toContainEqual({ veto: 'V7' })
    expect(JSON.stringify(explained)).not.toMatch(/amina|begum|2019|LS1/i)
  })
})

const some = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const details: fc.Arbitrary<RecordDetails> = fc.record(
  {
    names: fc.array(
      fc.record({
        use: some('legal', 'alias', 'former'),
        given: some('Amina', 'Aminah', 'Zara', 'Baby', 'Twin 2', 'Md Yusuf', 'Yousef', 'A', 'Anne Marie'),
        family: some('Khan', 'Begum-Khan', 'Cole', 'Kowalska', 'Kowalski', 'Begum', 'Coles'),
      }),
      { maxLength: 3 },
    ),
    bornOn: some('2019-05-14', '2019-05-15', '2019-04-05', '2019-05-04', '2018-05-14', '2010-01-01'),
    sex: some('male', 'female'),
    birthOrder: some({ order: 1, of: 2 }, { order: 2, of: 2 }, { order: 1, of: 1 }),
    addresses: fc.array(fc.record({ postcode: some('LS1 4AP', 'LS1 4AQ', 'LS2 1AA', 'M1 1AE') }), { maxLength: 2 }),
    identifiers: fc.array(
      some(
        { system: nhs, value: '9990000018', verified: true },
        { system: nhs, value: '9990000026' },
        { system: upn, value: 'R999999926001' },
        { system: upn, value: 'C99999992600A' },
        { system: 'urn:waymark:local', value: '1', validFrom: '2026-09-01' },
        { system: 'urn:waymark:local', value: '2', validFrom: '2026-09-01' },
      ),
      { maxLength: 3 },
    ),
    parents: fc.array(
      fc.record({
        role: some('mother', 'father'),
        given: some('Nasreen', 'Nasrin', 'Karim'),
        family: some('Begum', 'Khan'),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
)

describe('any two records', () => {
  it('score the same either way round, in whole milli-bits', () => {
    fc.assert(
      fc.property(details, details, (left, right) => {
        const [one, two] = [profileOf(left, 'a'), profileOf(right, 'b')]
        const [there, back] = [score(one, two, dayOneModel), score(two, one, dayOneModel)]
        expect(there).toEqual(back)
        expect([there.m, there.s].every(Number.isInteger)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('score the same whatever the order of names, addresses and identifiers after the first', () => {
    fc.assert(
      fc.property(details, details, (left, right) => {
        const turned = {
          ...left,
          addresses: [...(left.addresses ?? [])].reverse(),
          identifiers: [...(left.identifiers ?? [])].reverse(),
        }
        const [here, there] = [
          score(profileOf(left), profileOf(right), dayOneModel),
          score(profileOf(turned), profileOf(right), dayOneModel),
        ]
        expect([there.m, there.s]).toEqual([here.m, here.s])
      }),
      { numRuns: 500 },
    )
  })

  it('share a blocking key whenever they would be linked', () => {
    fc.assert(
      fc.property(details, details, (left, right) => {
        const [outcome] = against(left, right)
        if (outcome !== 'link') return
        const keys = new Set(blockingKeys(profileOf(left)).all)
        expect(blockingKeys(profileOf(right)).all.some((key) => keys.has(key))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('frequencies', () => {
  it('add or take six bits at most, whatever a snapshot says', () => {
    const record = { names: [{ given: 'Idris Neil', family: 'Fernsby' }], bornOn: '2019-05-14' }
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (one, two) => {
          const perMillion = {
            family: { fernsby: one },
            given: { idris: two, neil: one },
            day: { '2019-05-14': two },
            postcode: {},
          }
          const { evidence } = score(profileOf(record), profileOf(record), { ...dayOneModel, perMillion })
          for (const { tf, m, s } of evidence)
            expect([Math.abs(tf) <= 6000, m, s].map(Number).every(Number.isInteger)).toBe(true)
        },
      ),
    )
  })

  it('are told by the explanation and add up again', () => {
    const record = { names: [{ given: 'Mohammed', family: 'Khan' }], bornOn: '2014-01-01', sex: 'male' }
    const candidates = [against(record, record)[1]]
    const explained = explain(candidates, decideLink(candidates, dayOneModel), dayOneModel)
    expect(replay(explained, dayOneModel)).toMatchObject({
      agrees: true,
      m: candidates[0]?.best.m,
      s: candidates[0]?.best.s,
    })
    const [first, ...rest] = explained.why
    const forged = {
      ...explained,
      why: [{ comparison: 'names' as const, level: 'both-exact', s: 0, tf: 0, ...first, m: 99_000 }, ...rest],
    }
    expect(replay(forged, dayOneModel).agrees).toBe(false)
  })

  it('take weight from a surname that custom gives to many, and from a given name for one class alone', () => {
    const common = (given: string, family: string) => profileOf({ names: [{ given, family }], bornOn: '2019-05-14' })
    const found = score(common('Mohammed', 'Khan'), common('Muhammad', 'Khan'), dayOneModel)
    const rare = score(common('Idris', 'Fernsby'), common('Idris', 'Fernsby'), dayOneModel)
    expect(rare.m - found.m).toBeGreaterThan(rare.s - found.s)
    expect(rare.s - found.s).toBe(1934)
  })
})
