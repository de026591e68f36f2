import { calibrated } from './calibration-map.js'
import type { Model } from './model.js'
import type { Classes } from './person-score.js'

/** The map of all pairs of sources together. */
export const calibrationOfAll = 'all'

/** Two sources under one name, whichever came first. */
export function sourcePairOf(one: string, two: string): string {
  return one < two ? `${one} ${two}` : `${two} ${one}`
}

/** Whether a pair of sources has a map of its own, so that it matters of which source a child is known. */
export function isCalibratedBySource({ calibration = {} }: Model): boolean {
  return Object.keys(calibration).some((key) => key !== calibrationOfAll)
}

/** The name of the map that holds for a pair of sources: its own, else that of all, else none. */
export function calibrationFor({ calibration = {} }: Model, one?: string, two?: string): string | undefined {
  const own = one === undefined || two === undefined ? calibrationOfAll : sourcePairOf(one, two)
  return [own, calibrationOfAll].find((key) => Object.hasOwn(calibration, key))
}

/** The classes with the calibrated chance of one child; the others keep their proportion. */
export function calibratedClasses(classes: Classes, { calibration = {} }: Model, by: string | undefined): Classes {
  const steps = by === undefined ? undefined : calibration[by]?.steps
  if (!steps) return classes
  const same = calibrated(steps, classes.same)
  const rest = classes.sibling + classes.unrelated
  const part = rest > 0 ? (1 - same) / rest : 0
  return { same, sibling: classes.sibling * part, unrelated: rest > 0 ? classes.unrelated * part : 1 - same }
}
