import { describe, expect, it } from '@jest/globals'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { judge, type LinkDecision } from './decide.js'
import { dayOneModel, type Model } from './model.js'

const zephyr: RecordDetails = {
  names: [{ given: 'Zephyr Caspian', family: 'Netlow' }],
  bornOn: '2015-03-08',
  sex: 'male',
  addresses: [{ postcode: 'NB12 3QT' }],
}
const moved = (record: RecordDetails): RecordDetails => ({ ...record, addresses: [{ postcode: 'LS1 4AP' }] })
const homeless = (record: RecordDetails): RecordDetails => ({ ...record, addresses: [] })
const named = (given: string, family = 'Netlow'): RecordDetails => ({ ...zephyr, names: [{ given, family }] })
const mother = (given: string, record: RecordDetails): RecordDetails => ({
  ...record,
  parents: [{ role: 'mother', given, family: 'Netlow' }],
})

/** A hub of a million children that counts these names. */
function counting(given: Readonly<Record<string, number>>, family: Readonly<Record<string, number>>): Model {
  const perMillion = { ...dayOneModel.perMillion, family, given }
  return { ...dayOneModel, prior: { m: -20_084, s: -19_794 }, perMillion }
}

const rareMiddle = counting({ zephyr: 2000, caspian: 300 }, { netlow: 300 })
const rareName = counting({ zephyr: 40 }, { netlow: 100 })

function read(details: RecordDetails) {
  return buildProfile(details, { source: 'a', recordedOn: '2026-08-20' }).profile
}

/** What becomes of a record where one child is known, by these records. */
function decideOne(model: Model, record: RecordDetails, first: RecordDetails, ...more: readonly RecordDetails[]) {
  const profiles = [read(first), ...more.map((one) => read(one))] as const
  return judge(read(record), [{ personId: 'p', profiles }], model).decision
}

/** What becomes of a record where several children are known, each by one record. */
function decide(model: Model, record: RecordDetails, ...known: readonly RecordDetails[]): LinkDecision {
  const people = known.map((details, at) => ({ personId: `p${String(at)}`, profiles: [read(details)] as const }))
  return judge(read(record), people, model).decision
}

describe('a child of whom nothing agrees but name and birth', () => {
  it('is linked if a further given name is the same that the model counts, and as a rare one', () => {
    expect(decide(rareMiddle, moved(zephyr), zephyr).outcome).toBe('link')
    const common = counting({ zephyr: 2000, caspian: 14_000 }, { netlow: 300 })
    const asked = { outcome: 'review', because: 'few-groups' }
    expect(decide(common, moved(zephyr), zephyr)).toMatchObject(asked)
    expect(decide(counting({ zephyr: 2000 }, { netlow: 300 }), moved(zephyr), zephyr)).toMatchObject(asked)
    expect(decide(rareMiddle, moved(named('Zephyr')), zephyr).outcome).toBe('review')
  })

  it('is not linked by a further name if the mother is another, or a contact or a number differs', () => {
    const asked = { outcome: 'review', because: 'few-groups' }
    expect(decide(rareMiddle, moved(mother('Anna', zephyr)), mother('Maria', zephyr))).toMatchObject(asked)
    const by = (value: string): RecordDetails => ({ ...zephyr, contacts: [{ kind: 'email', value }] })
    expect(decide(rareMiddle, moved(by('jo@exampel.org')), by('jo@example.org'))).toMatchObject(asked)
    const numbered = (value: string): RecordDetails => ({
      ...zephyr,
      identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value, verified: false }],
    })
    expect(decide(rareMiddle, numbered('9990000018'), moved(numbered('9990000026'))).outcome).toBe('review')
  })

  it('is not linked by a further name if the first name, the surname or the birth date is only alike', () => {
    expect(decide(rareMiddle, moved(named('Zephyer Caspian')), zephyr).outcome).toBe('review')
    expect(decide(rareMiddle, moved(named('Zephyr Caspian', 'Netlaw')), zephyr).outcome).toBe('review')
    expect(decide(rareMiddle, moved({ ...zephyr, bornOn: '2015-03-09' }), zephyr).outcome).toBe('review')
  })

  it('is linked if its whole name is as rare as frequencies may say, and it has no namesake', () => {
    const child = named('Zephyr')
    expect(decide(rareName, moved(child), child).outcome).toBe('link')
    const asked = { outcome: 'review', because: 'few-groups' }
    expect(decide(counting({ zephyr: 2000 }, { netlow: 100 }), homeless(child), child)).toMatchObject(asked)
    const ofEngland = { ...rareName, prior: dayOneModel.prior }
    expect(decide(ofEngland, homeless(child), child)).toMatchObject(asked)
    expect(decide(rareName, moved(mother('Anna', child)), mother('Maria', child)).outcome).toBe('review')
    const cousin = { ...child, bornOn: '2016-05-14', addresses: [{ postcode: 'YO1 7HH' }] }
    expect(decide(rareName, moved(child), child, cousin)).toMatchObject(asked)
  })

  it('is not linked by a rare name if another record of the child tells another mother or further name', () => {
    const child = named('Zephyr')
    const cousin = moved(mother('Anna', zephyr))
    expect(decideOne(rareName, cousin, child).outcome).toBe('link')
    expect(decideOne(rareName, cousin, child, mother('Maria', child)).outcome).toBe('review')
    expect(decideOne(rareName, cousin, child, named('Zephyr Rowan')).outcome).toBe('review')
    expect(decideOne(rareName, cousin, child, named('Zephyr Rowan'), zephyr).outcome).toBe('link')
  })

  it('is not linked by a rare name if it is known to be a twin', () => {
    const twin = { ...named('Zephyr'), birthOrder: { order: 1, of: 2 } }
    expect(decide(rareName, moved(named('Zephyr')), twin).outcome).toBe('review')
  })

  it('is never linked by a name that is not counted', () => {
    expect(decide(dayOneModel, moved(zephyr), zephyr).outcome).toBe('review')
    expect(decide(counting({}, { netlow: 300 }), moved(named('Zephyr')), named('Zephyr')).outcome).toBe('review')
  })
})
