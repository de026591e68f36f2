import { describe, expect, it } from '@jest/globals'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { judge } from './decide.js'
import { withoutGeneric } from './generic-values.js'
import { learnGeneric, leastUnlikely } from './learn/learn-generic.js'
import { dayOneModel } from './model.js'

const refuge = { postcode: 'NB4 1QT', uprn: '72009999' }
const onTheForm = { kind: 'phone', value: '01632 960999' } as const
const read = (details: RecordDetails) =>
  buildProfile(details, { source: 'northbridge-council', recordedOn: '2026-11-20' }).profile
const surname = (n: number): string =>
  Array.from(String(1000 + n), (digit) => 'bdfghklmnp'[Number(digit)] ?? '').join('a')

/** A town of families at addresses of their own, and those that a refuge and a form have in common. */
const town = [
  ...Array.from({ length: 400 }, (_, n) => ({
    names: [{ given: 'Amina', family: surname(n) }],
    bornOn: '2019-05-14',
    contacts: [{ kind: 'phone', value: `01632 960${String(100 + n)}` } as const],
    addresses: [
      { postcode: `NB${String(1 + (n % 90))} ${String(n % 10)}AB`, uprn: String(72000000 + Math.floor(n / 2)) },
    ],
  })),
  ...Array.from({ length: 30 }, (_, n) => ({
    names: [{ given: 'Musa', family: surname(500 + n) }],
    bornOn: '2018-03-02',
    addresses: [refuge],
    contacts: [onTheForm],
  })),
].map(read)
const model = { ...dayOneModel, generic: learnGeneric(town) }

describe('values that say nothing', () => {
  it('are those with more surnames than chance allows, and no family’s', () => {
    const found = Object.values(model.generic)
    expect(found.map(({ kind, surnames }) => `${kind} ${String(surnames)}`).sort()).toEqual([
      'phone 30',
      'place 30',
      'postcode 30',
    ])
    const [home] = town
    expect(home && withoutGeneric(home, model)).toEqual(home)
    expect(JSON.stringify(model.generic)).not.toContain('72009999')
  })

  it('are as rare as the law of rare events says', () => {
    expect(leastUnlikely(1)).toBe(10)
    expect(leastUnlikely(3)).toBeGreaterThan(13)
    expect(leastUnlikely(0)).toBe(1)
  })

  it('do not make two children of one name and of a clerk’s day of birth one, where an own address would', () => {
    const child = { names: [{ given: 'Mohammed', family: 'Khan' }], bornOn: '2015-01-01', sex: 'male' }
    const [one, two] = [
      read({ ...child, addresses: [refuge] }),
      read({ ...child, addresses: [refuge], contacts: [onTheForm] }),
    ]
    const people = [{ personId: 'one', profiles: [one] as const }]
    expect(judge(withoutGeneric(two, dayOneModel), people, dayOneModel).decision.outcome).toBe('link')
    expect(judge(withoutGeneric(two, model), people, model).decision.outcome).not.toBe('link')
  })

  it('do not keep a child from being found by all else', () => {
    const child = {
      ...{ names: [{ given: 'Quentin', family: 'Oddington' }], bornOn: '2015-04-17', sex: 'male' },
      identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018', verified: true }],
    }
    const [one, two] = [read({ ...child, addresses: [refuge] }), read({ ...child, addresses: [refuge] })]
    const { decision } = judge(withoutGeneric(two, model), [{ personId: 'one', profiles: [one] }], model)
    expect(decision).toEqual({ outcome: 'link', personId: 'one' })
  })
})
