import { formatUci } from '#libs/identifiers'
import type { Notice } from '#libs/matching'
import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller, type RecordedAccess } from '#libs/security'
import { Problem } from '#libs/service'
import { canonicalJson } from '#libs/tlog'
import type { FindChild } from './find-child.js'
import type { FindLimitRepository } from './find-limit.repository.js'
import type { KeyedHashes } from './keyed-hashes.js'
import type { Resolved } from './plan-resolution.js'
import { prepareSubmission } from './prepare-submission.js'
import type { ResolveRequest } from './read-resolve-request.js'
import { readSubmission, refuseInsufficient } from './read-submission.js'
import { Turns } from './turns.js'
import type { ResolveChildren } from './resolve-children.js'
import type { Submission } from './submission.js'

/** What an agency is told: whether its record was linked or registered is not in it (doors §7). */
export interface ResolveAnswer {
  readonly outcome: 'identified' | 'provisional' | 'found' | 'none' | 'many'
  readonly uci?: string
  readonly status?: 'active' | 'provisional'
  readonly decisionId?: string
  readonly reviewId?: string
  readonly notices: readonly Notice[]
  readonly accessReceipt: AccessReceipt
}

/** What resolving one record stands on. */
export interface ResolveRecordParts {
  readonly database: Database
  readonly children: ResolveChildren
  readonly find: FindChild
  readonly findLimit: FindLimitRepository
  readonly hashes: KeyedHashes
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
  readonly isProduction: boolean
}

/** A flood waits here, in order, and not for a connection, which is refused after some seconds. */
const answeredAtOnce = 8

interface Asked {
  readonly caller: Caller
  readonly purpose: string
  readonly asked: string
  readonly rule: string
}

/** Answers `POST /v1/resolve`: asks the policy, finds or registers the child, and makes the access durable with it. */
export class ResolveRecord {
  private readonly turns = new Turns(answeredAtOnce)

  constructor(private readonly parts: ResolveRecordParts) {}

  resolve(caller: Caller, purpose: string, request: ResolveRequest): Promise<ResolveAnswer> {
    return this.turns.take(() => this.answer(caller, purpose, request))
  }

  private async answer(caller: Caller, purpose: string, request: ResolveRequest): Promise<ResolveAnswer> {
    const { submission, notices } = readSubmission(caller, request, this.parts)
    const asked = `resolve ${request.mode} ${canonicalJson({ details: submission.details, uci: submission.uci })}`
    const rule = await this.permit({ caller, purpose, asked, rule: '' })
    refuseInsufficient(submission)
    const question = { caller, purpose, asked, rule }
    const answer =
      request.mode === 'find' ? await this.found(submission, question) : await this.registered(submission, question)
    return { ...answer, notices }
  }

  private async registered(submission: Submission, question: Asked): Promise<Omit<ResolveAnswer, 'notices'>> {
    const prepared = prepareSubmission(submission, this.parts.hashes)
    let recorded: RecordedAccess | undefined
    const [child] = await this.parts.children.resolve([prepared], {
      witness: async ([answer], recorder) => {
        recorded = await record(recorder, question, { outcome: outcomeOf(answer), child: answer })
        return [recorded.message]
      },
    })
    if (!child || !recorded) throw new Error('A record was left without an answer')
    const { decisionId, reviewId, uci, status } = child
    return {
      outcome: outcomeOf(child),
      ...(uci !== undefined && { uci: formatUci(uci) }),
      status,
      ...(decisionId !== undefined && { decisionId }),
      ...(status === 'provisional' && reviewId !== undefined && { reviewId }),
      accessReceipt: recorded.receipt,
    }
  }

  private async found(submission: Submission, question: Asked): Promise<Omit<ResolveAnswer, 'notices'>> {
    await this.parts.findLimit.require(question.caller.clientId)
    const { outcome, child } = await this.parts.find.find(submission)
    const { message, receipt } = await record(this.parts.recorder, question, { outcome, child })
    await this.parts.database.transaction(async (tx) => {
      await addToOutbox(tx, 'identity', [message])
      if (outcome !== 'found') await this.parts.findLimit.count(tx, question.caller.clientId)
    })
    const told = child?.uci === undefined ? {} : { uci: formatUci(child.uci), status: child.status }
    return { outcome, ...told, accessReceipt: receipt }
  }

  private async permit({ caller, purpose, asked }: Asked): Promise<string> {
    const standing = await standingOf(this.parts.database, caller, purpose)
    const decision = decideAccess(this.parts.policies, { action: 'resolve', ...standing })
    if (decision.outcome === 'PERMIT') return decision.ruleId
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'resolve', outcome: 'refused', purpose, asked },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }
}

function record(
  recorder: AccessRecorder,
  { caller, purpose, asked, rule }: Asked,
  { outcome, child }: { readonly outcome: string; readonly child: Resolved | undefined },
) {
  const decision = child?.decisionId === undefined ? {} : { matchDecision: child.decisionId }
  return recorder.record({
    ...{ kind: 'query', caller, action: 'resolve', outcome, purpose, asked },
    ...(child && { child: child.childId }),
    truth: { decision: 'PERMIT', ruleId: rule, ...decision },
  })
}

function outcomeOf(child: Resolved | undefined): 'identified' | 'provisional' {
  return child?.status === 'active' ? 'identified' : 'provisional'
}
