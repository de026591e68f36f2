import { decideLink, type Model } from '#libs/matching'
import type { ChildState } from './change.js'
import type { GroupScore, Said } from './score-children.js'

/** What the merge check makes of two children. */
export type PairJudgement = 'join' | 'review' | 'apart'

/** Mean weight from which two active children may be joined by themselves, in milli-bits. */
const joinFrom = 11_000
const likely = 0.5

/**
 * Judges two children that a link has brought together. Two active ones are joined by themselves only where the mean weight
 * is clear, a verified identifier agrees and nothing speaks against it; a provisional one needs the rule of a link.
 *
 * @see identity.md §7
 */
export function judgePair(
  given: {
    readonly one: Pick<ChildState, 'status'>
    readonly two: Pick<ChildState, 'status'>
    readonly score: GroupScore
    readonly said: Said
    readonly isVerifiedSame: boolean
  },
  model: Model,
): PairJudgement {
  const { one, two, score, said, isVerifiedSame } = given
  if (said === 'must-link') return 'join'
  if (said === 'cannot-link' || score.mean < 0) return 'apart'
  const isEachActive = one.status === 'active' && two.status === 'active'
  return isEachActive ? judgeActive(score, isVerifiedSame, model) : isLinkable(score, model) ? 'join' : 'apart'
}

/** Whether two children are told apart as surely as a new one is registered, or by people. */
export function isApart(score: GroupScore | undefined, said: Said, model: Model): boolean {
  if (said !== undefined) return said === 'cannot-link'
  return score === undefined || score.best.classes.same < model.gates.registerBelow / 10_000
}

function judgeActive(score: GroupScore, isVerifiedSame: boolean, model: Model): PairJudgement {
  const isLink = isLinkable(score, model)
  if (isLink && isClear(score, isVerifiedSame)) return 'join'
  return isLink || score.best.classes.same >= likely ? 'review' : 'apart'
}

function isLinkable({ best }: GroupScore, model: Model): boolean {
  return best.vetoes.length === 0 && decideLink([best], model).outcome === 'link'
}

function isClear({ mean }: GroupScore, isVerifiedSame: boolean): boolean {
  return mean >= joinFrom && isVerifiedSame
}
