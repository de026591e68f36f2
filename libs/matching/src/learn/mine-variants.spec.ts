import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildProfile, type RecordDetails, type RecordIdentifier } from '../build-profile.js'
import type { Profile } from '../profile.js'
import { VariantMiner, type ToldProfile } from './mine-variants.js'
import { seeded } from './seeded.js'

const nhs = 'https://fhir.nhs.uk/Id/nhs-number'

const told = (details: RecordDetails, decidedBy?: string): ToldProfile => ({
  profile: buildProfile(details, { source: 'urn:waymark:agency:a', recordedOn: '2026-10-01' }).profile,
  ...(decidedBy !== undefined && { decidedBy }),
})
const word = (n: number): string =>
  Array.from({ length: 6 }, (_, at) => 'bdfgkmprstvz'.charAt(Math.floor(n / 12 ** at) % 12)).join('a')

/** The digit that a number of nine digits is checked by; ten where there is none. */
function checkOf(digits: string): number {
  const sum = Array.from(digits, (digit, at) => Number(digit) * (10 - at)).reduce((one, two) => one + two)
  return (11 - (sum % 11)) % 11
}
const numbers = Array.from({ length: 2000 }, (_, n) => String(999_000_000 + n)).filter((digits) => checkOf(digits) < 10)

/** A number that passes its check, of which the sender says whether it was verified. */
function nhsOf(n: number, verified = true): RecordIdentifier {
  const digits = numbers[n] ?? ''
  return { system: nhs, value: `${digits}${String(checkOf(digits))}`, verified }
}

interface Made {
  readonly serial: number
  readonly names: readonly (readonly [given: string, family: string])[]
  readonly verified?: boolean
  readonly mother?: string
  readonly birthOrder?: RecordDetails['birthOrder']
  readonly decided?: boolean
}

/** A child with a record for each name. */
function child({ serial, names, verified = true, mother, birthOrder, decided = false }: Made): readonly ToldProfile[] {
  return names.map(([given, family], at) =>
    told(
      {
        names: [{ given, family }],
        bornOn: '2019-05-14',
        identifiers: [nhsOf(serial, verified)],
        addresses: [{ postcode: `NB${String(1 + (serial % 90))} ${String(serial % 10)}QT` }],
        parents: [{ role: 'mother', given: mother ?? word(serial * 31 + 7), family: 'Cole' }],
        ...(birthOrder && { birthOrder }),
      },
      decided && at > 0 ? `change-${String(serial)}` : undefined,
    ),
  )
}

/** So many children of one name each, against whom chance is told. */
function others(count: number): readonly (readonly ToldProfile[])[] {
  return Array.from({ length: count }, (_, n) => {
    const name = [word(n * 17 + 3), word(n * 29 + 11)] as const
    return child({ serial: 500 + n, names: [name, name] })
  })
}

function mined(children: readonly (readonly ToldProfile[])[]) {
  const miner = new VariantMiner()
  for (const one of children) miner.add(one)
  return miner.found()
}

const three = (
  more: Partial<Made> = {},
  names: Made['names'] = [
    ['Oriel', 'Cole'],
    ['Wim', 'Cole'],
  ],
) => [1, 2, 3].map((serial) => child({ serial, names, ...more }))

describe('mining variants', () => {
  it('finds two given names that three children of three families go by, far oftener than by chance', () => {
    expect(mined([...three(), ...others(60)])).toEqual([
      { part: 'given', pair: ['oriel', 'wim'], basis: 'numbers', children: 3, lift: 21 },
    ])
  })

  it('finds two spellings of a surname likewise', () => {
    const names = [
      ['Kit', 'Tarrant'],
      ['Kit', 'Zwicky'],
    ] as const
    expect(mined([...three({}, names), ...others(60)])).toMatchObject([{ part: 'family', pair: ['tarrant', 'zwicky'] }])
  })

  it('finds nothing that two children say, nor what chance may have done', () => {
    expect(mined([...three().slice(0, 2), ...others(60)])).toEqual([])
    expect(mined([...three(), ...others(8)])).toEqual([])
  })

  it('finds nothing that one family says: sisters who took another surname tell of themselves alone', () => {
    const names = [
      ['Kit', 'Tarrant'],
      ['Kit', 'Zwicky'],
    ] as const
    const apart = [
      ['Amina', 'Tarrant'],
      ['Zara', 'Zwicky'],
    ] as const
    expect(mined([...three({ mother: 'Nasreen' }, names), ...others(60)])).toEqual([])
    const two = [1, 2].map((serial) => child({ serial, names, mother: 'Nasreen' }))
    expect(mined([...two, child({ serial: 3, names }), ...others(60)])).toEqual([])
    expect(mined([...three({}, apart), ...others(60)])).not.toEqual([])
  })

  it('takes children of whom no family is known for one family', () => {
    const bare = [1, 2, 3].map((serial) =>
      ['Oriel', 'Wim'].map((given) =>
        told({ names: [{ given, family: 'Cole' }], bornOn: '2019-05-14', identifiers: [nhsOf(serial)] }),
      ),
    )
    expect(mined([...bare, ...others(60)])).toEqual([])
  })

  it('counts no records that names alone brought together, nor a number that one of them did not verify', () => {
    expect(mined([...three({ verified: false }), ...others(60)])).toEqual([])
    const half = three().map(([one, two]) =>
      [one, told({ names: [{ given: 'Wim', family: 'Cole' }], bornOn: '2019-05-14' })].flatMap(
        (each) => each ?? two ?? [],
      ),
    )
    expect(mined([...half, ...others(60)])).toEqual([])
  })

  it('counts no number that stands beside another day of birth, nor one that a school gave for the time being', () => {
    const otherDay = three().map(([one, two]) => (one && two ? [one, moved(two, { bornOn: '2018-01-02' })] : []))
    expect(mined([...otherDay, ...others(60)])).toEqual([])
    const lasting = three().map((records) =>
      records.map((one) => moved(one, { nhsNumbers: [], upns: pupil('R999999926001') })),
    )
    const passing = three().map((records) =>
      records.map((one) => moved(one, { nhsNumbers: [], upns: pupil('C99999992600A') })),
    )
    expect(mined([...lasting, ...others(60)])).toHaveLength(1)
    expect(mined([...passing, ...others(60)])).toEqual([])
  })

  it('counts what persons joined, and says that it was they', () => {
    const found = mined([...three({ verified: false, decided: true }), ...others(60)])
    expect(found).toMatchObject([{ pair: ['oriel', 'wim'], basis: 'persons', children: 3 }])
  })

  it('does not take the names of brothers and sisters for one: a child that was born with others teaches nothing', () => {
    const names = [
      ['Aaron', 'Cole'],
      ['Erin', 'Cole'],
    ] as const
    expect(mined([...three({ birthOrder: { of: 2 } }, names), ...others(60)])).toEqual([])
  })

  it.each([
    [
      'what every model knows',
      [
        ['Kasia', 'Cole'],
        ['Katarzyna', 'Cole'],
      ],
    ],
    [
      'a slip of the pen',
      [
        ['Oriel', 'Cole'],
        ['Oreil', 'Cole'],
      ],
    ],
    [
      'what millions share by custom',
      [
        ['Kaur', 'Cole'],
        ['Oriel', 'Cole'],
      ],
    ],
    [
      'surnames of custom',
      [
        ['Kit', 'Begum'],
        ['Kit', 'Khan'],
      ],
    ],
    [
      'an initial',
      [
        ['O', 'Cole'],
        ['Wim', 'Cole'],
      ],
    ],
    [
      'nobody’s name yet',
      [
        ['Baby Girl', 'Cole'],
        ['Wim', 'Cole'],
      ],
    ],
    [
      'names in the wrong fields',
      [
        ['Oriel', 'Cole'],
        ['Cole', 'Oriel'],
      ],
    ],
    [
      'two names that a record writes side by side',
      [
        ['Oriel Wim', 'Cole'],
        ['Wim', 'Cole'],
      ],
    ],
    [
      'half of a double surname',
      [
        ['Kit', 'Cole-Tarrant'],
        ['Kit', 'Cole'],
      ],
    ],
  ] as const)('proposes nothing of %s', (_, names) => {
    expect(mined([...three({}, names), ...others(60)])).toEqual([])
  })

  it('finds the same in whatever order children come, and never what fewer than three families say', () => {
    const name = fc.constantFrom('Oriel', 'Wim', 'Tarrant', 'Zwicky')
    const drawn = fc.record({
      names: fc.array(fc.tuple(name, fc.constantFrom('Cole', 'Quist', 'Marlowe')), { minLength: 2, maxLength: 3 }),
      mother: fc.constantFrom('Nasreen', 'Karima', 'Zofia', 'Hui'),
      verified: fc.boolean(),
      decided: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 10 }), fc.nat(), (all, seed) => {
        const children = [...all.map((one, at) => child({ ...one, serial: at * 3 })), ...others(150)]
        const random = seeded(seed)
        const shuffled = children
          .map((one) => ({ one, at: random() }))
          .sort((one, two) => one.at - two.at)
          .map(({ one }) => one)
        const found = mined(children)
        expect(mined(shuffled)).toEqual(found)
        for (const { part, pair, lift } of found) {
          const at = part === 'given' ? 0 : 1
          const having = all.filter(({ names }) =>
            pair.every((text) => names.some((each) => each[at].toLowerCase() === text)),
          )
          expect(new Set(having.map(({ mother }) => mother)).size).toBeGreaterThanOrEqual(3)
          expect(lift).toBeGreaterThanOrEqual(8)
        }
      }),
      { numRuns: 60 },
    )
  })
})

function moved(one: ToldProfile, more: Partial<Profile>): ToldProfile {
  return { ...one, profile: { ...one.profile, ...more } }
}

function pupil(value: string): Profile['upns'] {
  return [{ value, isVerified: true, isCurrent: true }]
}
