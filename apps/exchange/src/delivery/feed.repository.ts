import { JustWritten } from '#libs/kafka'
import { packBytes, type OutboxMessage, type Sql } from '#libs/postgres'
import type { Facts } from '../routing/child-facts.js'
import type { TombstoneReason } from './new-slot.js'

/** What a slot holds: a copy as it is stored, or as it was sealed just before. */
type SlotCopy = { readonly keyId: string } & ({ readonly stored: Buffer } | { readonly jwe: string })

/** A slot of a feed as it is read, locked until it is answered. */
export interface Slot {
  readonly sequence: string
  readonly eventId: string
  readonly about: string
  readonly childId: string | undefined
  readonly withdraws: string | undefined
  readonly content: SlotCopy | { readonly reason: TombstoneReason }
  readonly isSent: boolean
  /** Full type of the event it tells of. */
  readonly type: string
  /** The sender's agreement that the event rests on. */
  readonly senderAgreement: string | undefined
  /** What has become of its basis, as the locked event has it. */
  readonly basis: { readonly version: number; readonly withdrawnBecause: Facts['withdrawnBecause'] }
  /** The decision it rests on. */
  readonly decision: {
    readonly decisionId: string
    readonly sender: string
    readonly ruleId: string
    readonly fieldGroups: readonly string[]
    readonly purpose: string
    readonly inputs: string
    readonly decidedBy: 'rule' | 'person'
    readonly validUntilMs: number | undefined
  }
}

/** Where a feed stands. */
export interface FeedState {
  readonly head: bigint
  readonly sent: bigint
  readonly acknowledged: bigint
  readonly epoch: number
}

/** What becomes of a slot when it is read. */
export interface SlotChange {
  readonly sequence: string
  readonly decisionId: string
  readonly keyId?: string
  readonly copy?: Buffer
  readonly reason?: TombstoneReason
}

/** A page that is asked for. */
export interface PageQuestion {
  readonly recipient: string
  readonly after: bigint
  /** Slots at most. */
  readonly limit: number
  /** Given by whoever numbered so many slots of the line in this transaction: there is a page only if they follow `after`. */
  readonly justNumbered?: number
}

/** A page as it is read, its slots locked until it is answered. */
export interface SlotPage {
  readonly recipient: string
  readonly state: FeedState
  readonly slots: readonly Slot[]
}

/** What becomes of a page when it is answered. */
export interface PageChange {
  readonly recipient: string
  readonly changes: readonly SlotChange[]
}

interface StateRow {
  readonly last: string | null
  readonly sent: string | null
  readonly acknowledged: string | null
  readonly epoch: number | null
}

interface SlotRow extends StateRow {
  readonly recipient: string
  /** Null in the one row of an empty page. */
  readonly sequence: string | null
  readonly is_copy: boolean
  readonly is_sent: boolean
  readonly event_id: string
  readonly about: string
  readonly child: string | null
  readonly withdraws: string | null
  readonly key_id: string
  readonly copy: Buffer | null
  readonly reason: TombstoneReason
  readonly type: string
  readonly sender_agreement: string | null
  readonly basis_version: number
  readonly withdrawn_because: Facts['withdrawnBecause'] | null
  readonly decision_id: string
  readonly sender: string
  readonly rule_id: string
  readonly field_groups: readonly string[]
  readonly purpose: string
  readonly inputs: string
  readonly decided_by: 'rule' | 'person'
  readonly valid_until: Date | null
}

/**
 * Only a copy is sent: whoever reads a tombstone has nothing that could be called back. Every row that is changed is looked up by its key and changed in its place, so that no plan can read more than the
 * answers, whatever the planner believes of the size of the tables. Slots are locked since they were read: none can move.
 */
const writeSent = `
with c as (
  select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::uuid[], $5::bytea[], $6::text[])
    as c (recipient, sequence, decision_id, key_id, copy, reason)),
p as materialized (
  select c.*, x.place from c cross join lateral (
    select ctid as place from exchange.delivery where recipient = c.recipient and sequence = c.sequence limit 1) x),
d as (
  update exchange.delivery d
     set first_sent_at = case when p.reason is null and (p.copy is not null or d.copy is not null)
                              then coalesce(d.first_sent_at, now()) else d.first_sent_at end,
         decision_id = p.decision_id,
         key_id = case when p.reason is not null then null else coalesce(p.key_id, d.key_id) end,
         copy = case when p.reason is not null then null else coalesce(p.copy, d.copy) end,
         reason = coalesce(p.reason, d.reason)
    from p where d.ctid = p.place),
o as (
  insert into exchange.outbox (topic, shard, part, key, event_id, headers, value)
  select topic, shard, part, key, event_id, headers, substr($15::bytea, start, length)
    from unnest($9::text[], $10::smallint[], $11::smallint[], $12::bytea[], $13::uuid[], $14::jsonb[], $16::int[], $17::int[])
      with ordinality as o (topic, shard, part, key, event_id, headers, start, length, ord) order by ord),
l as (
  select recipient from exchange.feed where recipient = any($7::text[]) order by recipient for update)
update exchange.feed f set sent = u.sent
  from unnest($7::text[], $8::bigint[]) as u (recipient, sent)
 where (select count(*) from l) >= 0 and f.recipient = u.recipient and f.recipient = any($7::text[]) and f.sent < u.sent`

/**
 * Where each feed stands, the slots of its page, then the one decision and the one event of each: written so that no plan
 * can read more than the pages, whatever the planner believes of the size of the tables. Slots are locked in the order in
 * which they are taken back; then events, however they stand in the pages, in the order in which they are withdrawn.
 */
const readPages = `
with d as materialized (
  select q.recipient, s.last, s.sent, s.acknowledged, s.epoch,
         d.sequence, d.event_id, d.about, d.child, d.withdraws, d.key_id, d.reason, d.copy is not null as is_copy, d.first_sent_at is not null as is_sent,
         case when d.decision_id = any($4::uuid[]) then null else d.copy end as copy,
         c.decision_id, c.sender, c.rule_id, c.field_groups, c.purpose, c.inputs, c.decided_by, c.valid_until
    from (select * from unnest($1::text[], $2::bigint[], $3::int[], $5::int[]) as q (recipient, after, most, numbered) order by recipient) q
    left join lateral (
      select r.last, f.sent, f.acknowledged, f.epoch
        from exchange.recipient_sequence r join exchange.feed f using (recipient) where r.recipient = q.recipient limit 1) s on true
    left join lateral (
      select * from exchange.delivery where recipient = q.recipient and sequence > q.after
         and (q.numbered is null or s.last = q.after + q.numbered) order by sequence limit q.most for update) d on true
    left join lateral (select * from exchange.decision where decision_id = d.decision_id limit 1) c on true),
e as materialized (
  select e.* from (select distinct about, sender from d where about is not null order by about, sender) n
   cross join lateral (
    select event_id, source, type, agreement_id, basis_version, withdrawn_because
      from exchange.event where event_id = n.about and source = n.sender limit 1 for share) e)
select d.*, e.type, e.agreement_id as sender_agreement, e.basis_version, e.withdrawn_because
  from d left join e on e.event_id = d.about and e.source = d.sender
 order by d.recipient, d.sequence`

/** The feeds as their recipients read them. */
export class FeedRepository {
  constructor(
    private readonly sql: Sql,
    private readonly justWritten = new JustWritten(),
  ) {}

  async heads(recipients: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const rows = await this.sql.query<{ recipient: string; last: string }>(
      'select recipient, last from exchange.recipient_sequence where recipient = any($1::text[])',
      [recipients],
    )
    return new Map(rows.map(({ recipient, last }) => [recipient, BigInt(last)]))
  }

  async state(recipient: string): Promise<FeedState> {
    const [row] = await this.sql.query<StateRow>(
      `select q.last, f.sent, f.acknowledged, f.epoch
         from exchange.recipient_sequence q join exchange.feed f using (recipient) where q.recipient = $1`,
      [recipient],
    )
    return stateFrom(row)
  }

  /** Seconds since the oldest slot that is not acknowledged was made; 0 where there is none. */
  async oldestUnacknowledgedSeconds(recipient: string): Promise<number> {
    const [row] = await this.sql.query<{ seconds: number | null }>(
      `select floor(extract(epoch from clock_timestamp() - created_at))::float8 as seconds
         from exchange.delivery where recipient = $1 and acked_at is null order by sequence limit 1`,
      [recipient],
    )
    return row?.seconds ?? 0
  }

  /**
   * Of some recipients, each named once, the slots after a number, locked, and the events they tell of, held for share:
   * whoever takes a copy back, or withdraws a basis, commits before this transaction or waits for it.
   *
   * @param inHand - copies that rest on these decisions are known and not read
   * @returns the pages in the order of their questions
   */
  async pages(
    tx: Sql,
    questions: readonly PageQuestion[],
    inHand: ReadonlyMap<string, string>,
  ): Promise<readonly SlotPage[]> {
    const rows = await tx.query<SlotRow>(readPages, [
      questions.map(({ recipient }) => recipient),
      questions.map(({ after }) => after.toString()),
      questions.map(({ limit }) => limit),
      [...inHand.keys()],
      questions.map(({ justNumbered }) => justNumbered ?? null),
    ])
    return questions.map(({ recipient }) => {
      const own = rows.filter((row) => row.recipient === recipient)
      return { recipient, state: stateFrom(own[0]), slots: own.flatMap((row) => slotFrom(row, inHand)) }
    })
  }

  /**
   * Writes what was sent, what became of slots that may no longer be, and the records of the disclosures, in one statement.
   * Nobody waits for it: where it fails, the transaction fails.
   *
   * @param pages - each with a change at least, of each recipient one
   */
  sent(tx: Sql, pages: readonly PageChange[], records: readonly OutboxMessage[]): void {
    if (pages.length === 0) return
    const changes = pages.flatMap(({ recipient, changes }) => changes.map((change) => ({ recipient, ...change })))
    this.justWritten.add(records)
    const values = packBytes(records.map(({ value }) => value))
    void tx.query(writeSent, [
      changes.map(({ recipient }) => recipient),
      changes.map(({ sequence }) => sequence),
      changes.map(({ decisionId }) => decisionId),
      changes.map(({ keyId }) => keyId ?? null),
      changes.map(({ copy }) => copy ?? null),
      changes.map(({ reason }) => reason ?? null),
      pages.map(({ recipient }) => recipient),
      pages.map((page) => page.changes.at(-1)?.sequence),
      records.map(({ topic }) => topic),
      records.map(({ shard }) => shard),
      records.map(({ partition }) => partition),
      records.map(({ key }) => key),
      records.map(({ eventId }) => eventId),
      records.map(({ headers }) => JSON.stringify(headers)),
      ...[values.bytes, values.starts, values.lengths],
    ])
  }
}

/** An agency without a line stands at nothing. */
function stateFrom(row: StateRow | undefined): FeedState {
  const { last, sent, acknowledged, epoch } = row ?? {}
  return {
    head: BigInt(last ?? 0),
    sent: BigInt(sent ?? 0),
    acknowledged: BigInt(acknowledged ?? 0),
    epoch: epoch ?? 1,
  }
}

function slotFrom(row: SlotRow, inHand: ReadonlyMap<string, string>): readonly Slot[] {
  if (row.sequence === null) return []
  return [
    {
      sequence: row.sequence,
      eventId: row.event_id,
      about: row.about,
      childId: row.child ?? undefined,
      withdraws: row.withdraws ?? undefined,
      content: row.is_copy ? copyFrom(row, inHand) : { reason: row.reason },
      isSent: row.is_sent,
      type: row.type,
      senderAgreement: row.sender_agreement ?? undefined,
      basis: { version: row.basis_version, withdrawnBecause: row.withdrawn_because ?? undefined },
      decision: {
        decisionId: row.decision_id,
        sender: row.sender,
        ruleId: row.rule_id,
        fieldGroups: row.field_groups,
        purpose: row.purpose,
        inputs: row.inputs,
        decidedBy: row.decided_by,
        validUntilMs: row.valid_until?.getTime(),
      },
    },
  ]
}

function copyFrom(row: SlotRow, inHand: ReadonlyMap<string, string>): SlotCopy {
  const jwe = inHand.get(row.decision_id)
  return { keyId: row.key_id, ...(jwe === undefined ? { stored: row.copy ?? Buffer.alloc(0) } : { jwe }) }
}
