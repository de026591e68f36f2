import type { Candidate, LinkDecision } from './decide.js'
import { modelHash, type Model } from './model.js'
import type { Evidence } from './score.js'

/** Why a record was linked, registered or sent to a person: levels and milli-bits, never values of a person. */
export interface Explanation {
  readonly modelHash: string
  readonly normaliser: string
  readonly outcome: LinkDecision['outcome']
  /** Chances of the best candidate in thousandths; absent where there was no candidate. */
  readonly classes?: { readonly same: number; readonly sibling: number; readonly unrelated: number }
  readonly why: readonly Evidence[]
  readonly whyNot: readonly Readonly<Record<string, string | number>>[]
  readonly runnerUp?: { readonly advantageMillibits: number }
}

/** Explains a decision by its best candidate and, where it did not link, by the gates and vetoes that held it. */
export function explain(candidates: readonly Candidate[], decision: LinkDecision, model: Model): Explanation {
  const [best, next] = [...candidates].sort((one, two) => two.best.m - one.best.m)
  const head = { modelHash: modelHash(model), normaliser: model.normaliser, outcome: decision.outcome }
  if (!best) return { ...head, why: [], whyNot: [] }
  const inThousandths = (chance: number): number => Math.round(chance * 1000)
  const { same, sibling, unrelated } = best.classes
  return {
    ...head,
    classes: { same: inThousandths(same), sibling: inThousandths(sibling), unrelated: inThousandths(unrelated) },
    why: best.best.evidence,
    whyNot: decision.outcome === 'link' ? [] : gatesOf(best, decision, model),
    ...(next && { runnerUp: { advantageMillibits: best.best.m - next.best.m } }),
  }
}

function gatesOf(best: Candidate, decision: LinkDecision, model: Model): Explanation['whyNot'] {
  const gate = decision.outcome === 'review' ? decision.because : 'register-below'
  const needed = decision.outcome === 'register' ? model.gates.registerBelow : model.gates.linkFrom
  const had = Math.floor(best.classes.same * 10_000)
  return [{ gate, neededTenThousandths: needed, hadTenThousandths: had }, ...best.vetoes.map((veto) => ({ veto }))]
}
