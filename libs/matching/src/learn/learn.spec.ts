import { describe, expect, it } from '@jest/globals'
import { buildProfile, type RecordDetails } from '../build-profile.js'
import { judge } from '../decide.js'
import { dayOneModel, modelHash } from '../model.js'
import { normaliserVersion } from '../profile.js'
import { learnModel, type LearningRecord } from './learn-model.js'
import { seeded } from './seeded.js'
import { compareModels, ShadowReport } from './shadow.js'

const syllables = 'ba den fo gri hal ke lom mi nor pu ros shu ta vel wy zan dar li mo sen tor bri cas'.split(' ')

const settings = { seed: 1, drawn: 10_000 }

interface Invented {
  readonly records: readonly LearningRecord[]
  readonly pairsOfOneChild: number
}

/** Children in families of two, some with several records, each with errors at known rates. */
function invent(seed: number, families: number, rates: { again: number; typo: number; moved: number }): Invented {
  const random = seeded(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() ** 2 * list.length)] as T
  const names = Array.from({ length: 500 }, () => pick(syllables) + pick(syllables) + pick(syllables))
  const postcode = () =>
    `NB${1 + Math.floor(random() * 40)} ${Math.floor(random() * 10)}${'ABDEFGHJLN'.charAt(random() * 10)}${'PQRSTUWXYZ'.charAt(random() * 10)}`
  const records: LearningRecord[] = []
  let pairsOfOneChild = 0
  let number = 0
  const record = (details: RecordDetails, source: string) => {
    const { profile } = buildProfile(details, { source, recordedOn: '2026-01-01' })
    records.push({ profile, source })
  }
  for (let family = 0; family < families; family += 1) {
    const [surname, home, mother] = [pick(names), postcode(), { given: pick(names), family: pick(names) }]
    for (let child = 0; child < 2; child += 1) {
      const [given, nhs] = [pick(names), nhsNumber((number += 1))]
      const bornOn = new Date(Date.UTC(2008, 0, 1) + Math.floor(random() * 6574) * 86_400_000)
        .toISOString()
        .slice(0, 10)
      const details = {
        bornOn,
        sex: random() < 0.5 ? 'male' : 'female',
        parents: [{ role: 'mother', ...mother, bornOn: '1980-02-03' }],
      }
      const identifiers = [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhs, verified: true }]
      record(
        { ...details, identifiers, names: [{ given, family: surname }], addresses: [{ postcode: home }] },
        'health',
      )
      if (random() >= rates.again) continue
      const isTypo = random() < rates.typo
      const spelled = isTypo ? `${given.slice(0, 3)}x${given.slice(4)}` : given
      pairsOfOneChild += 1
      const place = random() < rates.moved ? postcode() : home
      record({ ...details, names: [{ given: spelled, family: surname }], addresses: [{ postcode: place }] }, 'school')
    }
  }
  return { records, pairsOfOneChild }
}

/** The first valid number of the range kept for tests at or after three times a serial. */
function nhsNumber(serial: number): string {
  for (let at = serial * 3; ; at += 1) {
    const nine = `999${String(at).padStart(6, '0')}`
    const sum = Array.from(nine).reduce((total, digit, place) => total + Number(digit) * (10 - place), 0)
    const check = (11 - (sum % 11)) % 11
    if (check < 10) return `${nine}${check}`
  }
}

describe('learning a model', () => {
  const { records, pairsOfOneChild } = invent(3, 600, { again: 0.5, typo: 0.1, moved: 0.2 })
  const learned = learnModel({ name: 'learned', base: dayOneModel, records, ...settings })

  it('finds how many pairs are of one child, without labels', () => {
    expect(Math.abs(learned.found.expectedMatches / pairsOfOneChild - 1)).toBeLessThan(0.1)
    expect(learned.found.knownShare).toBeCloseTo(pairsOfOneChild / records.length, 1)
  })

  it('finds weights near the truth where there is much to learn from', () => {
    const weightOf = (comparison: 'names' | 'residence', level: string) =>
      learned.model.levels[comparison][level] ?? { m: NaN, s: NaN }
    expect(weightOf('residence', 'none').m / 1000).toBeCloseTo(Math.log2(0.2), 0)
    expect(weightOf('names', 'both-exact').m).toBeGreaterThan(12_000)
    const differing = weightOf('names', 'surname-exact-given-differ')
    expect(differing.s).toBeGreaterThan(differing.m)
  })

  it('keeps the weights of the base where there is nothing to learn from', () => {
    expect(learned.model.levels.upn).toEqual(dayOneModel.levels.upn)
    expect(learned.model.levels.contact).toEqual(dayOneModel.levels.contact)
    expect(learned.model.gates).toEqual(dayOneModel.gates)
    expect(Object.keys(learned.model.levels)).toEqual(Object.keys(dayOneModel.levels))
  })

  it('gives the same model for the same task, by its hash', () => {
    const again = learnModel({ name: 'learned', base: dayOneModel, records, ...settings })
    expect(modelHash(again.model)).toBe(modelHash(learned.model))
  })

  it('is made for the normaliser of its records, whichever its base was made for', () => {
    const base = { ...dayOneModel, normaliser: 'n-0' }
    const { model } = learnModel({ name: 'learned', base, records: records.slice(0, 50), ...settings })
    expect(model.normaliser).toBe(normaliserVersion)
  })

  it('holds integers only, so that sums do not depend on order or processor', () => {
    const weights = Object.values(learned.model.levels).flatMap((levels) => Object.values(levels))
    for (const { m, s } of weights) expect([m, s].every(Number.isInteger)).toBe(true)
    expect(Number.isInteger(learned.model.prior.m)).toBe(true)
  })

  it('does not take towns for children where no child has two records', () => {
    const single = invent(5, 600, { again: 0, typo: 0.1, moved: 0.2 })
    const { model, found } = learnModel({ name: 'single', base: dayOneModel, records: single.records, ...settings })
    expect(found.expectedMatches).toBeLessThan(single.records.length / 500)
    const people = single.records
      .slice(0, 100)
      .map(({ profile }, at) => ({ personId: String(at), profiles: [profile] as const }))
    const linked = people.filter((person, at) => {
      const others = people.filter((_, other) => other !== at)
      return judge(person.profiles[0], others, model).decision.outcome === 'link'
    })
    expect(linked).toEqual([])
  })

  it('finds a few pairs among many records that have none', () => {
    const few = invent(6, 600, { again: 0.03, typo: 0.1, moved: 0.2 })
    const { found } = learnModel({ name: 'few', base: dayOneModel, records: few.records, ...settings })
    expect(Math.abs(found.expectedMatches - few.pairsOfOneChild)).toBeLessThan(Math.max(5, few.pairsOfOneChild * 0.2))
  })

  it('lets decided pairs count, the more the less likely they were to be shown', () => {
    const children = invent(8, 300, { again: 0.5, typo: 0.1, moved: 0.2 }).records
    const [left, right] = [children[0], children[40]]
    if (!left || !right) throw new Error('Records were invented')
    const decided = Array.from({ length: 40 }, () => ({
      left: left.profile,
      right: right.profile,
      isSame: true,
      selectionChance: 0.5,
    }))
    const task = { name: 'decided', base: dayOneModel, records: children, ...settings }
    const differs = (model: typeof dayOneModel) => model.levels.names['nothing']?.m ?? 0
    expect(differs(learnModel({ ...task, decided }).model)).toBeGreaterThan(differs(learnModel(task).model))
  })

  it('lets answers to one question count as one pair', () => {
    const children = invent(8, 300, { again: 0.5, typo: 0.1, moved: 0.2 }).records
    const [left, right] = [children[0], children[40]]
    if (!left || !right) throw new Error('Records were invented')
    const pair = { left: left.profile, right: right.profile, isSame: true, selectionChance: 1 }
    const learnedOf = (many: number) => {
      const decided = Array.from({ length: many }, () => ({ ...pair, answers: many }))
      return learnModel({ name: 'asked', base: dayOneModel, records: children, ...settings, decided }).model
    }
    expect(modelHash(learnedOf(4))).toBe(modelHash(learnedOf(1)))
  })

  it('refuses to learn from nothing', () => {
    expect(() => learnModel({ name: 'none', base: dayOneModel, records: [], ...settings })).toThrow(RangeError)
  })
})

describe('a shadow model', () => {
  const { records } = invent(11, 40, { again: 1, typo: 0, moved: 0 })
  const [first, second] = records.map(({ profile }) => profile)
  const people = [{ personId: 'a', profiles: [first ?? dayOneProfile()] as const }]
  const strict = { ...dayOneModel, name: 'strict', prior: { ...dayOneModel.prior, m: -60_000 } }

  it('reports the decisions that would flip, by class, source pair and name-origin group', () => {
    const report = new ShadowReport()
    const context = { sources: ['school', 'health'] as const, originGroup: 'invented' }
    const same = compareModels(second ?? dayOneProfile(), people, { active: dayOneModel, shadow: dayOneModel }, context)
    const other = compareModels(second ?? dayOneProfile(), people, { active: dayOneModel, shadow: strict }, context)
    report.add(same)
    report.add(other)
    expect(same.isFlip).toBe(false)
    expect(other).toMatchObject({ isFlip: true, active: 'link', shadow: 'register', class: 'same' })
    expect(report.summary()).toMatchObject({
      all: { decided: 2, flipped: 1 },
      'class same': { decided: 2, flipped: 1 },
      'sources health school': { decided: 2, flipped: 1 },
      'origin invented': { decided: 2, flipped: 1 },
      'turn link to register': { decided: 1, flipped: 1 },
    })
  })
})

function dayOneProfile(): never {
  throw new Error('Records were invented')
}
