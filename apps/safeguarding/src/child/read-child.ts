import { readUci } from '#libs/identifiers'
import type { AccessDecision, FieldGroup, PolicySet } from '#libs/policy'
import { addToOutbox, newId, type Database, type Sql } from '#libs/postgres'
import {
  laneOf,
  standingOf,
  type AccessReceipt,
  type AccessRecorder,
  type Caller,
  type ProgramKeys,
  type RecordedAccess,
} from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import type { InvolvementRepository } from '../involvement/involvement.repository.js'
import type { ProjectionLag } from '../projection/lag.js'
import type { ChildRepository } from './child.repository.js'
import { decideRead, type ChildQuestion, type Permitted, type ReadAction } from './child-question.js'

/** What reading works with. */
export interface ReadChildParts {
  readonly database: Database
  readonly children: ChildRepository
  readonly involvements: InvolvementRepository
  readonly policies: PolicySet
  readonly recorder: AccessRecorder
  readonly keys: ProgramKeys
  readonly lag: ProjectionLag
  /** Outside production the reserved UCIs, which begin with 99, are the only ones there are. */
  readonly config: { readonly WAYMARK_PROFILE: string }
}

/** What is read, in which group of fields, and how. */
export interface Reading<A extends ReadAction, T> {
  readonly action: A
  readonly fieldGroup: FieldGroup
  read(tx: Sql, permitted: Permitted<A>): Promise<readonly T[]>
}

/** An answer about a child, and the receipt of its access record. */
export interface Answer<T> {
  readonly rows: readonly T[]
  readonly receipt: AccessReceipt
  /** Why there is no answer, where there is none. */
  readonly problem: Problem | undefined
}

/**
 * Answers questions about a child. Every answer, a refusal included, is preceded by its access record in the same
 * transaction as the read; one about a child that is unknown, protected or not the caller's does the same work.
 */
export class ReadChild {
  constructor(private readonly parts: ReadChildParts) {}

  /**
   * Gathers what decides about a child.
   *
   * @param text - a UCI as people write it
   * @throws Problem `IDENTIFIER_INVALID`, `PURPOSE_NOT_ALLOWED`, or `MALFORMED` where `Waymark-Actor` is missing
   */
  async ask(caller: Caller, text: string): Promise<ChildQuestion> {
    requireActor(caller)
    requirePurpose(caller)
    const { database, children, involvements, keys, lag } = this.parts
    const child = await children.find(database, this.uciOf(text))
    const { childId } = child
    const lane = laneOf(keys, childId)
    const [standing, facts, spans, isLate] = await Promise.all([
      standingOf(database, caller),
      children.factsOf(database, childId, { agencyId: caller.agencyId, lane }),
      involvements.spansOf(database, childId, caller.agencyId),
      lag.isBehind(),
    ])
    return { caller, standing, child, facts, involvements: spans, isBehind: facts.isParked || isLate }
  }

  /** Whether the caller may know that there is such a child; a refusal is recorded, a permit only by what is then read. */
  async isTheirs(question: ChildQuestion): Promise<{ readonly isTheirs: boolean; readonly receipt?: AccessReceipt }> {
    const decision = decideRead(this.parts.policies, 'readChild', question)
    if (decision.outcome === 'PERMIT') return { isTheirs: true }
    const { message, receipt } = await this.record(question, 'readChild', {
      decision,
      fieldGroup: 'core',
      outcome: 'nothing',
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'safeguarding', [message]))
    return { isTheirs: false, receipt }
  }

  async read<A extends ReadAction, T>(question: ChildQuestion, reading: Reading<A, T>): Promise<Answer<T>> {
    const { action, fieldGroup } = reading
    const decision = decideRead(this.parts.policies, action, question, fieldGroup)
    const refusal = refusalOf(decision, question)
    const outcome = refusal ? 'refused' : 'answered'
    const recorded = await this.record(question, action, { decision, fieldGroup, outcome })
    const rows = await this.parts.database.transaction(async (tx) => {
      await addToOutbox(tx, 'safeguarding', [recorded.message])
      await keepObligations(tx, question, { decision, recorded })
      return decision.outcome === 'PERMIT'
        ? reading.read(tx, { childId: question.child.childId, permit: decision.permit })
        : []
    })
    return { rows: refusal ? [] : rows, receipt: recorded.receipt, problem: refusal ?? doubtOf(rows, question) }
  }

  private uciOf(text: string): string {
    const read = readUci(text, { allowReserved: this.parts.config.WAYMARK_PROFILE !== 'production' })
    if (!read.ok)
      throw new Problem('IDENTIFIER_INVALID', undefined, { errors: [{ pointer: '#/uci', code: read.code }] })
    return read.uci
  }

  private record(
    { caller, child, facts }: ChildQuestion,
    action: ReadAction,
    on: { decision: AccessDecision<ReadAction>; fieldGroup: FieldGroup; outcome: string },
  ): Promise<RecordedAccess> {
    const { decision, fieldGroup, outcome } = on
    const { ruleId, reasons } = decision
    return this.parts.recorder.record({
      ...{ kind: 'read', caller, action, outcome, fieldGroups: [fieldGroup], asked: child.uci },
      ...(child.isKnown && { child: child.childId }),
      truth: { decision: decision.outcome, ruleId, reasons, protection: facts.protection },
    })
  }
}

function refusalOf(decision: AccessDecision<ReadAction>, { isBehind }: ChildQuestion): Problem | undefined {
  if (decision.outcome !== 'PERMIT') return new Problem('NOT_PERMITTED')
  return isBehind ? new Problem('PROJECTION_BEHIND', undefined, { retryAfterSeconds: 5 }) : undefined
}

/** Nothing is known of a child whose identity a person still decides: its twin record may hold what is asked. */
function doubtOf(rows: readonly unknown[], { child }: ChildQuestion): Problem | undefined {
  return rows.length === 0 && child.status === 'provisional' ? new Problem('IDENTITY_IN_REVIEW') : undefined
}

async function keepObligations(
  tx: Sql,
  { child, caller }: ChildQuestion,
  { decision, recorded }: { decision: AccessDecision<ReadAction>; recorded: RecordedAccess },
): Promise<void> {
  if (decision.outcome !== 'PERMIT') return
  for (const name of decision.obligations) {
    await tx.query(
      `insert into safeguarding.obligation (id, name, child_id, agency_id, rule_id, record_id) values ($1, $2, $3, $4, $5, $6)`,
      [newId(), name, child.childId, caller.agencyId, decision.ruleId, recorded.receipt.recordId],
    )
  }
}
