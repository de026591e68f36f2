import { calibratedClasses } from './calibration.js'
import type { LinkDecision } from './decide.js'
import { modelHash, weighedFor, type Model } from './model.js'
import { classesOf, type Candidate, type Classes } from './person-score.js'
import { Tally, type Evidence } from './tally.js'

/** Why a record was linked, registered or sent to a person: levels and milli-bits, never values of a person. */
export interface Explanation {
  readonly modelHash: string
  readonly normaliser: string
  readonly outcome: LinkDecision['outcome']
  /** Whose own weights the record was weighed by; absent where it was weighed as those of all are. */
  readonly source?: string
  /** Chances of the best candidate in thousandths; absent where there was no candidate. */
  readonly classes?: { readonly same: number; readonly sibling: number; readonly unrelated: number }
  /** By which map of the model they are calibrated; absent where they are what the levels come to. */
  readonly calibratedBy?: string
  readonly why: readonly Evidence[]
  readonly whyNot: readonly Readonly<Record<string, string | number>>[]
  readonly runnerUp?: { readonly advantageMillibits: number }
}

/** What an explanation is of besides a decision: whose record it was, and the map by which its chances are told. */
type ExplainedBy = Pick<Explanation, 'source' | 'calibratedBy'>

/** Explains a decision by its best candidate and, where it did not link, by the gates and vetoes that held it. */
export function explain(
  candidates: readonly Candidate[],
  decision: LinkDecision,
  model: Model,
  { source, calibratedBy }: ExplainedBy = {},
): Explanation {
  const ranked = [...candidates].sort((one, two) => two.best.m - one.best.m || (one.personId < two.personId ? -1 : 1))
  const [best, next] = ranked
  const isOwn = source !== undefined && weighedFor(model, source) !== model
  const head = {
    ...{ modelHash: modelHash(model), normaliser: model.normaliser, outcome: decision.outcome },
    ...(isOwn && { source }),
  }
  if (!best) return { ...head, why: [], whyNot: [] }
  return {
    ...head,
    classes: thousandthsOf(calibratedClasses(best.classes, model, calibratedBy)),
    ...(calibratedBy !== undefined && { calibratedBy }),
    why: best.best.evidence,
    whyNot: decision.outcome === 'link' ? [] : gatesOf(best, decision, model),
    ...(next && { runnerUp: { advantageMillibits: best.best.m - next.best.m } }),
  }
}

/** What a stored explanation comes to when it is added up again. */
export interface Replay {
  /** Whether model, weights and chances are those of the explanation, to the milli-bit. */
  readonly agrees: boolean
  readonly m: number
  readonly s: number
  readonly classes: Classes
}

/** Adds the stored levels up again: each must have its weight in the model, frequencies aside, and the sum its chances. */
export function replay(explanation: Explanation, model: Model): Replay {
  const { source, calibratedBy } = explanation
  const weighed = source === undefined ? model : weighedFor(model, source)
  const tally = new Tally(model)
  for (const evidence of explanation.why) tally.addStored(evidence)
  const { same: m, sibling: s } = tally
  const classes = calibratedClasses(classesOf({ m, s }), model, calibratedBy)
  const isWeighted = explanation.why.every((evidence) => hasItsWeight(evidence, weighed))
  const told = explanation.classes
  const again = thousandthsOf(classes)
  const isTold = told === undefined || (told.same === again.same && told.sibling === again.sibling)
  return { agrees: isWeighted && isTold && explanation.modelHash === modelHash(model), m, s, classes }
}

function hasItsWeight({ comparison, level, m, s, tf }: Evidence, model: Model): boolean {
  const weight = model.levels[comparison][level]
  if (weight === undefined || m !== weight.m + tf) return false
  return weight.tf === undefined ? tf === 0 && s === weight.s : true
}

function thousandthsOf({ same, sibling, unrelated }: Classes): Classes {
  const inThousandths = (chance: number): number => Math.round(chance * 1000)
  return { same: inThousandths(same), sibling: inThousandths(sibling), unrelated: inThousandths(unrelated) }
}

function gatesOf(best: Candidate, decision: LinkDecision, model: Model): Explanation['whyNot'] {
  const gate = decision.outcome === 'review' ? decision.because : 'register-below'
  const needed = decision.outcome === 'register' ? model.gates.registerBelow : model.gates.linkFrom
  const had = Math.floor(best.classes.same * 10_000)
  return [{ gate, neededTenThousandths: needed, hadTenThousandths: had }, ...best.vetoes.map((veto) => ({ veto }))]
}
