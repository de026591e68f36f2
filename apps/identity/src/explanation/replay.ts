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
 * Why a decision is not made again from the records: what it rested on was erased or rewritten with a change of its children;
 * another version of the normaliser read them; or, so that its levels say nothing either, its model is not on file.
 */
type NotFromRecords = 'inputs-gone' | 'normaliser-gone' | 'model-gone'

/** A decision made again from what it rested on. */
export interface Replayed {
  /** To the milli-bit: weights, chances and, from the records, levels and the distance to the next. */
  readonly agrees: boolean
  /** `levels`: what was stored follows from its levels by its model; that the records reach them is not shown. */
  readonly from?: 'records' | 'levels'
  readonly because?: NotFromRecords
  readonly again?: Explanation
}

/** Makes a decision again: the same record against the same profiles by the same model. */
export function replayDecision(
  stored: Explanation,
  { record, people, model }: { readonly record: Profile; readonly people: readonly Person[]; readonly model: Model },
): Replayed {
  const weighed = stored.source === undefined ? model : weighedFor(model, stored.source)
  const { decision, candidates } = judge(withoutGeneric(record, model), people, weighed)
  const again = explain(candidates, decision, model, stored)
  return { agrees: comparableForm(stored) === comparableForm(again), from: 'records', again }
}

/** What a number alone decided has levels, and no outcome by the link rule; whether it registered or linked is not in them. */
function comparableForm({ modelHash, source, why, classes, calibratedBy, runnerUp }: Explanation): string {
  return canonicalJson({ modelHash, source, why, classes, calibratedBy, runnerUp })
}
