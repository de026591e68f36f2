import {
  explain,
  judge,
  weighedFor,
  withoutGeneric,
  type Explanation,
  type Model,
  type Person,
  type Profile,
} from '#libs/matching'
import { canonicalJson } from '#libs/tlog'

/**
 * Why a decision cannot be made again: what it rested on was erased or rewritten with a change of its children; its model is
 * not on file; or the record is kept in its own words alone, and what would normalise them is another version.
 */
export type NotReplayable = 'inputs-gone' | 'model-gone' | 'normaliser-gone'

/** A decision made again from what it rested on. */
export interface Replayed {
  /** To the milli-bit: levels, weights, chances and the distance to the next. */
  readonly agrees: boolean
  readonly again: Explanation
}

/** Makes a decision again: the same record against the same profiles by the same model. */
export function replayDecision(
  stored: Explanation,
  { record, people, model }: { readonly record: Profile; readonly people: readonly Person[]; readonly model: Model },
): Replayed {
  const weighed = stored.source === undefined ? model : weighedFor(model, stored.source)
  const { decision, candidates } = judge(withoutGeneric(record, model), people, weighed)
  const again = explain(candidates, decision, model, stored)
  return { agrees: comparableForm(stored) === comparableForm(again), again }
}

/** What a number alone decided has levels, and no outcome by the link rule; whether it registered or linked is not in them. */
function comparableForm({ modelHash, normaliser, source, why, classes, calibratedBy, runnerUp }: Explanation): string {
  return canonicalJson({ modelHash, normaliser, source, why, classes, calibratedBy, runnerUp })
}
