import type { Permit } from '#libs/policy'
import type { Sql } from '#libs/postgres'

/** A decision as it was written down. */
export interface WrittenDecision {
  readonly id: string
  readonly recipient: string
  readonly outcome: string
  readonly fieldGroups: readonly string[]
  readonly ruleId: string
  readonly reasons: readonly string[]
  readonly basisId: string
  readonly agreementId: string | null
  readonly agreementVersion: number | null
  readonly policyVersion: string
  readonly decidedBy: string
  readonly decidedAt: Date
  readonly validUntil: Date | null
  readonly isNamedBySender: boolean
  /** What its sender is told in its place. */
  readonly asOfUnknown?: Pick<WrittenDecision, 'outcome' | 'ruleId' | 'reasons' | 'decidedBy'> | null
}

/** The event that decisions are about. */
export interface DecidedEvent {
  readonly id: string
  readonly type: string
  readonly acceptedAt: Date
  readonly sender: string
  readonly childId: string | undefined
}

/** Decisions, for those who may read them. */
export class DecisionRepository {
  constructor(private readonly sql: Sql) {}

  async event(eventId: string): Promise<DecidedEvent | undefined> {
    const rows = await this.sql.query<{
      event_id: string
      type: string
      accepted_at: Date
      source: string
      child: string | null
    }>('select event_id, type, accepted_at, source, child from exchange.event where event_id = $1::uuid', [eventId])
    return rows.map((row) => ({
      id: row.event_id,
      type: row.type,
      acceptedAt: row.accepted_at,
      sender: row.source,
      childId: row.child ?? undefined,
    }))[0]
  }

  /** The decisions about an event, in the order in which they were made. */
  async about(_: Permit<'readDecisions'>, eventId: string): Promise<readonly WrittenDecision[]> {
    return this.sql.query<WrittenDecision>(
      `select decision_id as id, recipient, outcome, field_groups as "fieldGroups", rule_id as "ruleId", reasons,
              basis_id as "basisId", agreement_id as "agreementId", agreement_version as "agreementVersion",
              policy_version as "policyVersion", decided_by as "decidedBy", decided_at as "decidedAt",
              valid_until as "validUntil", is_named_by_sender as "isNamedBySender",
              (select jsonb_build_object('outcome', t.outcome, 'ruleId', t.rule_id, 'reasons', t.reasons, 'decidedBy', t.decided_by)
                 from exchange.told_decision t where t.decision_id = d.decision_id) as "asOfUnknown"
         from exchange.decision d where event_id = $1::uuid order by decided_at, decision_id`,
      [eventId],
    )
  }
}
