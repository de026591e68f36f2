import { formatUci } from '#libs/identifiers'
import type { Notice } from '#libs/matching'
import { addToOutbox } from '#libs/postgres'
import {
  inFewMessages,
  KeyMissing,
  type AccessReceipt,
  type AccessRecorder,
  type Caller,
  type RecordedAccess,
} from '#libs/security'
import type { EvenDoors } from './even-answers.js'
import type { FindChild } from './find-child.js'
import type { FindLimitRepository } from './find-limit.repository.js'
import { Gathering, type Ended } from './gathering.js'
import type { KeyedHashes } from './keyed-hashes.js'
import { PermitResolve, type PermitParts, type ResolveQuestion } from './permit-resolve.js'
import { isRefused, type Outcome, type Resolved } from './plan-resolution.js'
import { prepareSubmission, type Prepared } from './prepare-submission.js'
import type { ResolveRequest } from './read-resolve-request.js'
import { readSubmission, refuseInsufficient } from './read-submission.js'
import type { ResolveChildren } from './resolve-children.js'
import { contentOf, type Submission } from './submission.js'
import { Turns } from './turns.js'

/** What an agency is told: whether its record was linked or registered is not in it (doors §7). */
export interface ResolveAnswer {
  readonly outcome: 'identified' | 'provisional' | 'found' | 'none' | 'many'
  readonly uci?: string
  readonly status?: 'active' | 'provisional'
  readonly decisionId?: string
  /** What became of the record; for data stewards only. */
  readonly decision?: 'linked' | 'registered' | 'repeated'
  readonly reviewId?: string
  readonly notices: readonly Notice[]
  readonly accessReceipt: AccessReceipt
}

/** What resolving one record stands on. */
export interface ResolveRecordParts extends PermitParts {
  readonly children: ResolveChildren
  readonly find: FindChild
  readonly findLimit: FindLimitRepository
  readonly hashes: KeyedHashes
  readonly even: EvenDoors
  readonly isProduction: boolean
}

/** Searches under way at once; a flood waits here, in order, and not for a connection, which is refused after some seconds. */
const foundAtOnce = 8
/**
 * Records that came in while others were being committed are committed together. With a third group at once each is smaller,
 * and the slowest answer in a hundred took nearly twice as long (measured at 200 a second). One alone, waiting for a lock,
 * would hold all others.
 */
const groups = { atOnce: 2, most: 64 }

interface Asked extends ResolveQuestion {
  readonly submission: Submission
}

interface Permitted extends Asked {
  readonly rule: string
  readonly prepared: Prepared
  /** There where it was known already. */
  readonly known: Resolved | undefined
}

type Answer = Omit<ResolveAnswer, 'notices'>

/** An answer, and with which others it must be told at one time, if with any. */
interface Told {
  readonly answer: Answer
  readonly alike?: 'registered' | 'searched'
}

/** Answers `POST /v1/resolve`: asks the policy, finds or registers the child, and makes the access durable with it. */
export class ResolveRecord {
  private readonly turns = new Turns(foundAtOnce)
  private readonly permits: PermitResolve
  private readonly gathering: Gathering<Asked, Told>

  constructor(private readonly parts: ResolveRecordParts) {
    this.permits = new PermitResolve(parts)
    this.gathering = new Gathering((asked) => this.registerAll(asked), groups)
  }

  async resolve(caller: Caller, purpose: string, request: ResolveRequest): Promise<ResolveAnswer> {
    const fromMs = performance.now()
    const { submission, notices } = readSubmission(caller, request, this.parts)
    const asked = `resolve ${request.mode} ${contentOf(submission)}`
    const question = { caller, purpose, asked, submission }
    const { answer, alike } =
      request.mode === 'find' ? await this.turns.take(() => this.found(question)) : await this.gathering.add(question)
    if (alike) await this.parts.even[alike].due(fromMs)
    return { ...answer, notices }
  }

  /** Each by itself as far as whoever asked can tell; what is known is read meanwhile, and told to nobody who is refused. */
  private async registerAll(asked: readonly Asked[]): Promise<readonly Ended<Told>[]> {
    const { children, hashes } = this.parts
    const records = asked.map((one) => ({ one, prepared: prepareSubmission(one.submission, hashes) }))
    const [rules, known] = await Promise.all([
      this.permits.all(asked),
      children.known(records.map(({ prepared }) => prepared)),
    ])
    const ends = new Map<Asked, Ended<Told>>()
    const permitted: Permitted[] = []
    records.forEach(({ one, prepared }, at) => {
      const rule = sufficient(rules[at], one.submission)
      if ('value' in rule) permitted.push({ ...one, rule: rule.value, prepared, known: known[at] })
      else ends.set(one, rule)
    })
    const answers = permitted.length > 0 ? await this.register(permitted) : []
    let next = 0
    return asked.map((one) => ends.get(one) ?? answers[next++] ?? { error: new Error('A record was left out') })
  }

  /** What cannot be written because of one record keeps the others of its group from nothing. */
  private async register(permitted: readonly Permitted[]): Promise<readonly Ended<Told>[]> {
    try {
      return await this.registerTogether(permitted)
    } catch (error) {
      if (permitted.length === 1 || !isOfOne(error)) return permitted.map(() => ({ error }))
    }
    const ends: Ended<Told>[] = []
    for (const one of permitted) ends.push(...(await this.register([one])))
    return ends
  }

  private async registerTogether(permitted: readonly Permitted[]): Promise<readonly Ended<Told>[]> {
    const prepared = permitted.map((one) => one.prepared)
    const known = permitted.map((one) => one.known)
    let recorded: readonly (RecordedAccess | undefined)[] = []
    const witness = async (answers: readonly Outcome[], recorder: AccessRecorder) => {
      recorded = await Promise.all(
        answers.map((child, at) =>
          isRefused(child) ? Promise.resolve(undefined) : record(recorder, permitted[at], child),
        ),
      )
      return inFewMessages(recorded.flatMap((one) => one?.message ?? []))
    }
    const outcomes = await this.parts.children.resolveEach(prepared, { witness }, known)
    return outcomes.map((child, at) =>
      isRefused(child) ? { error: child.refused } : told(child, recorded[at], permitted[at]?.caller),
    )
  }

  private async found(asked: Asked): Promise<Told> {
    const [permit] = await this.permits.all([asked])
    const rule = sufficient(permit, asked.submission)
    if ('error' in rule) throw rule.error
    await this.parts.findLimit.require(asked.caller.clientId)
    const { outcome, child } = await this.parts.find.find(asked.submission)
    const question = { ...asked, rule: rule.value }
    const { message, receipt } = await recordOf(this.parts.recorder, question, { outcome, child })
    await this.parts.database.transaction(async (tx) => {
      const added = addToOutbox(tx, 'identity', [message])
      added.catch(() => undefined) // the commit travels with it, and fails as it does
      if (outcome !== 'found') await this.parts.findLimit.count(tx, asked.caller.clientId)
    })
    const seen = child?.uci === undefined ? {} : { uci: formatUci(child.uci), status: child.status }
    const answer: Answer = { outcome, ...seen, accessReceipt: receipt }
    return outcome === 'none' ? { answer, alike: 'searched' } : { answer }
  }
}

/** The permit, unless what was said is too little to be anybody. */
function sufficient(permit: Ended<string> | undefined, submission: Submission): Ended<string> {
  if (!permit || 'error' in permit) return permit ?? { error: new Error('A question was left out') }
  try {
    refuseInsufficient(submission)
    return permit
  } catch (error) {
    return { error }
  }
}

/** Whose key is not to be had, or what the database refuses for what it holds (SQLSTATE 22, 23, 54). */
function isOfOne(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return error instanceof KeyMissing || (typeof code === 'string' && /^(?:22|23|54)/.test(code))
}

function told(child: Resolved, recorded: RecordedAccess | undefined, caller?: Caller): Ended<Told> {
  if (!recorded) return { error: new Error('A record was left without an access record') }
  const answer = answerOf(child, recorded, caller)
  return { value: child.became === 'registered' ? { answer, alike: 'registered' } : { answer } }
}

function answerOf(child: Resolved, { receipt }: RecordedAccess, caller?: Caller): Answer {
  const { decisionId, reviewId, uci, status } = child
  return {
    outcome: outcomeOf(child),
    ...(uci !== undefined && { uci: formatUci(uci) }),
    status,
    ...(decisionId !== undefined && { decisionId }),
    ...(isSteward(caller) && child.became && { decision: child.became }),
    ...(status === 'provisional' && reviewId !== undefined && { reviewId }),
    accessReceipt: receipt,
  }
}

function isSteward(caller: Caller | undefined): boolean {
  return caller?.agencyKind === 'hub' && caller.role === 'data-steward'
}

function record(recorder: AccessRecorder, asked: Permitted | undefined, child: Resolved) {
  if (!asked) throw new Error('An answer belongs to no question')
  return recordOf(recorder, asked, { outcome: outcomeOf(child), child })
}

function recordOf(
  recorder: AccessRecorder,
  { caller, purpose, asked, rule }: ResolveQuestion & Pick<Permitted, 'rule'>,
  { outcome, child }: { readonly outcome: string; readonly child: Resolved | undefined },
) {
  const decision = child?.decisionId === undefined ? {} : { matchDecision: child.decisionId }
  return recorder.record({
    ...{ kind: 'query', caller, action: 'resolve', outcome, purpose, asked },
    ...(child && { child: child.childId }),
    truth: { decision: 'PERMIT', ruleId: rule, ...decision },
  })
}

function outcomeOf({ status }: Resolved): 'identified' | 'provisional' {
  return status === 'active' ? 'identified' : 'provisional'
}
