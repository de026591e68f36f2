import { Injectable } from '@nestjs/common'
import type { Explanation } from '#libs/matching'
import type { Permit } from '#libs/policy'
import { Database, newId, type Sql } from '#libs/postgres'
import {
  askedDays,
  leaseMinutes,
  type Answer,
  type AnswerDecision,
  type ReviewKind,
  type ReviewStanding,
  type ReviewState,
  type Stage,
} from './review.js'

/** One side of a review as it was when the review was first taken up: it does not change when children are joined. */
export interface Side {
  readonly childId: string
  readonly uci?: string
  readonly records: readonly string[]
}

/** What a steward proposed. */
export type Proposal =
  | { readonly do: 'merge' }
  | { readonly do: 'split'; readonly leaving: readonly string[]; readonly isMislink: boolean }
  | {
      readonly do: 'override'
      readonly kind: 'must-link' | 'cannot-link'
      readonly left: string
      readonly right: string
      readonly scope: string
      readonly expiresAt?: string
    }

/** A review with all that decides about it. */
export interface StoredReview extends ReviewStanding {
  readonly id: string
  readonly childId: string
  readonly otherIds: readonly string[]
  readonly openedAt: Date
  readonly round: number
  readonly sides?: readonly Side[]
  readonly proposal?: Proposal
  readonly decisionId: string
  readonly explanation: Explanation
  /** Position in the queue; of use to nobody but the next page. */
  readonly rank: number
  readonly blindOf?: string
  readonly outcome?: 'same' | 'different'
  readonly changeId?: string
  readonly isProtected: boolean
}

/** What one person said. */
export interface KeptAnswer {
  readonly stage: Stage
  readonly by: string
  readonly answer: Answer
  readonly sameAs?: string
  readonly reason: { readonly bytes: Buffer; readonly keyId: string }
}

interface Row {
  readonly id: string
  readonly kind: ReviewKind
  readonly state: ReviewState
  readonly child_id: string
  readonly other_ids: readonly string[]
  readonly opened_at: Date
  readonly round: number
  readonly sides: readonly Side[] | null
  readonly proposal: Proposal | null
  readonly needs_second: boolean
  readonly claimed_by: string | null
  readonly claimed_until: Date | null
  readonly asked_until: Date | null
  readonly blind_of: string | null
  readonly outcome: 'same' | 'different' | null
  readonly change_id: string | null
  readonly decision_id: string
  readonly explanation: Explanation
  readonly answers: readonly { by: string; answer: Answer; sameAs?: string }[] | null
  readonly repeated_from: readonly string[] | null
  readonly is_protected: boolean
  readonly rank: number
}

/** Items of the guardian desk, and whatever touches a protected child, are shown to it alone. */
const facts = `
with review as (
  select r.*, d.explanation,
         exists (select 1 from identity.protection_v v where v.child_id = r.child_id or v.child_id = any(r.other_ids)) as is_protected
    from identity.review r join identity.decision d on d.id = r.decision_id),
valued as (
  select r.*,
         identity.review_value(coalesce((r.explanation -> 'classes' ->> 'same')::float8, 500)
             / case when coalesce((r.explanation -> 'classes' ->> 'same')::float8, 500) > 1 then 1000 else 1 end,
           (select count(*) from identity.link l where l.valid_to is null and (l.child_id = r.child_id or l.child_id = any(r.other_ids))),
           coalesce((select max(a.attention) from safeguarding.attention_v a where a.child_id = r.child_id or a.child_id = any(r.other_ids)), 0))
           - extract(epoch from r.opened_at)::float8 / 86400 as rank,
         (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('by', a.answered_by, 'answer', a.answer, 'sameAs', a.same_as)) order by a.answered_at, a.id)
            from identity.review_answer a where a.review_id = r.id and a.round = r.round) as answers,
         (select array_agg(distinct a.answered_by) from identity.review_answer a where a.review_id = r.blind_of) as repeated_from
    from review r`

const question = `${facts} where r.state = $1 or ($1::text is null and r.state not in ('applied', 'withdrawn')))
select * from valued v
 where (v.kind = 'guardian' or v.is_protected) = $2
   and ($3::float8 is null or v.rank < $3 or (v.rank = $3 and v.id > $4::uuid))
 order by v.rank desc, v.id limit $5`

const one = `${facts} where r.id = $1) select * from valued`

/** The queue of reviews. Its order is by value of information (identity.md §9). */
@Injectable()
export class ReviewRepository {
  constructor(private readonly database: Database) {}

  /** A page of the queue; without a state all that is not settled. */
  async queue(page: {
    readonly state?: ReviewState
    readonly after?: { readonly rank: number; readonly id: string }
    readonly limit: number
    readonly isGuardian: boolean
    readonly permit: Permit<'decideReview'>
  }): Promise<readonly StoredReview[]> {
    const { state, after, limit, isGuardian } = page
    const rows = await this.database.query<Row>(question, [
      ...[state ?? null, isGuardian, after?.rank ?? null, after?.id ?? null, limit],
    ])
    return rows.map(reviewFrom)
  }

  async find(sql: Sql, asked: { id: string; permit: Permit<'decideReview'> }): Promise<StoredReview | undefined> {
    const [row] = await sql.query<Row>(one, [asked.id])
    return row && reviewFrom(row)
  }

  /** The instant by which leases and questions are judged: the hub's, which a demonstration may move ahead. */
  async now(sql: Sql): Promise<Date> {
    const [row] = await sql.query<{ now: Date }>('select safeguarding.hub_now() as now')
    if (!row) throw new Error('One row was asked for and none came')
    return row.now
  }

  /** Holds a review, so that two answers to it come one after the other. */
  async hold(tx: Sql, id: string): Promise<void> {
    await tx.query('select 1 from identity.review where id = $1 for update', [id])
  }

  async claim(
    tx: Sql,
    review: { id: string; state: ReviewState; isNewRound: boolean; sides: readonly Side[] },
    by: string,
  ): Promise<void> {
    await tx.query(
      `update identity.review set state = $2, claimed_by = $3, claimed_until = safeguarding.hub_now() + make_interval(mins => ${leaseMinutes}),
              asked_until = null, round = round + $4, sides = coalesce(sides, $5::jsonb) where id = $1`,
      [review.id, review.state, by, review.isNewRound ? 1 : 0, JSON.stringify(review.sides)],
    )
  }

  /** Keeps an answer and moves the review on; what it leads to is carried out beside it. */
  async answer(
    tx: Sql,
    review: StoredReview,
    given: Omit<KeptAnswer, 'stage'> & { readonly decided: Extract<AnswerDecision, { ok: true }> },
  ): Promise<void> {
    const { decided } = given
    await this.keepAnswer(tx, review, { ...given, stage: decided.stage })
    await tx.query(
      `update identity.review set state = $2::text, claimed_by = null, claimed_until = null, outcome = coalesce($3, outcome),
              asked_until = case when $2::text = 'asked' then safeguarding.hub_now() + make_interval(days => ${askedDays}) end,
              settled_at = case when $2::text = 'applied' then now() end where id = $1`,
      [review.id, decided.to, decided.to === 'applied' ? decided.outcome : null],
    )
  }

  async keepAnswer(tx: Sql, { id, round }: { id: string; round: number }, given: KeptAnswer): Promise<void> {
    const { stage, by, answer, sameAs, reason } = given
    await tx.query(
      `insert into identity.review_answer (id, review_id, round, stage, answered_by, answer, same_as, reason, reason_key_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [newId(), id, round, stage, by, answer, sameAs ?? null, reason.bytes, reason.keyId],
    )
  }

  /** Notes what was made of a settled review. */
  async settle(tx: Sql, reviewId: string, changeId: string): Promise<void> {
    await tx.query('update identity.review set change_id = $2 where id = $1', [reviewId, changeId])
  }

  /** Opens a review. */
  async open(
    tx: Sql,
    review: {
      readonly id: string
      readonly kind: ReviewKind
      readonly state: 'open' | 'second'
      readonly childId: string
      readonly otherIds: readonly string[]
      readonly decisionId: string
      readonly needsSecond: boolean
      readonly proposal?: Proposal
      readonly sides?: readonly Side[]
      readonly blindOf?: string
    },
  ): Promise<void> {
    await tx.query(
      `insert into identity.review (id, kind, state, child_id, other_ids, decision_id, needs_second, proposal, sides, blind_of)
       values ($1, $2, $3, $4, $5::uuid[], $6, $7, $8::jsonb, $9::jsonb, $10)`,
      [
        ...[review.id, review.kind, review.state, review.childId, review.otherIds, review.decisionId],
        review.needsSecond,
        review.proposal ? JSON.stringify(review.proposal) : null,
        review.sides ? JSON.stringify(review.sides) : null,
        review.blindOf ?? null,
      ],
    )
  }

  /** A decision that explains why something goes to a person. */
  async explain(tx: Sql, decisionId: string, explanation: Explanation): Promise<void> {
    await tx.query(`insert into identity.decision (id, outcome, explanation) values ($1, 'review', $2)`, [
      decisionId,
      JSON.stringify(explanation),
    ])
  }

  /** The record whose revision opened a review. */
  async recordOfDecision(decisionId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      'select source_record_id as id from identity.record_version where decision_id = $1 limit 1',
      [decisionId],
    )
    return row?.id
  }

  /** Claims whose lease is over, questions nobody answered in time, and those whose children said something new. */
  async reopen(tx: Sql): Promise<number> {
    const rows = await tx.query(
      `update identity.review r set state = 'open', claimed_by = null, claimed_until = null, asked_until = null,
              round = r.round + case when r.state = 'asked' then 1 else 0 end
        where (r.state = 'claimed' and r.claimed_until <= safeguarding.hub_now())
           or (r.state = 'asked' and (r.asked_until <= safeguarding.hub_now() or exists (
                select 1 from identity.record_version v join identity.link l on l.source_record_id = v.source_record_id and l.valid_to is null
                 where (l.child_id = r.child_id or l.child_id = any(r.other_ids))
                   and v.created_at > (select max(a.answered_at) from identity.review_answer a where a.review_id = r.id))))
        returning r.id`,
    )
    return rows.length
  }
}

function reviewFrom(row: Row): StoredReview {
  return {
    ...{ id: row.id, kind: row.kind, state: row.state, childId: row.child_id, otherIds: row.other_ids },
    ...{ openedAt: row.opened_at, round: row.round, needsSecond: row.needs_second, rank: row.rank },
    ...{ decisionId: row.decision_id, explanation: row.explanation, isProtected: row.is_protected },
    answers: row.answers ?? [],
    repeatedFrom: row.repeated_from ?? [],
    ...optional('sides', row.sides),
    ...optional('proposal', row.proposal),
    ...optional('claimedBy', row.claimed_by),
    ...optional('claimedUntil', row.claimed_until),
    ...optional('askedUntil', row.asked_until),
    ...optional('blindOf', row.blind_of),
    ...optional('outcome', row.outcome),
    ...optional('changeId', row.change_id),
  }
}

function optional<K extends string, V>(key: K, value: V | null): Partial<Record<K, V>> {
  return value === null ? {} : ({ [key]: value } as Record<K, V>)
}
