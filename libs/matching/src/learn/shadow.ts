import { judge, type LinkDecision, type Person } from '../decide.js'
import type { Model } from '../model.js'
import type { Classes } from '../person-score.js'
import type { Profile } from '../profile.js'

/** Where a comparison of two models came from. */
export interface ShadowContext {
  /** Kind or reference of the source of the record, and of the candidate. */
  readonly sources: readonly [record: string, candidate: string]
  /** Name-origin group, where one is known, so that a model that serves one worse is seen. */
  readonly originGroup?: string
}

/** What a second model would have decided. */
export interface ShadowComparison {
  readonly isFlip: boolean
  readonly active: LinkDecision['outcome']
  readonly shadow: LinkDecision['outcome']
  /** The likeliest class of the leading candidate under the active model; `none` without a candidate. */
  readonly class: keyof Classes | 'none'
  readonly sourcePair: string
  readonly originGroup: string
}

/** A decision flips when its outcome changes, or it links to another person. */
export function compareModels(
  record: Profile,
  people: readonly Person[],
  models: { readonly active: Model; readonly shadow: Model },
  context: ShadowContext,
): ShadowComparison {
  const active = judge(record, people, models.active)
  const shadow = judge(record, people, models.shadow)
  const leader = active.candidates[0]
  return {
    isFlip: !isSameDecision(active.decision, shadow.decision),
    active: active.decision.outcome,
    shadow: shadow.decision.outcome,
    class: leader ? likeliest(leader.classes) : 'none',
    sourcePair: [...context.sources].sort().join(' '),
    originGroup: context.originGroup ?? 'unknown',
  }
}

/** Flips and decisions of one kind. */
export interface FlipCount {
  readonly decided: number
  readonly flipped: number
}

/** Adds comparisons up, by class, source pair and name-origin group; it keeps counts, no records. */
export class ShadowReport {
  private readonly counts = new Map<string, { decided: number; flipped: number }>()

  add({ isFlip, active, shadow, class: likely, sourcePair, originGroup }: ShadowComparison): void {
    const keys = ['all', `class ${likely}`, `sources ${sourcePair}`, `origin ${originGroup}`]
    const turns = isFlip ? [`turn ${active} to ${shadow}`] : []
    for (const key of [...keys, ...turns]) {
      const count = this.counts.get(key) ?? { decided: 0, flipped: 0 }
      count.decided += 1
      if (isFlip) count.flipped += 1
      this.counts.set(key, count)
    }
  }

  /** Counts by `all`, `class …`, `sources …`, `origin …` and `turn … to …`, in the order of their names. */
  summary(): Readonly<Record<string, FlipCount>> {
    return Object.fromEntries([...this.counts].sort(([one], [two]) => (one < two ? -1 : 1)))
  }
}

function isSameDecision(one: LinkDecision, two: LinkDecision): boolean {
  if (one.outcome !== two.outcome) return false
  return one.outcome !== 'link' || two.outcome !== 'link' || one.personId === two.personId
}

function likeliest({ same, sibling, unrelated }: Classes): keyof Classes {
  if (same >= sibling && same >= unrelated) return 'same'
  return sibling >= unrelated ? 'sibling' : 'unrelated'
}
