import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { judge } from './decide.js'
import { explain, replay } from './explain.js'
import { ChildIndex } from './index/child-index.js'
import { learnModel, type LearningRecord } from './learn/learn-model.js'
import { seeded } from './learn/seeded.js'
import { dayOneModel, modelHash, weighedFor, type Comparison, type Model } from './model.js'
import type { Profile } from './profile.js'

const profileOf = (details: RecordDetails): Profile =>
  buildProfile(details, { source: 'urn:waymark:agency:a', recordedOn: '2026-10-01' }).profile
const some = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const uuid = (n: number): string => `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

const details: fc.Arbitrary<RecordDetails> = fc.record({
  names: fc.tuple(
    fc.record({ given: some('Amina', 'Aminah', 'Zara', 'Kit'), family: some('Khan', 'Begum-Khan', 'Cole', 'Coles') }),
  ),
  bornOn: some('2019-05-14', '2019-05-15', '2018-05-14'),
  sex: some('male', 'female'),
  addresses: fc.tuple(fc.record({ postcode: some('LS1 4AP', 'LS1 4AQ', 'M1 1AE') })),
})
const allLevels = (Object.keys(dayOneModel.levels) as Comparison[]).flatMap((comparison) =>
  Object.keys(dayOneModel.levels[comparison]).map((level) => [comparison, level] as const),
)
/** The first day's model with weights of its own for one source. */
const withOwn: fc.Arbitrary<Model> = fc
  .array(fc.tuple(fc.constantFrom(...allLevels), fc.integer({ min: -6000, max: 40_000 })), {
    minLength: 1,
    maxLength: 30,
  })
  .map((added) => {
    const own: Record<string, Record<string, number>> = {}
    for (const [[comparison, level], m] of added) (own[comparison] ??= {})[level] = m
    return { ...dayOneModel, name: 'by source', bySource: { clinic: own } }
  })

describe('weights of a source', () => {
  it('are those of all where the source has none of its own', () => {
    fc.assert(
      fc.property(withOwn, fc.string(), (model, source) => {
        fc.pre(source !== 'clinic')
        expect(weighedFor(model, source)).toBe(model)
        expect(weighedFor(weighedFor(model, 'clinic'), source)).toBe(model)
        expect(weighedFor(dayOneModel, source)).toBe(dayOneModel)
      }),
    )
  })

  it('are added to M once, and are known by the hash of the model they are part of', () => {
    fc.assert(
      fc.property(withOwn, (model) => {
        const own = weighedFor(model, 'clinic')
        for (const [comparison, level] of allLevels) {
          const [pooled, found] = [model.levels[comparison][level], own.levels[comparison][level]]
          const added = model.bySource?.['clinic']?.[comparison]?.[level] ?? 0
          expect(found).toEqual({ ...pooled, m: (pooled?.m ?? 0) + added })
        }
        expect(weighedFor(own, 'clinic')).toBe(own)
        expect(modelHash(own)).toBe(modelHash(model))
        expect(modelHash(model)).not.toBe(modelHash({ ...model, bySource: {} }))
      }),
    )
  })

  it('count in an index as they do where every profile is compared', () => {
    fc.assert(
      fc.property(withOwn, fc.array(details, { maxLength: 6 }), details, (model, records, asked) => {
        const index = new ChildIndex(model)
        const people = records.map((said, at) => ({ personId: uuid(100 + at), profiles: [profileOf(said)] as const }))
        people.forEach(({ personId, profiles: [profile] }, at) => {
          index.add(uuid(at), personId, profile)
        })
        const record = profileOf(asked)
        const also = people.map(({ personId }) => personId)
        for (const source of ['clinic', 'school', 'clinic']) {
          const judged = judge(record, people, weighedFor(model, source))
          const told = index.resolve(record, { source, also })
          expect([told.decision, told.candidates]).toEqual([judged.decision, judged.candidates])
          // Rows are left unread by the most that they can come to: by the weights of this source.
          const keyed = new Set(index.candidates(record))
          const found = index.resolve(record, { source }).candidates
          for (const candidate of judged.candidates)
            if (keyed.has(candidate.personId) && candidate.best.m >= -4500) expect(found).toContainEqual(candidate)
        }
        expect(index.resolve(record)).toEqual(index.resolve(record, { source: 'school' }))
      }),
    )
  })

  it('are told in an explanation, which is replayed by the whole model', () => {
    const said: RecordDetails = { names: [{ given: 'Amina', family: 'Khan' }], bornOn: '2019-05-14', sex: 'female' }
    const model: Model = { ...dayOneModel, bySource: { clinic: { birth: { exact: -900 } } } }
    const [record, people] = [profileOf(said), [{ personId: 'a', profiles: [profileOf(said)] as const }]]
    const of = (source: string) => {
      const { candidates, decision } = judge(record, people, weighedFor(model, source))
      return explain(candidates, decision, model, { source })
    }
    const [clinic, school] = [of('clinic'), of('school')]
    expect(clinic).toMatchObject({ source: 'clinic', modelHash: modelHash(model) })
    expect(school).not.toHaveProperty('source')
    const birthOf = (told: typeof clinic) => told.why.find(({ comparison }) => comparison === 'birth')?.m ?? 0
    expect(birthOf(school) - birthOf(clinic)).toBe(900)
    for (const told of [clinic, school]) expect(replay(told, model).agrees).toBe(true)
    expect(replay({ ...clinic, source: 'school' }, model).agrees).toBe(false)
  })
})

/** A child at health, and again at one of two others, of which one mistypes a third of given names. */
function records(children: number): readonly LearningRecord[] {
  const random = seeded(4)
  const name = () =>
    Array.from({ length: 7 }, (_, at) =>
      (at % 2 === 0 ? 'bdfghklmnprstvz' : 'aeiou').charAt(random() * (at % 2 ? 5 : 15)),
    ).join('')
  const found: LearningRecord[] = []
  for (let child = 0; child < children; child += 1) {
    const [given, family] = [name(), name()]
    const bornOn = new Date(Date.UTC(2008, 0, 1) + Math.floor(random() * 6000) * 86_400_000).toISOString().slice(0, 10)
    const postcode = `NB${String(1 + Math.floor(random() * 40))} ${String(Math.floor(random() * 10))}AB`
    const add = (source: string, spelled: string) =>
      found.push({
        source,
        profile: profileOf({ names: [{ given: spelled, family }], bornOn, sex: 'female', addresses: [{ postcode }] }),
      })
    add('health', given)
    const source = child % 2 === 0 ? 'police' : 'school'
    const isTypo = source === 'police' && random() < 0.35
    add(source, isTypo ? `${given.slice(0, 3)}x${given.slice(4)}` : given)
  }
  return found
}

describe('weights of a source that are learned', () => {
  const { model } = learnModel({ name: 'by source', base: dayOneModel, records: records(3000), seed: 1, drawn: 20_000 })

  it('say that a slip of the pen is likelier of who errs more, and less likely of who errs less', () => {
    const slip = (source: string) => model.bySource?.[source]?.names?.['surname-exact-given-one-edit'] ?? 0
    expect(slip('police')).toBeGreaterThan(500)
    expect(slip('school')).toBeLessThan(-500)
    expect(Math.abs(slip('health'))).toBeLessThan(slip('police') / 2)
  })

  it('are part of the model, and change what a record of that source comes to', () => {
    expect(modelHash(model)).not.toBe(modelHash({ ...model, bySource: {} }))
    const of = (given: string) => profileOf({ names: [{ given, family: 'Khan' }], bornOn: '2019-05-14', sex: 'female' })
    const people = [{ personId: 'a', profiles: [of('Amina')] as const }]
    const m = (source: string) => judge(of('Amixa'), people, weighedFor(model, source)).candidates[0]?.best.m ?? 0
    expect(m('police')).toBeGreaterThan(m('anybody'))
    expect(m('anybody')).toBeGreaterThan(m('school'))
  })

  it('are few where there is little to learn from: five hundred pairs of all stand beside those of a source', () => {
    const few = learnModel({ name: 'few', base: dayOneModel, records: records(60), seed: 1, drawn: 2000 }).model
    const most = Object.values(few.bySource ?? {}).flatMap((own) =>
      Object.values(own).flatMap((of) => Object.values(of)),
    )
    for (const m of most) expect(Math.abs(m)).toBeLessThan(1000 * Math.log2(1 + 60 / 500 / 0.001))
    expect(Math.abs(few.bySource?.['school']?.names?.['both-exact'] ?? 0)).toBeLessThan(100)
  })

  it('never say that names which differ are usual for one child, however many a source sends', () => {
    for (const own of Object.values(model.bySource ?? {}))
      for (const level of ['given-exact', 'surname-exact-given-differ', 'nothing'])
        expect(own.names?.[level] ?? 0).toBeLessThan(6700)
  })
})
