import { describe, expect, it } from '@jest/globals'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { judge, scoreProfiles, type Person } from './decide.js'
import { dayOneModel, type Model } from './model.js'
import type { Profile } from './profile.js'

const upn = 'urn:waymark:upn'
const oliver: RecordDetails = {
  names: [{ given: 'Oliver', family: 'Smith' }],
  bornOn: '2026-08-14',
  sex: 'male',
  addresses: [{ postcode: 'NB12 3QT' }],
  parents: [{ role: 'mother', given: 'Hannah', family: 'Smith' }],
}
const called = (given: string, record = oliver): RecordDetails => ({ ...record, names: [{ given, family: 'Smith' }] })
const numbered = (value: string, record: RecordDetails, verified = true): RecordDetails => ({
  ...record,
  identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value, verified }],
})
const born = (order: number, of: number, record: RecordDetails): RecordDetails => ({
  ...record,
  birthOrder: { order, of },
})

/** As where names are counted and these are rare: name and date of birth alone then come to .9995. */
const learned: Model = {
  ...dayOneModel,
  perMillion: { ...dayOneModel.perMillion, family: { smith: 40 }, given: { oliver: 400 } },
}

function read(details: RecordDetails, more: { readonly lastEventOn?: string } = {}) {
  return buildProfile(details, { source: 'a', recordedOn: '2026-08-20', ...more }).profile
}

function people(...known: readonly RecordDetails[]): readonly Person[] {
  return known.map((details, at) => ({ personId: `p${String(at)}`, profiles: [read(details)] }))
}

function outcome(record: RecordDetails, ...known: readonly RecordDetails[]) {
  const { decision, candidates } = judge(read(record), people(...known), dayOneModel)
  return { ...decision, same: candidates[0]?.classes.same ?? 0, vetoes: candidates[0]?.vetoes ?? [] }
}

/** What becomes of a record where one child is known, by one record or more. */
function decideWith(model: Model, record: RecordDetails, first: RecordDetails, ...more: readonly RecordDetails[]) {
  const profiles = [read(first), ...more.map((one) => read(one))] as const
  return judge(read(record), [{ personId: 'p', profiles }], model).decision
}

/** identity.md §14, list C, as far as two records and no history tell it. */
describe('newborns', () => {
  it('weighs a placeholder as the worked example does: .976; singleton stated .9996; a twin on file .56', () => {
    expect(outcome(called('Baby'), oliver).same).toBeCloseTo(0.976, 3)
    expect(outcome(born(1, 1, called('Baby')), oliver).same).toBeCloseTo(0.9996, 4)
    expect(outcome(called('Baby'), oliver, called('Oscar')).same).toBeCloseTo(0.56, 1)
  })

  it('links a placeholder with a singleton, and asks where the other twin is known or nothing of the birth is', () => {
    expect(outcome(born(1, 1, called('Baby')), oliver).outcome).toBe('link')
    expect(outcome(called('Baby'), oliver)).toMatchObject({ outcome: 'review', vetoes: ['V6'] })
    expect(outcome(called('Baby'), oliver, called('Oscar'))).toMatchObject({ outcome: 'review', vetoes: ['V6'] })
    expect(outcome(born(1, 2, called('Baby')), oliver)).toMatchObject({ outcome: 'review', vetoes: ['V6'] })
  })

  it('asks when a second twin without a name gets one', () => {
    expect(outcome(called('Oscar'), called('Twin 2')).outcome).toBe('review')
    expect(outcome(born(2, 2, called('Oscar')), called('Twin 2')).vetoes).toContain('V6')
    expect(outcome(born(1, 2, called('Oscar')), called('Twin 2')).vetoes).toContain('V1')
  })

  it('links one without a name by a number that both sides had verified, of twins only with the order of birth', () => {
    const [baby, known] = [numbered('9990000018', called('Baby')), numbered('9990000018', oliver)]
    expect(outcome(baby, known)).toMatchObject({ outcome: 'link', vetoes: [] })
    expect(outcome(numbered('9990000018', called('Baby'), false), known).vetoes).toEqual(['V6'])
    expect(outcome(called('Baby'), known).vetoes).toEqual(['V6'])
    expect(outcome(baby, known, numbered('9990000026', called('Oscar'))).vetoes).toEqual(['V6'])
    expect(outcome(born(2, 2, baby), known).vetoes).toEqual(['V6'])
    expect(outcome(born(2, 2, baby), born(2, 2, known)).outcome).toBe('link')
    expect(outcome(born(2, 2, baby), born(1, 2, known)).vetoes).toEqual(['V1', 'V6'])
  })

  it("does not hold the mother's surname, under which nobody has named it yet, against one it has later", () => {
    const later = { ...oliver, names: [{ given: 'Oliver', family: 'Fernsby' }] }
    const alone = (record: RecordDetails): RecordDetails => born(1, 1, { ...record, parents: [] })
    expect(outcome(born(1, 1, called('Baby')), later).same).toBeGreaterThan(0.99)
    const strangers = { ...later, parents: [{ role: 'mother', given: 'Grace', family: 'Ferrier' }] }
    expect(outcome(born(1, 1, called('Baby')), strangers).same).toBeLessThan(0.1)
    const [baby, known] = [numbered('9990000018', alone(called('Baby'))), numbered('9990000018', alone(later))]
    expect(outcome(baby, known).outcome).toBe('link')
    expect(outcome(alone(called('Baby')), alone(later)).same).toBeLessThan(outcome(baby, known).same)
  })
})

describe('children who are not one', () => {
  it("never links twins whose NHS numbers were exchanged with each other's", () => {
    const [one, two] = [numbered('9990000018', oliver), numbered('9990000026', called('Theo'))]
    const found = outcome(numbered('9990000026', oliver), one, two)
    expect(found.outcome).toBe('review')
  })

  it('asks a person where a number that both sides had verified is the same and nothing else is', () => {
    const stranger = { names: [{ given: 'Coral', family: 'Fernsby' }], bornOn: '2021-01-02', sex: 'female' }
    expect(outcome(numbered('9990000018', stranger), numbered('9990000018', oliver))).toMatchObject({
      outcome: 'review',
      because: 'veto',
    })
    expect(outcome(numbered('9990000018', stranger, false), numbered('9990000018', oliver)).outcome).toBe('register')
    expect(outcome(stranger, oliver).outcome).toBe('register')
  })

  it('asks about twins of like names where another record of the child alone says that it is one of two', () => {
    const yi = { ...oliver, names: [{ given: 'Yi', family: 'Smith' }] }
    const twin = { ...oliver, names: [{ given: 'Yi Yi', family: 'Smith' }] }
    const decide = (...known: readonly [RecordDetails, ...RecordDetails[]]) =>
      decideWith(dayOneModel, yi, ...known).outcome
    expect(decide(twin)).toBe('link')
    expect(decide(twin, born(2, 2, twin))).toBe('review')
    expect(decide(born(2, 2, twin), twin)).toBe('review')
  })

  it('asks where a pupil number differs and nothing rules out a twin whose name was written like this one', () => {
    const pupil = (value: string, record = oliver): RecordDetails => ({
      ...record,
      identifiers: [{ system: upn, value }],
    })
    const [one, two] = [pupil('R999999926001'), pupil('F999999926002')]
    expect(decideWith(learned, one, two)).toMatchObject({ outcome: 'review', because: 'veto' })
    expect(decideWith(learned, one, oliver).outcome).toBe('link')
    expect(decideWith(learned, one, two, pupil('R999999926001')).outcome).toBe('link')
    expect(decideWith(learned, born(1, 1, one), two).outcome).toBe('link')
    expect(decideWith(learned, born(1, 2, one), born(1, 2, two)).outcome).toBe('link')
    expect(decideWith(learned, born(1, 2, one), born(2, 2, two)).outcome).toBe('review')
  })

  it('asks where the given name is only like the one known, however rare it is, unless a twin is ruled out', () => {
    const rare: Model = { ...learned, perMillion: { ...learned.perMillion, given: { charlie: 900, saharlie: 1 } } }
    const [like, known] = [called('Saharlie'), called('Charlie')]
    expect(decideWith(rare, like, known)).toMatchObject({ outcome: 'review', because: 'veto' })
    expect(decideWith(rare, born(1, 1, like), known).outcome).toBe('link')
    expect(decideWith(rare, numbered('9990000018', like), numbered('9990000018', known)).outcome).toBe('link')
    expect(decideWith(rare, called('Charley'), known).outcome).toBe('link')
  })

  it('asks where a known form of the given name is a name of its own, as a twin may have, unless a twin is ruled out', () => {
    const given = { theo: 2300, theodore: 1650, joe: 48, joseph: 3000, yusuf: 790, yousuf: 435 }
    const counted: Model = { ...learned, perMillion: { ...learned.perMillion, given } }
    const [theo, theodore] = [called('Theo'), called('Theodore')]
    expect(decideWith(counted, theo, theodore)).toMatchObject({ outcome: 'review', because: 'veto' })
    expect(decideWith(counted, born(1, 1, theo), theodore).outcome).toBe('link')
    expect(decideWith(counted, theo, born(1, 1, theodore), theodore).outcome).toBe('link')
    expect(decideWith(counted, born(2, 2, theo), born(2, 2, theodore)).outcome).toBe('link')
    const numbers = [numbered('9990000018', theo), numbered('9990000018', theodore)] as const
    expect(decideWith(counted, ...numbers).outcome).toBe('link')
    expect(decideWith(counted, theo, theodore, theo).outcome).toBe('link')
    expect(decideWith(counted, called('Joe'), called('Joseph')).outcome).toBe('link')
    expect(decideWith(counted, called('Yousuf'), called('Yusuf')).outcome).toBe('link')
    expect(decideWith(learned, theo, theodore).outcome).toBe('link')
  })

  it("asks about a twin whose number or order of birth is another by the child's other records, not by the one that fits", () => {
    const bare = { ...oliver, parents: [] }
    const twin = numbered('9990000026', born(2, 2, oliver))
    expect(decideWith(learned, born(1, 2, oliver), bare, born(2, 2, bare))).toMatchObject({ because: 'veto' })
    expect(decideWith(learned, numbered('9990000018', oliver), bare, numbered('9990000026', bare))).toMatchObject({
      because: 'veto',
    })
    expect(decideWith(learned, twin, bare, twin).outcome).toBe('link')
  })

  it('keeps cousins of one name at one address apart by their birth dates', () => {
    const cousin = { ...oliver, bornOn: '2024-02-03', parents: [{ role: 'mother', given: 'Grace', family: 'Smith' }] }
    expect(outcome(oliver, cousin).outcome).not.toBe('link')
  })

  it('asks about cousins of one name, born the same day at one address, who have numbers of their own', () => {
    const cousin = { ...oliver, parents: [{ role: 'mother', given: 'Grace', family: 'Ferrier' }] }
    expect(outcome(numbered('9990000018', oliver), numbered('9990000026', cousin)).outcome).toBe('review')
  })

  it('asks about cousins of one name, born the same day at one address, of whom only the mothers are told apart', () => {
    const joint = { ...oliver, addresses: [{ postcode: 'NB12 3QT', uprn: '72001234' }] }
    const of = (given: string, family: string): RecordDetails => ({
      ...joint,
      parents: [{ role: 'mother', given, family }],
    })
    const asked = { outcome: 'review', because: 'few-groups' }
    for (const mother of [of('Grace', 'Ferrier'), of('Grace', 'Smith'), of('Grace Begum', 'Smith')])
      expect(outcome(mother, of('Hannah Begum', 'Smith'))).toMatchObject(asked)
    const known = [of('Hannah', 'Smith'), { ...joint, parents: [] }] as const
    expect(decideWith(dayOneModel, of('Grace', 'Smith'), ...known)).toMatchObject(asked)
    expect(decideWith(dayOneModel, of('Grace', 'Smith'), ...known, of('Grace', 'Smith')).outcome).toBe('link')
    expect(outcome(numbered('9990000018', of('Grace', 'Smith')), numbered('9990000018', joint)).outcome).toBe('link')
  })

  it('links a child whose mother took another surname, or is written in another way', () => {
    const of = (given: string, family: string): RecordDetails => ({
      ...oliver,
      parents: [{ role: 'mother', given, family }],
    })
    for (const mother of [
      of('Hannah', 'Ferrier'),
      of('H', 'Smith'),
      of('Hanna', 'Ferrier'),
      of('Smith', 'Hannah'),
      of('Mrs', 'Smith'),
      of('Grace Hannah', 'Jones'),
      of('', 'Ferrier'),
      of('Unknown', 'Unknown'),
    ])
      expect(outcome(mother, oliver).outcome).toBe('link')
  })

  it('keeps half-siblings in one home for children apart', () => {
    const home = [{ postcode: 'NB12 3QT', uprn: '72001234' }]
    const sister = { ...called('Ava', oliver), bornOn: '2023-01-02', addresses: home, sex: 'female' }
    expect(outcome({ ...oliver, addresses: home }, sister).outcome).toBe('register')
  })

  it('does not take two of one name for one because both were born on the first of January, as clerks write', () => {
    const child = {
      names: [{ given: 'Omar', family: 'Hassan' }],
      bornOn: '2014-01-01',
      addresses: [{ postcode: 'NB12 3QT' }],
    }
    const other = { ...child, addresses: [{ postcode: 'NB12 3ZZ' }] }
    expect(outcome(child, other).same).toBeLessThan(
      outcome({ ...child, bornOn: '2014-03-04' }, { ...other, bornOn: '2014-03-04' }).same,
    )
    expect(outcome({ ...child, addresses: [] }, { ...other, addresses: [] }).outcome).toBe('review')
  })

  it('asks where one source has two in use on one day, as at one school', () => {
    const pupil = (value: string): RecordDetails => ({
      ...oliver,
      identifiers: [{ system: 'urn:waymark:local', value, validFrom: '2026-08-15' }],
    })
    expect(outcome(pupil('1'), pupil('2')).vetoes).toContain('V3')
  })

  it('asks where one died before something happened to the other', () => {
    const died = { personId: 'p', profiles: [read({ ...oliver, diedOn: '2026-08-16' })] as const }
    const later = judge(read(oliver, { lastEventOn: '2026-08-18' }), [died], dayOneModel)
    expect(later.candidates[0]?.vetoes).toEqual(['V8'])
    const earlier = judge(read(oliver, { lastEventOn: '2026-08-15' }), [died], dayOneModel)
    expect(earlier.decision.outcome).toBe('link')
  })

  it('asks where a death, or another number in use at one source, stands on another record than the one that fits', () => {
    const bare = { ...oliver, addresses: [], parents: [] }
    const local = (value: string, record = oliver): RecordDetails => ({
      ...record,
      identifiers: [{ system: 'urn:waymark:local', value, validFrom: '2026-08-15' }],
    })
    const dead = { ...bare, diedOn: '2026-08-16' }
    const judged = (record: Profile, ...profiles: readonly [Profile, Profile, ...Profile[]]) =>
      judge(record, [{ personId: 'p', profiles }], dayOneModel).candidates[0]?.vetoes
    expect(judged(read(oliver, { lastEventOn: '2026-08-18' }), read(oliver), read(dead))).toEqual(['V8'])
    expect(judged(read(oliver, { lastEventOn: '2026-08-15' }), read(oliver), read(dead))).toEqual([])
    expect(judged(read(local('2')), read(oliver), read(local('1', bare)))).toEqual(['V3'])
    expect(judged(read(local('2')), read(oliver), read(local('1', bare)), read(local('2', bare)))).toEqual([])
  })

  it('holds against two children what any record of either says, not what the two say that fit best', () => {
    const bare = { ...oliver, addresses: [], parents: [] }
    const twin = { personId: 'p', profiles: [read(oliver), read(born(2, 2, bare))] as const }
    const plain = { personId: 'p', profiles: [read(oliver)] as const }
    const best = (other: Person, ...own: readonly RecordDetails[]) => {
      const scoring = scoreProfiles(
        own.map((one) => read(one)),
        other,
        dayOneModel,
      )
      let step = scoring.next()
      while (step.done !== true) step = scoring.next()
      return step.value[0]
    }
    expect(best(twin, oliver)?.vetoes).toEqual([])
    expect(best(twin, oliver, born(1, 2, bare))?.vetoes).toEqual(['V1'])
    const [known, unknown] = [best(plain, oliver, born(1, 2, bare)), best(plain, oliver, bare)]
    expect(known?.best.s).toBeGreaterThan(unknown?.best.s ?? Infinity)
  })
})

describe('one child', () => {
  it('is told by its name and birth on one record and its mother or its home on another of the same child', () => {
    const moved = { ...oliver, addresses: [{ postcode: 'LS1 4AP' }] }
    const [bare, baby] = [{ ...oliver, addresses: [], parents: [] }, called('Baby')]
    const decide = (...known: readonly [RecordDetails, ...RecordDetails[]]) => decideWith(learned, moved, ...known)
    expect(decide(bare)).toMatchObject({ outcome: 'review', because: 'few-groups' })
    expect(decide(bare, baby).outcome).toBe('link')
    expect(decide(baby, bare).outcome).toBe('link')
  })

  it("is found by the father's surname after the mother's, once something else agrees", () => {
    const renamed = { ...oliver, names: [{ given: 'Oliver', family: 'Fernsby' }] }
    expect(outcome(renamed, oliver).outcome).not.toBe('link')
    const numbers = { identifiers: [{ system: upn, value: 'R999999926001' }] }
    expect(outcome({ ...renamed, ...numbers }, { ...oliver, ...numbers }).outcome).toBe('link')
    const both = {
      ...renamed,
      names: [
        { given: 'Oliver', family: 'Fernsby' },
        { use: 'former', given: 'Oliver', family: 'Smith' },
      ],
    }
    expect(outcome(both, oliver).outcome).toBe('link')
  })

  it('is linked by late evidence that reopens what was undecided', () => {
    const vague = { ...oliver, names: [{ given: 'Olivier', family: 'Smith' }], sex: 'unknown', parents: [] }
    const numbers = { identifiers: [{ system: upn, value: 'R999999926001' }] }
    expect(outcome({ ...vague, bornOn: '2026-08-15' }, { ...oliver, ...numbers }).outcome).toBe('review')
    expect(outcome({ ...vague, ...numbers }, { ...oliver, ...numbers }).outcome).toBe('link')
  })
})
