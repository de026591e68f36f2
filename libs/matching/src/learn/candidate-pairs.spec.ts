import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { blockingKeys } from '../blocking-keys.js'
import { buildProfile } from '../build-profile.js'
import type { Profile } from '../profile.js'
import { candidatePairs } from './candidate-pairs.js'
import { cutting } from './cut.js'

const someOf = (...values: readonly string[]) => fc.constantFrom(...values)
const record = fc
  .record({
    given: someOf('Amina', 'Aminah', 'Tom', 'Zofia Maria'),
    family: someOf('Khan', 'Kahn', 'Fernsby', 'Nowak-Begum'),
    bornOn: someOf('2019-05-04', '2019-04-05', '2015-02-20'),
    postcode: someOf('LS1 4AP', 'LS1 4AQ', 'NB12 1AA'),
    mother: someOf('Nasreen', 'Ewa'),
  })
  .map(
    ({ given, family, bornOn, postcode, mother }) =>
      buildProfile(
        {
          ...{ names: [{ given, family }], bornOn, addresses: [{ postcode }] },
          parents: [{ role: 'mother', given: mother, family }],
        },
        { source: 'health', recordedOn: '2026-01-01' },
      ).profile,
  )

/** The same by comparing every two records. */
function expectedOf(profiles: readonly Profile[]): readonly string[] {
  const keys = profiles.map((profile) => new Set(blockingKeys(profile).all))
  const count = new Map<string, number>()
  for (const key of keys.flatMap((own) => [...own])) count.set(key, (count.get(key) ?? 0) + 1)
  return profiles.flatMap((_, left) =>
    profiles.flatMap((__, right) => {
      const shared = [...(keys[left] ?? [])].filter((key) => keys[right]?.has(key) === true)
      return left < right && shared.some((key) => (count.get(key) ?? 0) <= 60) ? [`${left} ${right}`] : []
    }),
  )
}

describe('candidate pairs', () => {
  it('are those that share a key that is not too common, each once and in order', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 90, size: 'max' }), (profiles) => {
        const expected = expectedOf(profiles)
        const pairs = candidatePairs(profiles, cutting())
        expect(Array.from(pairs.left, (left, at) => `${left} ${String(pairs.right[at])}`)).toEqual(expected)
        const known = new Set(expected)
        for (let left = 0; left < Math.min(20, profiles.length); left += 1)
          for (let right = left + 1; right < profiles.length; right += 1) {
            expect(pairs.has(left, right)).toBe(known.has(`${left} ${right}`))
            expect(pairs.has(right, left)).toBe(pairs.has(left, right))
          }
      }),
      { numRuns: 40 },
    )
  })
})
