import type { Calibration } from '../calibration-map.js'
import { calibrationOfAll, sourcePairOf } from '../calibration.js'
import { judge } from '../decide.js'
import { withoutGeneric } from '../generic-values.js'
import { weighedFor, type Model } from '../model.js'
import { standsFor, type DecidedPair } from './decided-pair.js'
import { calibrate, type CalibrationPoint } from './isotonic.js'

/**
 * What the probabilities of a model are worth by what stewards decided blindly: for each pair of sources with enough of such
 * decisions, and for all together.
 *
 * @see identity.md §6
 */
export function calibrations(decided: readonly DecidedPair[], model: Model): Readonly<Record<string, Calibration>> {
  const points = new Map<string, CalibrationPoint[]>()
  for (const pair of decided) {
    if (!pair.blind) continue
    const point = pointOf(pair, pair.blind.sources[0], model)
    for (const key of [calibrationOfAll, sourcePairOf(...pair.blind.sources)]) {
      const of = points.get(key)
      if (of) of.push(point)
      else points.set(key, [point])
    }
  }
  const found = [...points]
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .map(([key, of]) => [key, calibrate(of)] as const)
  return Object.fromEntries(found.flatMap(([key, calibration]) => (calibration ? [[key, calibration] as const] : [])))
}

/** As the record would be judged today against the other. */
function pointOf(pair: DecidedPair, source: string, model: Model): CalibrationPoint {
  const record = withoutGeneric(pair.left, model)
  const { candidates } = judge(record, [{ personId: 'other', profiles: [pair.right] }], weighedFor(model, source))
  return { probability: candidates[0]?.classes.same ?? 0, isSame: pair.isSame, weight: standsFor(pair) }
}
