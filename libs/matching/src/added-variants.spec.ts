import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { addedVariants, likenessWith, type NamePair, type NamePart } from './added-variants.js'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { judge } from './decide.js'
import { explain, replay } from './explain.js'
import { ChildIndex } from './index/child-index.js'
import { learnModel } from './learn/learn-model.js'
import { dayOneModel, modelHash, withVariants, type Model } from './model.js'
import { readNamePair } from './name-pair.js'
import type { Profile } from './profile.js'
import { levelIn, score } from './score.js'
import { likeness, likenessOf } from './similarity.js'
import { Token } from './token.js'

const profileOf = (details: RecordDetails): Profile =>
  buildProfile(details, { source: 'urn:waymark:agency:a', recordedOn: '2026-10-01' }).profile
const named = (given: string, family: string): Profile =>
  profileOf({ names: [{ given, family }], bornOn: '2019-05-14' })
const some = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const uuid = (n: number): string => `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const given = (one: string, other: string) => ({ part: 'given' as const, pair: [one, other] as const })
const family = (one: string, other: string) => ({ part: 'family' as const, pair: [one, other] as const })

const added = addedVariants([given('oriel', 'wim'), family('cole', 'tarrant'), given('amina', 'zara')])
const taught: Model = withVariants(dayOneModel, added)

const names = ['oriel', 'wim', 'cole', 'tarrant', 'amina', 'aminah', 'zara', 'kit', 'mohammed'] as const
const pairs: fc.Arbitrary<{ part: NamePart; pair: NamePair }[]> = fc.array(
  fc.record({ part: some('given', 'family'), pair: fc.tuple(some(...names), some(...names)) }),
  { maxLength: 8 },
)
const details: fc.Arbitrary<RecordDetails> = fc.record({
  names: fc.tuple(
    fc.record({
      given: some('Oriel', 'Wim', 'Amina', 'Aminah Zara', 'Kit Oriel', 'Zara', 'Cole'),
      family: some('Cole', 'Tarrant', 'Khan', 'Cole-Khan', 'Wim'),
    }),
  ),
  bornOn: some('2019-05-14', '2019-05-15'),
  sex: some('male', 'female'),
  addresses: fc.tuple(fc.record({ postcode: some('LS1 4AP', 'M1 1AE') })),
  parents: fc.tuple(
    fc.record({ role: some('mother'), given: some('Amina', 'Zara', 'Oriel'), family: some('Cole', 'Khan') }),
  ),
})

describe('a model', () => {
  it('of the first day has the hash that it always had: what may be added to one is in none that has nothing added', () => {
    expect(modelHash(dayOneModel)).toBe('sha256:ef34fd9331d8c0022f66052cb1aa543cbde92d1f85ec685e9f2b57e02e57c1f9')
    expect(modelHash(withVariants(taught, undefined))).toBe(modelHash(dayOneModel))
    expect(modelHash(withVariants(dayOneModel, addedVariants([])))).toBe(modelHash(dayOneModel))
    expect(modelHash(taught)).not.toBe(modelHash(dayOneModel))
  })

  it('takes two given names for one where they were added, and another does not', () => {
    const levelBy = (model: Model) => levelIn(score(named('Oriel', 'Cole'), named('Wim', 'Cole'), model), 'names')
    expect(levelBy(taught)).toBe('surname-exact-given-variant')
    expect(levelBy(dayOneModel)).toBe('surname-exact-given-differ')
  })

  it('takes two surnames for spellings of one where they were added, and given names of those forms for nothing', () => {
    const levelBy = (model: Model) => levelIn(score(named('Kit', 'Cole'), named('Kit', 'Tarrant'), model), 'names')
    expect(levelBy(taught)).toBe('given-exact-surname-near')
    expect(levelBy(dayOneModel)).toBe('given-exact')
    const asGiven = score(named('Cole', 'Khan'), named('Tarrant', 'Khan'), taught)
    expect(levelIn(asGiven, 'names')).toBe('surname-exact-given-differ')
  })

  it('is one model whatever the order in which its additions are told', () => {
    const shuffled = pairs.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })),
    )
    fc.assert(
      fc.property(shuffled, ([all, again]) => {
        const turned = again.map(({ part, pair: [one, two] }) => ({ part, pair: [two, one] as const }))
        const [one, other] = [all, turned].map((told) => withVariants(dayOneModel, addedVariants(told)))
        expect(modelHash(other ?? dayOneModel)).toBe(modelHash(one ?? taught))
      }),
    )
  })

  it('that is learned from one with additions has them too, and names are weighed by them while it is learned', () => {
    const records = ['Oriel', 'Wim', 'Kit'].map((name) => ({ profile: named(name, 'Cole'), source: 'a' }))
    const { model } = learnModel({ name: 'learned', base: taught, records, seed: 1, drawn: 10 })
    expect(model.variants).toEqual(added)
    expect(learnModel({ name: 'plain', base: dayOneModel, records, seed: 1, drawn: 10 }).model).not.toHaveProperty(
      'variants',
    )
  })

  it('explains what it added by levels alone, and is replayed to the milli-bit by its own hash', () => {
    const [record, people] = [named('Oriel', 'Cole'), [{ personId: 'a', profiles: [named('Wim', 'Cole')] as const }]]
    const { candidates, decision } = judge(record, people, taught)
    const told = explain(candidates, decision, taught)
    expect(told.modelHash).toBe(modelHash(taught))
    expect(replay(told, taught).agrees).toBe(true)
    expect(JSON.stringify(told)).not.toMatch(/oriel|wim/i)
  })
})

describe('names', () => {
  const tokens = names.map((text) => new Token(text))

  it('are alike as ever but for the pairs that were added, and either way round', () => {
    fc.assert(
      fc.property(pairs, some(...tokens), some(...tokens), (all, left, right) => {
        const alike = likenessWith(addedVariants(all))
        const has = (part: NamePart) =>
          all.some(
            ({ part: is, pair }) =>
              is === part && pair.includes(left.text) && pair.includes(right.text) && left !== right,
          )
        const expected = (has('given') ? likeness.variant : 0) | (has('family') ? likeness.romanised : 0)
        expect(alike(left, right)).toBe(likenessOf(left, right) | expected)
        expect(alike(right, left)).toBe(alike(left, right))
      }),
    )
  })

  it('are compared by nothing new where nothing was added', () => {
    expect(likenessWith(undefined)).toBe(likenessOf)
    expect(likenessWith(added)).toBe(likenessWith(added))
  })
})

describe('an index by a model with additions', () => {
  it('comes to the decision and the scores that comparing every profile comes to, and reads every row that matters', () => {
    fc.assert(
      fc.property(fc.array(details, { maxLength: 6 }), details, (records, asked) => {
        const index = new ChildIndex(taught)
        const people = records.map((said, at) => ({ personId: uuid(100 + at), profiles: [profileOf(said)] as const }))
        people.forEach(({ personId, profiles: [profile] }, at) => {
          index.add(uuid(at), personId, profile)
        })
        const record = profileOf(asked)
        const judged = judge(record, people, taught)
        const told = index.resolve(record, { also: people.map(({ personId }) => personId) })
        expect([told.decision, told.candidates]).toEqual([judged.decision, judged.candidates])
        const keyed = new Set(index.candidates(record))
        const found = index.resolve(record).candidates
        for (const candidate of judged.candidates)
          if (keyed.has(candidate.personId) && candidate.best.m >= -4500) expect(found).toContainEqual(candidate)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a pair that a person names', () => {
  const read = (one: string, other: string, part: NamePart = 'given') => readNamePair(part, [one, other])

  it('is brought into the matching form, in the order of the alphabet', () => {
    expect(read('  Wím ', 'ORIEL')).toEqual({ ok: true, pair: ['oriel', 'wim'] })
    expect(read('MacTarrant', 'Cole', 'family')).toEqual({ ok: true, pair: ['cole', 'mctarrant'] })
  })

  it.each([
    ['Wim', 'wim', 'same'],
    ['Mohammed', 'Md', 'same'],
    ['Khan', 'Wim', 'structural'],
    ['Begum', 'Wim', 'structural'],
    ['Kasia', 'Katarzyna', 'known'],
    ['Yusuf', 'Yousuf', 'known'],
    ['W', 'Wim', 'not-one-name'],
    ['Baby', 'Wim', 'not-one-name'],
    ['Twin 2', 'Wim', 'not-one-name'],
    ['Anna Maria', 'Wim', 'not-one-name'],
    ['Wim (Oriel)', 'Oriel', 'not-one-name'],
    ['4711', 'Wim', 'not-one-name'],
    ['', 'Wim', 'not-one-name'],
  ])('is none: %s and %s', (one, other, because) => {
    expect(read(one, other)).toEqual({ ok: false, because })
    expect(read(other, one)).toEqual({ ok: false, because })
  })

  it('is none of surnames that are one with two endings, or in two romanisations', () => {
    for (const [one, other] of [
      ['Kowalski', 'Kowalska'],
      ['Wong', 'Huang'],
    ] as const)
      expect(read(one, other, 'family')).toEqual({ ok: false, because: 'known' })
  })
})
