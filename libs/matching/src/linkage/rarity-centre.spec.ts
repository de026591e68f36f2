import { describe, expect, it } from '@jest/globals'
import { centresOf, rarityTally } from './rarity-centre.js'
import type { SampledPairs } from './sample-pairs.js'

/** Ninety pairs that agree in a value every second record has, ten in one of every sixteenth; the last fifty do not agree. */
function sampleOf(pairARecord: number): SampledPairs {
  const at = (pair: number, common: number, rare: number, none: number) =>
    pair < 90 ? common : pair < 100 ? rare : none
  const pairs = {
    size: 150,
    comparisons: [{ levels: 2 }],
    levels: [Int8Array.from({ length: 150 }, (_, pair) => at(pair, 1, 1, 0))],
    rarities: [Uint16Array.from({ length: 150 }, (_, pair) => at(pair, 1000, 4000, 0))],
  } as unknown as SampledPairs['pairs']
  return { pairs, stands: new Float64Array(150).fill(2), pairARecord, tallies: new Map() }
}

function centres(pairARecord: number, hotPairs: readonly number[] = []): readonly number[] {
  const sample = sampleOf(pairARecord)
  const hot = { list: Int32Array.from(hotPairs), weights: new Float64Array(hotPairs.length).fill(2) }
  const tally = { parent: undefined, counts: [], rarity: rarityTally(sample, 0) } as never
  return [...centresOf(0, { tally, sample, hot, ofMatches: Int32Array.of(5, 2500) })]
}

describe('the rarity at which a weight holds as it is', () => {
  it('is that at which chance agrees, so that among unrelated pairs the likelihood ratios come to the whole', () => {
    const [, centre] = centres(100)
    expect(centre).toBe(Math.round(1000 * Math.log2((90 * 2 + 10 * 16) / 100)))
  })

  it('leaves out what looks like one person, and what nothing is told of', () => {
    const rare = Array.from({ length: 10 }, (_, at) => 90 + at)
    expect(centres(100, rare)).toEqual([5, 1000])
  })

  it('is that of matches where fewer pairs than records agree by chance', () => {
    expect(centres(201)).toEqual([5, 2500])
  })
})
