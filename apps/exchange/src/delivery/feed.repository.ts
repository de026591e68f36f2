import { packBytes, type OutboxMessage, type Sql } from '#libs/postgres'
import type { TombstoneReason } from './delivery.repository.js'

/** A slot of a feed as it is read, locked until it is answered. */
export interface Slot {
  readonly sequence: string
  readonly eventId: string
  readonly about: string
  readonly childId: string | undefined
  readonly withdraws: string | undefined
  readonly content: { readonly keyId: string; readonly copy: Buffer } | { readonly reason: TombstoneReason }
  /** Full type of the event it tells of. */
  readonly type: string
  /** The sender's agreement that the event rests on. */
  readonly senderAgreement: string | undefined
  /** The decision it rests on. */
  readonly decision: {
    readonly decisionId: string
    readonly sender: string
    readonly ruleId: string
    readonly fieldGroups: readonly string[]
    readonly purpose: string
    readonly inputs: string
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

interface SlotRow {
  readonly sequence: string
  readonly event_id: string
  readonly about: string
  readonly child: string | null
  readonly withdraws: string | null
  readonly key_id: string
  readonly copy: Buffer | null
  readonly reason: TombstoneReason
  readonly type: string
  readonly sender_agreement: string | null
  readonly decision_id: string
  readonly sender: string
  readonly rule_id: string
  readonly field_groups: readonly string[]
  readonly purpose: string
  readonly inputs: string
  readonly valid_until: Date | null
}

const writeSent = `
with c as (
  select * from unnest($3::bigint[], $4::uuid[], $5::uuid[], $6::bytea[], $7::text[]) as c (sequence, decision_id, key_id, copy, reason)),
d as (
  update exchange.delivery d
     set first_sent_at = coalesce(d.first_sent_at, now()),
         decision_id = c.decision_id,
         key_id = case when c.reason is not null then null else coalesce(c.key_id, d.key_id) end,
         copy = case when c.reason is not null then null else coalesce(c.copy, d.copy) end,
         reason = coalesce(c.reason, d.reason)
    from c where d.recipient = $1 and d.sequence = c.sequence and d.sequence = any($3::bigint[])),
o as (
  insert into exchange.outbox (topic, shard, part, key, event_id, headers, value)
  select topic, shard, part, key, event_id, headers, substr($14::bytea, start, length)
    from unnest($8::text[], $9::smallint[], $10::smallint[], $11::bytea[], $12::uuid[], $13::jsonb[], $15::int[], $16::int[])
      with ordinality as o (topic, shard, part, key, event_id, headers, start, length, ord) order by ord)
update exchange.feed set sent = $2::bigint where recipient = $1 and sent < $2::bigint`

/**
 * The slots of a page first, then the one decision and the one event of each: written so that no plan can read more than
 * the page, whatever the planner believes of the size of the tables.
 */
const readPage = `
select d.sequence, d.event_id, d.about, d.child, d.withdraws, d.key_id, d.copy, d.reason, e.type, e.agreement_id as sender_agreement,
       c.decision_id, c.sender, c.rule_id, c.field_groups, c.purpose, c.inputs, c.valid_until
  from (select * from exchange.delivery where recipient = $1 and sequence > $2::bigint order by sequence limit $3 for update) d
 cross join lateral (select * from exchange.decision where decision_id = d.decision_id limit 1) c
 cross join lateral (select type, agreement_id from exchange.event
                      where event_id = d.about and source = c.sender limit 1 for share) e
 order by d.sequence`

/** The feeds as their recipients read them. */
export class FeedRepository {
  constructor(private readonly sql: Sql) {}

  async heads(recipients: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const rows = await this.sql.query<{ recipient: string; last: string }>(
      'select recipient, last from exchange.recipient_sequence where recipient = any($1::text[])',
      [recipients],
    )
    return new Map(rows.map(({ recipient, last }) => [recipient, BigInt(last)]))
  }

  async state(recipient: string): Promise<FeedState> {
    const [row] = await this.sql.query<{ last: string; sent: string; acknowledged: string; epoch: number }>(
      `select q.last, f.sent, f.acknowledged, f.epoch
         from exchange.recipient_sequence q join exchange.feed f using (recipient) where q.recipient = $1`,
      [recipient],
    )
    if (!row) return { head: 0n, sent: 0n, acknowledged: 0n, epoch: 1 }
    return { head: BigInt(row.last), sent: BigInt(row.sent), acknowledged: BigInt(row.acknowledged), epoch: row.epoch }
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
   * The slots after a number, locked, and the events they tell of, held for share: whoever takes a copy back, or withdraws
   * a basis, commits before this transaction or waits for it.
   */
  async page(tx: Sql, recipient: string, after: bigint, limit: number): Promise<readonly Slot[]> {
    const rows = await tx.query<SlotRow>(readPage, [recipient, after.toString(), limit])
    return rows.map(slotFrom)
  }

  /**
   * Writes what was sent, what became of slots that may no longer be, and the records of the disclosures, in one statement.
   */
  async sent(
    tx: Sql,
    recipient: string,
    changes: readonly SlotChange[],
    records: readonly OutboxMessage[],
  ): Promise<void> {
    const values = packBytes(records.map(({ value }) => value))
    await tx.query(writeSent, [
      recipient,
      changes.at(-1)?.sequence,
      changes.map(({ sequence }) => sequence),
      changes.map(({ decisionId }) => decisionId),
      changes.map(({ keyId }) => keyId ?? null),
      changes.map(({ copy }) => copy ?? null),
      changes.map(({ reason }) => reason ?? null),
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

function slotFrom(row: SlotRow): Slot {
  return {
    sequence: row.sequence,
    eventId: row.event_id,
    about: row.about,
    childId: row.child ?? undefined,
    withdraws: row.withdraws ?? undefined,
    content: row.copy ? { keyId: row.key_id, copy: row.copy } : { reason: row.reason },
    type: row.type,
    senderAgreement: row.sender_agreement ?? undefined,
    decision: {
      decisionId: row.decision_id,
      sender: row.sender,
      ruleId: row.rule_id,
      fieldGroups: row.field_groups,
      purpose: row.purpose,
      inputs: row.inputs,
      validUntilMs: row.valid_until?.getTime(),
    },
  }
}
