import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildProfile, type RecordDetails } from '../build-profile.js'
import { calibrated } from '../calibration-map.js'
import { calibratedClasses, calibrationFor, isCalibratedBySource } from '../calibration.js'
import { judge } from '../decide.js'
import { explain, replay } from '../explain.js'
import { dayOneModel, modelHash, type Model } from '../model.js'
import { calibrations } from './calibrations.js'
import type { DecidedPair } from './decided-pair.js'
import { calibrate, calibrationOf } from './isotonic.js'
import { seeded } from './seeded.js'

describe('calibration', () => {
  it('never falls, and says what share of such pairs were of one child', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), {
          minLength: 100,
          maxLength: 300,
        }),
        (pairs) => {
          const map = calibrationOf(pairs.map(([probability, isSame]) => ({ probability, isSame, weight: 1 })))
          const shares = map.map(([, share]) => share)
          expect(shares).toEqual([...shares].sort((one, two) => one - two))
          const expected = pairs.reduce((sum, [probability]) => sum + calibrated(map, probability), 0)
          expect(expected).toBeCloseTo(pairs.filter(([, isSame]) => isSame).length, 6)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('changes nothing with too few decided pairs', () => {
    expect(calibrated(calibrationOf([{ probability: 0.9, isSame: false, weight: 1 }]), 0.9)).toBe(0.9)
  })

  it('never falls as a probability rises, within what was seen and beyond it, and stays a probability', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true })
    const points = fc.array(fc.tuple(chance, fc.boolean(), fc.double({ min: 0.5, max: 20, noNaN: true })), {
      minLength: 100,
      maxLength: 200,
    })
    fc.assert(
      fc.property(points, fc.array(chance, { minLength: 2, maxLength: 50 }), (pairs, asked) => {
        const map = calibrationOf(pairs.map(([probability, isSame, weight]) => ({ probability, isSame, weight })))
        const told = [...asked].sort((one, two) => one - two).map((probability) => calibrated(map, probability))
        expect(told).toEqual([...told].sort((one, two) => one - two))
        for (const share of told) expect(share >= 0 && share <= 1).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('says nothing of what nobody was asked about: a pair that is surer than all of them is as sure as before', () => {
    const points = Array.from({ length: 100 }, (_, at) => ({
      probability: 0.5 + at / 500,
      isSame: at % 2 === 0,
      weight: 1,
    }))
    const map = calibrationOf(points)
    expect(calibrated(map, 0.65)).toBeCloseTo(0.5, 1)
    expect(calibrated(map, 0.9999)).toBe(0.9999)
    expect(calibrated(map, 0.01)).toBe(0.01)
  })

  it('tells how far off probabilities are, each by steps that were made without it', () => {
    const random = seeded(2)
    const points = Array.from({ length: 2000 }, () => {
      const probability = random()
      return { probability, isSame: random() < probability ** 3, weight: 1 }
    })
    const { pairs, before, after } = calibrate(points) ?? neverHere()
    expect(pairs).toBe(2000)
    expect(before.ece).toBeCloseTo(0.25, 1)
    expect(after.ece).toBeLessThan(0.05)
    expect(after.ece).toBeGreaterThan(0)
    expect(after.brier).toBeLessThan(before.brier)
  })

  it('does not praise steps that were fitted to chance', () => {
    const random = seeded(5)
    const points = Array.from({ length: 200 }, () => ({ probability: random(), isSame: random() < 0.5, weight: 1 }))
    expect((calibrate(points) ?? neverHere()).after.brier).toBeGreaterThan(0.24)
  })

  it('keeps the classes a whole, and the others in their proportion', () => {
    const model: Model = { ...dayOneModel, calibration: { all: { ...measured, steps: [[0, 0.2]] } } }
    const told = calibratedClasses({ same: 0.6, sibling: 0.3, unrelated: 0.1 }, model, 'all')
    expect(told.same).toBeCloseTo(0.6, 9)
    const seen = calibratedClasses({ same: 0, sibling: 0.75, unrelated: 0.25 }, model, 'all')
    expect([seen.same, seen.sibling, seen.unrelated]).toEqual([0.2, 0.6000000000000001, 0.2])
    expect(calibratedClasses({ same: 1, sibling: 0, unrelated: 0 }, model, 'all').same).toBe(1)
  })
})

const measured = { pairs: 100, before: { ece: 0, brier: 0 }, after: { ece: 0, brier: 0 } }
const profileOf = (details: RecordDetails) => buildProfile(details, { source: 'a', recordedOn: '2026-10-01' }).profile
const amina: RecordDetails = { names: [{ given: 'Amina', family: 'Khan' }], bornOn: '2019-05-14' }

describe('maps of sources', () => {
  const pair = (at: number, isBlind = true): DecidedPair => ({
    left: profileOf({ ...amina, addresses: at % 3 === 0 ? [{ postcode: 'LS1 4AP' }] : [] }),
    right: profileOf({ ...amina, addresses: [{ postcode: 'LS1 4AP' }] }),
    ...{ isSame: at % 4 === 0, selectionChance: 0.5, answers: 2 },
    ...(isBlind && { blind: { sources: at % 2 === 0 ? (['b', 'a'] as const) : (['c', 'a'] as const) } }),
  })
  const pairs = (many: number, isBlind = true) => Array.from({ length: many }, (_, at) => pair(at, isBlind))

  it('are made for two that were asked about often enough, else hold for all, and of blind answers alone', () => {
    expect(Object.keys(calibrations(pairs(220), dayOneModel))).toEqual(['a b', 'a c', 'all'])
    expect(Object.keys(calibrations(pairs(120), dayOneModel))).toEqual(['all'])
    expect(calibrations(pairs(99), dayOneModel)).toEqual({})
    expect(calibrations(pairs(500, false), dayOneModel)).toEqual({})
  })

  it('are chosen by the two sources, whichever sent first, and fall back to all, and to none', () => {
    const two: Model = { ...dayOneModel, calibration: calibrations(pairs(220), dayOneModel) }
    expect([calibrationFor(two, 'b', 'a'), calibrationFor(two, 'a', 'b')]).toEqual(['a b', 'a b'])
    expect([calibrationFor(two, 'a', 'z'), calibrationFor(two, 'a')]).toEqual(['all', 'all'])
    expect(calibrationFor(dayOneModel, 'a', 'b')).toBeUndefined()
    const pooled: Model = { ...dayOneModel, calibration: calibrations(pairs(120), dayOneModel) }
    expect([two, pooled, dayOneModel].map(isCalibratedBySource)).toEqual([true, false, false])
    expect(new Set([two, pooled, dayOneModel].map(modelHash)).size).toBe(3)
  })

  it('change what is told and no decision, and are replayed from the model', () => {
    const [record, people] = [profileOf(amina), [{ personId: 'a', profiles: [profileOf(amina)] as const }]]
    const { candidates, decision } = judge(record, people, dayOneModel)
    const model: Model = {
      ...dayOneModel,
      calibration: {
        all: {
          ...measured,
          steps: [
            [0, 0.125],
            [1, 0.125],
          ],
        },
      },
    }
    expect(judge(record, people, model)).toEqual({ candidates, decision })
    const told = explain(candidates, decision, model, { calibratedBy: 'all' })
    expect(told.classes?.same).toBe(125)
    expect(told.whyNot).toEqual(explain(candidates, decision, model).whyNot)
    expect(replay(told, model).agrees).toBe(true)
    expect(replay({ ...told, calibratedBy: 'a b' }, model).agrees).toBe(false)
  })
})

function neverHere(): never {
  throw new Error('There are pairs enough')
}
