import { describe, expect, it } from '@jest/globals'
import { buildProfile } from '#libs/matching'
import { dateOf } from '../kidsbench/child.js'
import { KidsBench } from '../kidsbench/kids-bench.js'
import { detailsOfChild, profileOfChild } from './kids-profiles.js'

describe('profiles of invented children', () => {
  it('made in short are those that normalising makes', () => {
    let seen = 0
    for (const family of new KidsBench({ children: 1_000, seed: 3 }).children())
      for (const child of family) {
        const context = { source: 'bench', recordedOn: dateOf(child.until) }
        expect(profileOfChild(child)).toEqual(buildProfile(detailsOfChild(child), context).profile)
        seen += 1
      }
    expect(seen).toBe(1_000)
  })
})
