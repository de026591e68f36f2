import { formatUci, identifierSystems, readUci, type Uci } from '#libs/identifiers'
import { buildProfile, type Notice, type RecordDetails } from '#libs/matching'
import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller, type RecordedAccess } from '#libs/security'
import { Problem } from '#libs/service'
import { canonicalJson } from '#libs/tlog'
import { isSufficient } from './evidence.js'
import type { FindChild } from './find-child.js'
import type { KeyedHashes } from './keyed-hashes.js'
import type { KnownRecordsRepository } from './known-records.repository.js'
import type { Resolved } from './plan-resolution.js'
import { prepareSubmission } from './prepare-submission.js'
import type { ResolveRequest } from './read-resolve-request.js'
import type { ResolveChildren } from './resolve-children.js'
import { profileOf, withoutUci, type Submission } from './submission.js'

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
  readonly records: KnownRecordsRepository
  readonly find: FindChild
  readonly hashes: KeyedHashes
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
  readonly isProduction: boolean
}

interface Asked {
  readonly caller: Caller
  readonly purpose: string
  readonly asked: string
  readonly rule: string
}

/** Answers `POST /v1/resolve`: asks the policy, finds or registers the child, and makes the access durable with it. */
export class ResolveRecord {
  constructor(private readonly parts: ResolveRecordParts) {}

  async resolve(caller: Caller, purpose: string, request: ResolveRequest): Promise<ResolveAnswer> {
    const { submission, notices } = this.submissionOf(caller, request)
    const asked = `resolve ${request.mode} ${canonicalJson({ details: submission.details, uci: submission.uci })}`
    const rule = await this.permit({ caller, purpose, asked, rule: '' })
    this.refuseInsufficient(submission)
    const question = { caller, purpose, asked, rule }
    const answer =
      request.mode === 'find' ? await this.found(submission, question) : await this.registered(submission, question)
    return { ...answer, notices }
  }

  private async registered(submission: Submission, question: Asked): Promise<Omit<ResolveAnswer, 'notices'>> {
    const prepared = prepareSubmission(submission, this.parts.hashes)
    if (await this.parts.records.isVersionReused(prepared)) throw new Problem('RECORD_VERSION_REUSED')
    let recorded: RecordedAccess | undefined
    const [child] = await this.parts.children.resolve([prepared], async ([answer]) => {
      recorded = await this.record(question, outcomeOf(answer), answer)
      return [recorded.message]
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
    const { outcome, child } = await this.parts.find.find(submission)
    const { message, receipt } = await this.record(question, outcome, child)
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
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

  private record({ caller, purpose, asked, rule }: Asked, outcome: string, child: Resolved | undefined) {
    const decision = child?.decisionId === undefined ? {} : { matchDecision: child.decisionId }
    return this.parts.recorder.record({
      ...{ kind: 'query', caller, action: 'resolve', outcome, purpose, asked },
      ...(child && { child: child.childId }),
      truth: { decision: 'PERMIT', ruleId: rule, ...decision },
    })
  }

  private submissionOf(caller: Caller, request: ResolveRequest) {
    const { source, sourceRecordId, recordedAt } = request
    const sent = detailsIn(request)
    if (source !== undefined && source !== `urn:waymark:agency:${caller.agencyId}`)
      throw new Problem('SOURCE_NOT_YOURS', undefined, { errors: [{ pointer: '#/source', code: 'SOURCE_NOT_YOURS' }] })
    refuseUnknownSystems(sent)
    const { details, uciText } = withoutUci(sent)
    const uci = uciText === undefined ? {} : { uci: this.readUci(sent, uciText) }
    const submission: Submission = {
      agencyId: caller.agencyId,
      agencyKind: caller.agencyKind,
      isGuardian: caller.role === 'guardian-desk',
      isEvent: false,
      details,
      recordedAt: recordedAt === undefined ? new Date().toISOString() : new Date(recordedAt).toISOString(),
      ...(sourceRecordId !== undefined && { recordId: sourceRecordId }),
      ...uci,
    }
    const { notices } = buildProfile(sent, { source: caller.agencyId, recordedOn: submission.recordedAt.slice(0, 10) })
    return { submission, notices }
  }

  private readUci(sent: RecordDetails, text: string): Uci {
    const read = readUci(text, { allowReserved: !this.parts.isProduction })
    if (read.ok) return read.uci
    const at = sent.identifiers?.findIndex(({ value }) => value === text) ?? 0
    throw new Problem('IDENTIFIER_INVALID', undefined, {
      errors: [{ pointer: `#/identifiers/${at}/value`, code: read.code }],
    })
  }

  /** An unborn child has no UCI: it is named through its mother until its birth is notified. */
  private refuseInsufficient(submission: Submission): void {
    const isNamed = submission.uci !== undefined && submission.details.bornOn !== undefined
    if (!isNamed && !isSufficient(profileOf(submission))) throw new Problem('EVIDENCE_INSUFFICIENT')
  }
}

function detailsIn(request: ResolveRequest): RecordDetails {
  const { names, bornOn, sex, birthOrder, addresses, identifiers, parents } = request
  const given = Object.entries({ names, bornOn, sex, birthOrder, addresses, identifiers, parents })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function outcomeOf(child: Resolved | undefined): 'identified' | 'provisional' {
  return child?.status === 'active' ? 'identified' : 'provisional'
}

function refuseUnknownSystems({ identifiers = [] }: RecordDetails): void {
  const known: readonly string[] = identifierSystems
  const errors = identifiers.flatMap(({ system }, at) =>
    known.includes(system) ? [] : [{ pointer: `#/identifiers/${at}/system`, code: 'IDENTIFIER_SYSTEM_UNKNOWN' }],
  )
  if (errors.length > 0) throw new Problem('IDENTIFIER_INVALID', undefined, { errors })
}
