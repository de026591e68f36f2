import { canonicalJson } from '#libs/tlog'
import { calibratedClasses } from './calibration.js'
import type { LinkDecision } from './decide.js'
import { modelHash, weighedFor, type Model, type Weight } from './model.js'
import { classesOf, type Candidate, type Classes } from './person-score.js'
import { normaliserVersion } from './profile.js'
import { Tally, type Evidence } from './tally.js'
import { possibleCorrection } from './term-frequency.js'

/** Why a record was linked, registered or sent to a person: levels and milli-bits, never values of a person. */
export interface Explanation {
  readonly modelHash: string
  /** By which the record was normalised; the model may be of another. */
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
    ...{ modelHash: modelHash(model), normaliser: normaliserVersion, outcome: decision.outcome },
    ...(isOwn && { source }),
  }
  const whyNot = gatesOf(best, decision, model)
  if (!best) return { ...head, why: [], whyNot }
  return {
    ...head,
    classes: thousandthsOf(calibratedClasses(best.classes, model, calibratedBy)),
    ...(calibratedBy !== undefined && { calibratedBy }),
    why: best.best.evidence,
    whyNot,
    ...(next && { runnerUp: { advantageMillibits: best.best.m - next.best.m } }),
  }
}

/** What a stored explanation comes to when it is made again from its levels. */
export interface Replay {
  /** Whether weights, chances, gates and outcome are those of the explanation, to the milli-bit. */
  readonly agrees: boolean
  readonly m: number
  readonly s: number
  readonly classes: Classes
  /** The explanation as it follows from its levels. */
  readonly again: Explanation
}

/**
 * Makes a stored explanation again from its levels: each gets its weight from the model, and chances and gates follow from
 * the sum. Whether two records reach these levels, and how frequent their names are, is in the records alone.
 */
export function replay(explanation: Explanation, model: Model): Replay {
  const { source, calibratedBy, outcome } = explanation
  const weighed = source === undefined ? model : weighedFor(model, source)
  const why = explanation.why.flatMap((evidence) => weighedAgain(evidence, weighed) ?? [])
  const tally = new Tally(model)
  for (const evidence of why) tally.addStored(evidence)
  const { same: m, sibling: s } = tally
  const classes = classesOf({ m, s })
  const calibrated = calibratedClasses(classes, model, calibratedBy)
  const again: Explanation = {
    ...{ ...explanation, modelHash: modelHash(model), why },
    ...(explanation.classes && { classes: thousandthsOf(calibrated) }),
    whyNot: explanation.whyNot.map((held) =>
      'hadTenThousandths' in held ? { ...held, ...chancesAt(outcome, classes, model) } : held,
    ),
  }
  const agrees = canonicalJson(explanation) === canonicalJson(again) && isOutcomeOf(again, classes, model)
  return { agrees, m, s, classes: calibrated, again }
}

/** A level with its weight in the model, and the frequencies that were stored as far as they can be such; else nothing. */
function weighedAgain({ comparison, level, s, tf }: Evidence, model: Model): Evidence | undefined {
  const levels: Readonly<Record<string, Readonly<Record<string, Weight>> | undefined>> = model.levels
  const weight = levels[comparison]?.[level]
  if (weight === undefined) return undefined
  const added = possibleCorrection(weight.tf, { m: tf, s: s - weight.s })
  return { comparison, level, m: weight.m + added.m, s: weight.s + added.s, tf: added.m }
}

/** Who is registered anew, or is asked about as uncertain, was not certain enough. A link may rest on a number, or on what persons said. */
function isOutcomeOf({ outcome, why, whyNot }: Explanation, { same }: Classes, { gates }: Model): boolean {
  const isHeldApart = whyNot.some(({ veto }) => veto === 'V4')
  if (why.length === 0 || isHeldApart) return true
  if (outcome === 'register') return same < gates.registerBelow / 10_000
  return whyNot[0]?.['gate'] !== 'uncertain' || same < gates.linkFrom / 10_000
}

function thousandthsOf({ same, sibling, unrelated }: Classes): Classes {
  const inThousandths = (chance: number): number => Math.round(chance * 1000)
  return { same: inThousandths(same), sibling: inThousandths(sibling), unrelated: inThousandths(unrelated) }
}

function gatesOf(best: Candidate | undefined, decision: LinkDecision, model: Model): Explanation['whyNot'] {
  if (decision.outcome === 'link') return []
  if (!best) return decision.outcome === 'review' ? [{ gate: decision.because }] : []
  const gate = decision.outcome === 'review' ? decision.because : 'register-below'
  const chances = chancesAt(decision.outcome, best.classes, model)
  return [{ gate, ...chances }, ...best.vetoes.map((veto) => ({ veto }))]
}

function chancesAt(outcome: LinkDecision['outcome'], { same }: Classes, { gates }: Model) {
  const needed = outcome === 'register' ? gates.registerBelow : gates.linkFrom
  return { neededTenThousandths: needed, hadTenThousandths: Math.floor(same * 10_000) }
}
