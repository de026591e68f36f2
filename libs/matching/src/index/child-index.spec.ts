import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildProfile, type RecordDetails, type RecordIdentifier } from '../build-profile.js'
import { judge } from '../decide.js'
import { dayOneModel } from '../model.js'
import type { Profile } from '../profile.js'
import { score } from '../score.js'
import { ChildIndex } from './child-index.js'

const context = { source: 'urn:waymark:agency:a', recordedOn: '2026-10-01' }
const profileOf = (details: RecordDetails): Profile => buildProfile(details, context).profile
const some = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const number = (system: string, value: string): RecordIdentifier => ({ system, value, verified: true })
const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
const upn = 'urn:waymark:upn'

const given = some('Amina', 'Aminah', 'Zara', 'Baby', 'Twin 2', 'Md Yusuf', 'Mohammed', 'Anne Marie', 'Kit', '小明', '')
const family = some('Khan', 'Begum-Khan', 'Cole', 'Kowalska', 'Kowalski', 'Coles', 'Wong', 'Huang', '')
const details: fc.Arbitrary<RecordDetails> = fc.record(
  {
    names: fc.array(fc.record({ use: some('legal', 'alias', 'former'), given, family }), { maxLength: 3 }),
    bornOn: some('2019-05-14', '2019-05-15', '2019-04-05', '2019-05-04', '2018-05-14', '2010-01-01'),
    sex: some('male', 'female'),
    birthOrder: some({ order: 1, of: 2 }, { order: 2, of: 2 }, { order: 1, of: 1 }, { order: 9, of: 9 }),
    addresses: fc.array(
      fc.record({ postcode: some('LS1 4AP', 'LS1 4AQ', 'LS2 1AA', 'M1 1AE'), uprn: some('72001234', '9') }),
      { maxLength: 2 },
    ),
    identifiers: fc.array(
      some<RecordIdentifier>(
        number(nhs, '9990000018'),
        number(nhs, '9990000026'),
        number(nhs, '9990000017'),
        number(nhs, '999000018'),
        number(nhs, '99900 000018'),
        number(upn, 'R999999926001'),
        number(upn, 'C99999992600A'),
        { system: 'urn:waymark:local', value: '1', validFrom: '2026-09-01' },
        { system: 'urn:waymark:local', value: '2', validFrom: '2026-09-01' },
      ),
      { maxLength: 3 },
    ),
    parents: fc.array(
      fc.record({
        role: some('mother', 'father'),
        given: some('Nasreen', 'Nasrin Akhtar', 'Karim'),
        family: some('Begum', 'Khan'),
        bornOn: some('1990-01-02', '1991-03-04'),
      }),
      { maxLength: 2 },
    ),
    contacts: fc.array(
      some({ kind: 'phone' as const, value: '01632 960001' }, { kind: 'email' as const, value: 'a@example.org' }),
      {
        maxLength: 2,
      },
    ),
  },
  { requiredKeys: [] },
)
const uuid = (n: number): string => `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

describe('an index of children', () => {
  it('comes to the decision and the scores that comparing every profile comes to', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(details, fc.nat(4)), { maxLength: 8 }), details, (records, asked) => {
        const index = new ChildIndex(dayOneModel)
        const known = records.map(([said, child], at) => ({
          ref: uuid(at),
          child: uuid(100 + child),
          profile: profileOf(said),
        }))
        for (const { ref, child, profile } of known) index.add(ref, child, profile)
        const people = [...new Set(known.map(({ child }) => child))].flatMap((personId) => {
          const [first, ...rest] = known.filter(({ child }) => child === personId).map(({ profile }) => profile)
          return first ? [{ personId, profiles: [first, ...rest] as const }] : []
        })
        const record = profileOf(asked)
        const { decision, candidates } = index.resolve(record, { also: people.map(({ personId }) => personId) })
        const judged = judge(record, people, dayOneModel)
        expect(decision).toEqual(judged.decision)
        expect(candidates).toEqual(judged.candidates)
      }),
      { numRuns: 300 },
    )
  })

  it('tells of profiles that fit equally well the same one, in whatever order they came', () => {
    const nasreen = { role: 'mother', given: 'Nasreen', family: 'Begum', bornOn: '1990-01-02' }
    const karim = { ...nasreen, given: 'Karim' }
    const contacts = [{ kind: 'email' as const, value: 'a@example.org' }]
    const [one, two] = [profileOf({ parents: [nasreen, karim] }), profileOf({ contacts })]
    const asked = profileOf({ parents: [{ ...karim, role: 'father' }], contacts })
    const found = [true, false].map((isFirst) => {
      const index = new ChildIndex(dayOneModel)
      if (isFirst) index.add(uuid(1), uuid(9), one)
      index.add(uuid(2), uuid(9), two)
      if (!isFirst) index.add(uuid(1), uuid(9), one)
      return index.resolve(asked, { also: [uuid(9)] }).candidates
    })
    expect(found[0]).toEqual(found[1])
  })

  it('gives of each profile back what it was given, to the milli-bit', () => {
    fc.assert(
      fc.property(details, details, (one, two) => {
        const index = new ChildIndex(dayOneModel)
        index.add('profile', 'child', profileOf(one))
        const [candidate] = index.resolve(profileOf(two), { also: ['child'] }).candidates
        expect(candidate?.best).toEqual(score(profileOf(two), profileOf(one), dayOneModel))
      }),
      { numRuns: 300 },
    )
  })

  it('finds without being told whom it would link', () => {
    fc.assert(
      fc.property(details, details, (one, two) => {
        const index = new ChildIndex(dayOneModel)
        index.add('profile', 'child', profileOf(one))
        const told = index.resolve(profileOf(two), { also: ['child'] }).decision
        if (told.outcome === 'link') expect(index.resolve(profileOf(two)).decision).toEqual(told)
      }),
      { numRuns: 300 },
    )
  })

  it('is after removing and replacing what it would be had it never known them', () => {
    const step = fc.tuple(fc.nat(9), fc.nat(4), fc.option(details))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), details, (steps, asked) => {
        const index = new ChildIndex(dayOneModel)
        const held = new Map<string, readonly [string, Profile]>()
        for (const [ref, child, said] of steps) {
          if (said === null) {
            expect(index.remove(uuid(ref))).toBe(held.delete(uuid(ref)))
            continue
          }
          held.set(uuid(ref), [uuid(100 + child), profileOf(said)])
          index.add(uuid(ref), uuid(100 + child), profileOf(said))
        }
        const fresh = new ChildIndex(dayOneModel)
        for (const [ref, [child, profile]] of held) fresh.add(ref, child, profile)
        expect(index.size).toBe(held.size)
        expect(index.children).toBe(new Set([...held.values()].map(([child]) => child)).size)
        for (const ref of Array.from({ length: 10 }, (_, at) => uuid(at)))
          expect(index.childOf(ref)).toBe(held.get(ref)?.[0])
        const record = profileOf(asked)
        expect(index.resolve(record)).toEqual(fresh.resolve(record))
        expect(index.candidates(record)).toEqual(fresh.candidates(record))
      }),
      { numRuns: 60 },
    )
  })
})

describe('an index that is crowded', () => {
  const born = (at: number) =>
    `20${String(10 + (at % 10)).padStart(2, '0')}-${String(1 + (at % 12)).padStart(2, '0')}-0${String(1 + (at % 9))}`
  const child = (at: number): RecordDetails => ({
    names: [
      { given: `Anna${'abcdefghij'.charAt(at % 10)}`, family: `Smith${'klmnopqrst'.charAt(Math.floor(at / 10) % 10)}` },
    ],
    bornOn: born(at),
    sex: at % 2 === 0 ? 'male' : 'female',
    addresses: [{ postcode: `LS${String(1 + (at % 20))} 4AP` }],
    identifiers: [{ system: 'urn:waymark:local', value: String(at) }],
  })

  it('finds everybody still, by what is refined and by what is not', () => {
    const index = new ChildIndex(dayOneModel, { expected: 3000 })
    for (let at = 0; at < 3000; at += 1) index.add(uuid(at), uuid(10_000 + at), profileOf(child(at)))
    for (let at = 0; at < 3000; at += 7) {
      expect(index.candidates(profileOf(child(at)))).toContain(uuid(10_000 + at))
      const moved: RecordDetails = { ...child(at), addresses: [] }
      expect(index.candidates(profileOf(moved))).toContain(uuid(10_000 + at))
    }
    for (let at = 0; at < 3000; at += 1) expect(index.remove(uuid(at))).toBe(true)
    expect(index.size).toBe(0)
    expect(index.candidates(profileOf(child(3)))).toEqual([])
  })

  it('finds by an NHS number that has lost a digit, or gained one, which counts as one edit', () => {
    const known = profileOf({ identifiers: [number(nhs, '9990000018')], bornOn: '2014-03-09' })
    for (const value of ['999000018', '99900000188']) {
      const index = new ChildIndex(dayOneModel)
      for (let at = 0; at < 500; at += 1) index.add(uuid(at), uuid(10_000 + at), profileOf(child(at)))
      const written = profileOf({ identifiers: [number(nhs, value)] })
      expect(score(written, known, dayOneModel)).toMatchObject({
        evidence: [{ comparison: 'nhs-number', level: 'one-edit', m: 10_000 }],
      })
      index.add(uuid(600), uuid(20_000), known)
      expect(index.looser(written)).toEqual([uuid(20_000)])
      index.add(uuid(601), uuid(20_001), written)
      index.remove(uuid(600))
      expect(index.looser(known)).toContain(uuid(20_001))
    }
  })

  it('finds by information who moved, was renamed by a slip and has no number', () => {
    const index = new ChildIndex(dayOneModel)
    for (let at = 0; at < 500; at += 1) index.add(uuid(at), uuid(10_000 + at), profileOf(child(at)))
    const known: RecordDetails = { names: [{ given: 'Philippa', family: 'Fernsby' }], bornOn: '2014-03-09' }
    index.add(uuid(600), uuid(20_000), profileOf(known))
    const slipped = profileOf({ names: [{ given: 'Phillippa', family: 'Ternsby' }], bornOn: '2014-03-19' })
    expect(index.candidates(slipped)).not.toContain(uuid(20_000))
    expect(index.looser(slipped)).toEqual([uuid(20_000)])
    expect(index.resolve(slipped).isLooser).toBe(true)
  })
})
