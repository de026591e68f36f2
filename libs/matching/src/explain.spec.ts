import { describe, expect, it } from '@jest/globals'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { judge, type Person } from './decide.js'
import { explain, replay, type Explanation } from './explain.js'
import { dayOneModel, modelHash } from './model.js'

const child: RecordDetails = {
  names: [{ given: 'Amina Zahra', family: 'Khan' }],
  ...{ bornOn: '2019-05-01', sex: 'female', addresses: [{ postcode: 'LS1 4AP' }] },
}
const profileOf = (details: RecordDetails) =>
  buildProfile(details, { source: 'health', recordedOn: '2026-01-01' }).profile

function explained(said: RecordDetails, known: readonly RecordDetails[], standing: Person['standing'] = {}) {
  const people = known.map((of, at) => ({ personId: String(at), profiles: [profileOf(of)] as const, standing }))
  const { decision, candidates } = judge(profileOf(said), people, dayOneModel)
  return explain(candidates, decision, dayOneModel)
}

const linked = explained(child, [child])
const asked = explained({ ...child, names: [{ given: 'Aminah', family: 'Khan' }], addresses: [] }, [child])
const registered = explained({ names: [{ given: 'Tom', family: 'Fernsby' }], bornOn: '2015-02-03' }, [child])
const forged = (of: Explanation, part: object): Explanation => ({
  ...of,
  why: of.why.map((evidence, at) => (at === 0 ? { ...evidence, ...part } : evidence)),
})

describe('an explanation made again from its levels', () => {
  it('agrees whatever became of the record: weights, chances and gates are those of the model', () => {
    expect([linked, asked, registered].map(({ outcome }) => outcome)).toEqual(['link', 'review', 'register'])
    for (const stored of [linked, asked, registered, explained(child, [])]) {
      const kept = JSON.parse(JSON.stringify(stored)) as Explanation
      expect(replay(kept, dayOneModel)).toMatchObject({ agrees: true, again: kept })
    }
  })

  it('still agrees where persons decided otherwise than the levels say', () => {
    for (const override of ['cannot-link', 'must-link'] as const)
      for (const said of [child, { ...child, bornOn: '2012-09-09' }])
        expect(replay(explained(said, [child], { override }), dayOneModel).agrees).toBe(true)
  })

  it('disagrees with a weight, a level or a frequency that the model does not have', () => {
    const [first] = linked.why
    if (!first) throw new Error('Names were compared')
    expect(first).toMatchObject({ comparison: 'names', level: 'both-exact' })
    for (const part of [
      { m: first.m + 1 },
      { s: first.s + 1_000_000 },
      { level: 'given-exact' },
      { level: 'none-such' },
      { comparison: 'none-such' },
      { tf: first.tf + 13_000, m: first.m + 13_000 },
    ])
      expect(replay(forged(linked, part), dayOneModel).agrees).toBe(false)
    const day = linked.why.findIndex(({ comparison }) => comparison === 'birth')
    const why = linked.why.map((evidence, at) => (at === day ? { ...evidence, s: evidence.s + 1 } : evidence))
    expect(replay({ ...linked, why }, dayOneModel).agrees).toBe(false)
  })

  it('disagrees with chances, gates and an outcome that do not follow', () => {
    const classes = { same: 990, sibling: 5, unrelated: 5 }
    expect(replay({ ...registered, classes }, dayOneModel).agrees).toBe(false)
    const [gate] = asked.whyNot
    expect(gate).toMatchObject({ gate: 'uncertain' })
    expect(replay({ ...asked, whyNot: [{ ...gate, hadTenThousandths: 1 }] }, dayOneModel).agrees).toBe(false)
    expect(replay({ ...asked, whyNot: [{ ...gate, neededTenThousandths: 1 }] }, dayOneModel).agrees).toBe(false)
    const whyNot = registered.whyNot.map((held) => ({ ...held }))
    expect(replay({ ...linked, outcome: 'register', whyNot }, dayOneModel).agrees).toBe(false)
    expect(replay({ ...linked, modelHash: modelHash({ ...dayOneModel, name: 'other' }) }, dayOneModel).agrees).toBe(
      false,
    )
  })
})
