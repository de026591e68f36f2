import { describe, expect, it } from '@jest/globals'
import { addedVariants, type NamePair } from './added-variants.js'
import { decideLink, judge, scorePerson } from './decide.js'
import { classesOf } from './person-score.js'
import { ChildIndex } from './index/child-index.js'
import { dayOneModel, withVariants } from './model.js'
import { emptyProfile, type Profile } from './profile.js'
import { score } from './score.js'

const number = (value: string) => [{ value, isVerified: true, isCurrent: true }]
const nhs1 = { nhsNumbers: number('9990000018') }
const nhs2 = { nhsNumbers: number('9990000026') }
const upn1 = { upns: number('R999999926001') }
const upn2 = { upns: number('F999999926002') }

function child(given: string, more: Partial<Profile> = {}): Profile {
  return {
    ...emptyProfile,
    name: { given: given.split(' '), family: ['fernsby'] },
    bornOn: '2019-05-14',
    sex: 'male',
    postcodes: ['LS14AP'],
    ...more,
  }
}

const alias = (given: string): Partial<Profile> => ({
  others: [{ given: [given], family: ['fernsby'], isFormer: false }],
})
const both1 = { ...nhs1, ...upn1 }
const both2 = { ...nhs2, ...upn2 }

function outcomeOf(left: Profile, right: Profile, override?: 'must-link'): readonly [string, string] {
  const standing = override ? { override } : {}
  const candidate = scorePerson(left, { personId: 'p', profiles: [right] }, dayOneModel, standing)
  const { same, sibling, unrelated } = classesOf(candidate.best)
  const likeliest = Math.max(same, sibling, unrelated)
  const name = likeliest === same ? 'same' : likeliest === sibling ? 'sibling' : 'unrelated'
  return [name, decideLink([candidate], dayOneModel).outcome]
}

/** The same, its lists in the other order: nothing of it says which comes first. */
const turned = (profile: Profile): Profile => ({
  ...profile,
  others: [...profile.others].reverse(),
  nhsNumbers: [...profile.nhsNumbers].reverse(),
  upns: [...profile.upns].reverse(),
  postcodes: [...profile.postcodes].reverse(),
  earlierBornOn: [...profile.earlierBornOn].reverse(),
})

const cases: readonly (readonly [number, Profile, Profile, string, string])[] = [
  [1, child('brian', both1), child('brian', both1), 'same', 'link'],
  [2, child('brian', both1), child('oscar', both2), 'sibling', 'register'],
  [3, child('brian', both1), child('rian', both2), 'sibling', 'register'],
  [
    4,
    child('brian', { ...nhs1, bornOn: '2019-05-13', earlierBornOn: ['2019-05-14'] }),
    child('oscar', upn2),
    'sibling',
    'register',
  ],
  [5, child('brian', both1), child('rian', nhs2), 'sibling', 'review'],
  [6, child('brian', both1), child('rian'), 'same', 'review'],
  [7, child('brian', both1), child('rian', { ...both2, ...alias('brian') }), 'same', 'review'],
  [8, child('brian'), child('oscar'), 'sibling', 'register'],
  [9, child('brian', both1), child('brian', both2), 'same', 'review'],
  [
    10,
    child('brian', { ...nhs1, ...alias('katherine') }),
    child('oscar', { ...upn2, ...alias('kathrine') }),
    'same',
    'review',
  ],
  [11, child('brian', { ...both1, ...alias('oscar') }), child('oscar', both2), 'same', 'review'],
  [12, child('brian', both1), child('oscar', { ...nhs1, ...upn2 }), 'same', 'review'],
  [13, child('brian', both1), child('oscar', { ...nhs2, ...upn1 }), 'same', 'review'],
  [14, child('brian oscar'), child('oscar'), 'same', 'review'],
  [
    15,
    child('brian', { ...both1, masterIndexes: ['mis 7'] }),
    child('oscar', { ...both2, masterIndexes: ['mis 7'] }),
    'same',
    'review',
  ],
]

/** identity.md §14, table B; *separate* is to register a new child. */
describe('twins', () => {
  it.each(cases)('case %i', (...row) => {
    const [, left, right, likeliest, outcome] = row
    expect(outcomeOf(left, right)).toEqual([likeliest, outcome])
    expect(outcomeOf(right, left)).toEqual([likeliest, outcome])
  })

  it.each(cases)('case %i in every order of what is said, by the index as by comparing', (...row) => {
    const [, left, right, , outcome] = row
    for (const [one, two] of [
      [left, right],
      [right, left],
      [turned(left), right],
      [left, turned(right)],
      [turned(right), turned(left)],
    ] as const) {
      const index = new ChildIndex(dayOneModel)
      index.add('profile', 'p', two)
      const { decision, candidates } = index.resolve(one, { also: ['p'] })
      expect(decision.outcome).toBe(outcome)
      expect(candidates[0]?.best).toMatchObject({
        m: score(left, right, dayOneModel).m,
        s: score(left, right, dayOneModel).s,
      })
    }
  })

  it('case 16: what two people decided stands, whatever the model says', () => {
    expect(outcomeOf(child('brian', both1), child('oscar', both2), 'must-link')).toEqual(['sibling', 'link'])
  })

  it('scores the worked example of twins to the milli-bit', () => {
    const mother = { given: ['nasreen'], family: ['fernsby'] }
    const found = scorePerson(
      child('brian', { mother }),
      { personId: 'p', profiles: [child('oscar', { mother })] },
      dayOneModel,
    )
    expect([found.best.m, found.best.s]).toEqual([9990, 14770])
  })

  it('scores the same child with everything exact above every gate', () => {
    const found = scorePerson(child('brian'), { personId: 'p', profiles: [child('brian')] }, dayOneModel)
    expect([found.best.m, found.best.s]).toEqual([22050, 7900])
    expect(found.classes.same).toBeGreaterThan(0.9999)
  })

  it.each([
    ['elijah', 'elisha'],
    ['oriel', 'wim'],
    ['brian', 'rian'],
  ] as const)('%s and %s at one home go to a person where stewards took the names for forms of one', (one, other) => {
    const mother = { given: ['nasreen'], family: ['fernsby'] }
    const given: NamePair = [one, other]
    const often = { ...dayOneModel.perMillion, given: { elijah: 3000, elisha: 40, oriel: 90, wim: 1 } }
    for (const plain of [dayOneModel, { ...dayOneModel, perMillion: often }]) {
      const model = withVariants(plain, addedVariants([{ part: 'given', pair: given }]))
      const outcomeBy = (left: Partial<Profile>, right: Partial<Profile>): string =>
        judge(
          child(one, { mother, ...left }),
          [{ personId: 'p', profiles: [child(other, { mother, ...right })] }],
          model,
        ).decision.outcome
      expect(outcomeBy({}, {})).toBe('review')
      expect(outcomeBy(upn1, nhs2)).toBe('review')
      expect(outcomeBy(upn1, upn1)).toBe('link')
      expect(outcomeBy({ birthOrder: { of: 1 } }, {})).toBe('link')
    }
  })

  it('children of two mothers, whose names stewards took for forms of one, go to a person unless a number agrees', () => {
    const pair: NamePair = ['farzana', 'parveen']
    const model = withVariants(dayOneModel, addedVariants([{ part: 'given', pair }]))
    const of = (given: string, more: Partial<Profile> = {}): Profile =>
      child('brian', { mother: { given: [given], family: ['fernsby'] }, ...more })
    const outcomeBy = (left: Profile, right: Profile): string =>
      judge(left, [{ personId: 'p', profiles: [right] }], model).decision.outcome
    expect(outcomeBy(of('farzana'), of('parveen'))).toBe('review')
    expect(outcomeBy(of('farzana', upn1), of('parveen', upn1))).toBe('link')
    expect(outcomeBy(of('farzana'), of('farzanah'))).toBe('link')
  })

  it('names that are like each other go to a person also where one record has them in the wrong fields', () => {
    const swapped = child('fernsby', { name: { given: ['fernsby'], family: ['rian'] } })
    for (const [record, known] of [
      [child('brian'), swapped],
      [swapped, child('brian')],
    ] as const)
      expect(outcomeOf(record, known)).toEqual(['same', 'review'])
    expect(outcomeOf(child('brian', upn1), { ...swapped, ...upn1 })).toEqual(['same', 'link'])
    expect(outcomeOf(child('rian'), swapped)).toEqual(['same', 'link'])
    expect(outcomeOf(child('joseph'), { ...swapped, name: { given: ['fernsby'], family: ['joe'] } })).toEqual([
      'same',
      'link',
    ])
  })
})
