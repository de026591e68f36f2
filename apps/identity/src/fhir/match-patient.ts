import type { Uci } from '#libs/identifiers'
import { matchGrade, type MatchGrade, type Notice } from '#libs/matching'
import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import { canonicalJson } from '#libs/tlog'
import type { EvenDoors } from '../resolution/even-answers.js'
import type { Comparison, FindChild } from '../resolution/find-child.js'
import type { FindLimitRepository } from '../resolution/find-limit.repository.js'
import { readSubmission, refuseInsufficient } from '../resolution/read-submission.js'
import type { Match } from './match-bundle.js'
import type { MatchQuestion } from './read-match.js'

/** What `$match` stands on. */
export interface MatchParts {
  readonly database: Database
  readonly find: FindChild
  readonly findLimit: FindLimitRepository
  readonly even: EvenDoors
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
  readonly isProduction: boolean
}

interface Graded extends Match {
  readonly childId: string
}

/** Answers `Patient/$match`: who a patient may be, graded, each child one access; nothing is registered. */
export class MatchPatient {
  constructor(private readonly parts: MatchParts) {}

  async match(
    caller: Caller,
    purpose: string,
    question: MatchQuestion,
  ): Promise<{ readonly matches: readonly Match[]; readonly notices: readonly Notice[] }> {
    const fromMs = performance.now()
    const { submission, notices } = readSubmission(caller, question.request, this.parts)
    const asked = `match ${canonicalJson({ details: submission.details, uci: submission.uci })}`
    const ruleId = await this.permit({ caller, purpose, asked })
    refuseInsufficient(submission)
    await this.parts.findLimit.require(caller.clientId)
    const matches = chosen(gradedIn(await this.parts.find.compare(submission)), question)
    await this.record({ caller, purpose, asked, ruleId }, matches)
    if (matches.length === 0) await this.parts.even.matched.due(fromMs)
    return { matches, notices }
  }

  private async record(by: Asked & { readonly ruleId: string }, matches: readonly Graded[]): Promise<void> {
    const { caller, purpose, asked, ruleId } = by
    const told = matches.length > 0 ? matches : [undefined]
    const records = await Promise.all(
      told.map((match) =>
        this.parts.recorder.record({
          ...{ kind: 'query', caller, action: 'match', outcome: match?.grade ?? 'none', purpose, asked },
          ...(match && { child: match.childId }),
          truth: { decision: 'PERMIT', ruleId },
        }),
      ),
    )
    await this.parts.database.transaction(async (tx) => {
      await addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      )
      if (!matches.some(({ grade }) => grade === 'certain')) await this.parts.findLimit.count(tx, caller.clientId)
    })
  }

  private async permit({ caller, purpose, asked }: Asked): Promise<string> {
    const standing = await standingOf(this.parts.database, caller, purpose)
    const decision = decideAccess(this.parts.policies, { action: 'resolve', ...standing })
    if (decision.outcome === 'PERMIT') return decision.ruleId
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'match', outcome: 'refused', purpose, asked },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }
}

interface Asked {
  readonly caller: Caller
  readonly purpose: string
  readonly asked: string
}

/** A child known by its number alone, and found by it, is certain by the same rule that would link to it. */
function gradedIn({ judgement, known }: Comparison): readonly Graded[] {
  const ids = judgement.ranked.map(({ personId }) => personId)
  const linked = judgement.outcome === 'link' ? judgement.childId : undefined
  const all = linked === undefined || ids.includes(linked) ? ids : [linked, ...ids]
  return all.flatMap((childId) => {
    const candidate = judgement.ranked.find(({ personId }) => personId === childId)
    const grade: MatchGrade | undefined =
      childId === linked ? 'certain' : candidate && matchGrade(candidate, judgement.decision)
    const uci = known.child(childId)?.uci
    return grade !== undefined && uci !== undefined ? [{ childId, uci: uci as Uci, grade }] : []
  })
}

function chosen(graded: readonly Graded[], { isOnlyCertain, count }: MatchQuestion): readonly Graded[] {
  return graded.filter(({ grade }) => !isOnlyCertain || grade === 'certain').slice(0, count)
}
