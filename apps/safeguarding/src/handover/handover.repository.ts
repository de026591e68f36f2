import { Injectable } from '@nestjs/common'
import type { Contact } from '#libs/events'
import { newId, type Sql } from '#libs/postgres'
import type { Day } from '../calendar/london.js'
import { isClosed, type Handover, type HandoverKind, type HandoverState } from './handover.js'

/** A handover with all that its events and its clock need. */
export interface StoredHandover extends Handover {
  readonly childId: string
  readonly contact: Contact
  readonly nextAtMs: number | undefined
  readonly subjectKeyId: string
  /** The child as hub events name it, sealed under the child's content key for this handover. */
  readonly sealedSubject: Buffer
}

/** A handover about to be opened. */
export interface NewHandover extends StoredHandover {
  readonly openedOn: Day
  readonly openedAtMs: number
  readonly ruleVersion: number
  readonly sourceEventId: string
  readonly sourceSeq: number
}

interface Row {
  readonly id: string
  readonly child_id: string
  readonly kind: HandoverKind
  readonly opened_by: string
  readonly expected_receiver: string | null
  readonly council: string | null
  readonly contact: Contact
  readonly due_ms: string
  readonly next_ms: string | null
  readonly state: HandoverState
  readonly level: number
  readonly is_halved: boolean
  readonly declined_at: Date | null
  readonly subject_key_id: string
  readonly sealed_subject: Buffer
}

const columns = `id, child_id, kind, opened_by, expected_receiver, council, contact,
  (extract(epoch from due_at) * 1000)::bigint as due_ms, (extract(epoch from next_at) * 1000)::bigint as next_ms,
  state, level, is_halved, declined_at, subject_key_id, sealed_subject`

const waiting = `state in ('open', 'overdue')`

/** The only SQL that changes handovers; reads lock what they return until the transaction ends. */
@Injectable()
export class HandoverRepository {
  /** The hub's clock: the database's, moved forward in the sandbox only. */
  async hubNowMs(sql: Sql): Promise<number> {
    const [row] = await sql.query<{ now_ms: string }>(
      'select (extract(epoch from safeguarding.hub_now()) * 1000)::bigint as now_ms',
    )
    return Number(row?.now_ms)
  }

  async insert(tx: Sql, h: NewHandover): Promise<void> {
    await tx.query(
      `insert into safeguarding.handover (id, child_id, kind, opened_by, opened_on, opened_at, expected_receiver, council, contact,
         due_at, state, level, next_at, is_halved, rule_version, source_event_id, source_seq, subject_key_id, sealed_subject)
       values ($1, $2, $3, $4, $5, to_timestamp($6::bigint / 1000.0), $7, $8, $9, to_timestamp($10::bigint / 1000.0), $11, $12,
         to_timestamp($13::bigint / 1000.0), $14, $15, $16, $17, $18, $19)`,
      [
        ...[h.id, h.childId, h.kind, h.openedBy, h.openedOn, h.openedAtMs, h.expectedReceiver, h.council, h.contact],
        ...[h.dueAtMs, h.state, h.level, h.nextAtMs, h.isHalved, h.ruleVersion, h.sourceEventId, h.sourceSeq],
        ...[h.subjectKeyId, h.sealedSubject],
      ],
    )
    await this.addDeparture(tx, h.id, h.sourceEventId)
  }

  /** Another event says too that the child left: the handover waits while one of them stands. */
  async addDeparture(tx: Sql, id: string, eventId: string): Promise<void> {
    await tx.query(
      'insert into safeguarding.handover_departure (handover_id, event_id) values ($1, $2) on conflict do nothing',
      [id, eventId],
    )
  }

  /** Whether an event that says that the child left was not taken back; or what took it back was. */
  async hasDeparture(tx: Sql, id: string): Promise<boolean> {
    const rows = await tx.query(
      `select from safeguarding.handover_departure d join safeguarding.handover h on h.id = d.handover_id
        where d.handover_id = $1 and not exists (
          select from safeguarding.retraction r
           where r.event_id = d.event_id and r.by_agency = h.opened_by and not exists (
             select from safeguarding.retraction again
              where again.event_id = r.by_event_id and again.by_agency = r.by_agency))`,
      [id],
    )
    return rows.length > 0
  }

  async byId(tx: Sql, id: string): Promise<StoredHandover | undefined> {
    return (await this.find(tx, 'id = $1', [id]))[0]
  }

  /** What still waits of one kind for a child. */
  async waitingFor(tx: Sql, childId: string, kind: HandoverKind): Promise<readonly StoredHandover[]> {
    return this.find(tx, `child_id = $1 and kind = $2 and ${waiting}`, [childId, kind])
  }

  /** Those that an event of their opener says the child left by. */
  async departedBy(tx: Sql, eventId: string, agencyId: string): Promise<readonly StoredHandover[]> {
    const departed = 'id in (select handover_id from safeguarding.handover_departure where event_id = $1)'
    return this.find(tx, `${departed} and opened_by = $2`, [eventId, agencyId])
  }

  async closedByEvent(tx: Sql, eventId: string): Promise<readonly StoredHandover[]> {
    return this.find(tx, 'closed_by_event_id = $1', [eventId])
  }

  /** Handovers whose next step has come, oldest first; none of those named. */
  async due(sql: Sql, atMost: number, except: readonly string[]): Promise<readonly string[]> {
    const rows = await sql.query<{ id: string }>(
      `select id from safeguarding.handover
        where ${waiting} and next_at <= safeguarding.hub_now() and id <> all($2::uuid[]) order by next_at limit $1`,
      [atMost, except],
    )
    return rows.map(({ id }) => id)
  }

  /** One of them, if its step has still to be taken, and no other process is at it. */
  async stillDue(tx: Sql, id: string): Promise<StoredHandover | undefined> {
    const [row] = await tx.query<Row & Record<string, unknown>>(
      `select ${columns} from safeguarding.handover
        where id = $1 and ${waiting} and next_at <= safeguarding.hub_now() for update skip locked`,
      [id],
    )
    return row && handoverOf(row)
  }

  /** Which of these children live no more because their birth identity was sealed; those joined with another are elsewhere. */
  async sealedAmong(tx: Sql, childIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ child_id: string }>(
      `select p.child_id from identity.protection_v p
        where p.child_id = any($1::uuid[]) and p.level = 'existence-hidden'
          and not exists (select 1 from identity.child_v c where c.child_id = p.child_id)
          and not exists (select 1 from identity.joined_children(array[p.child_id]))`,
      [childIds],
    )
    return new Set(rows.map(({ child_id }) => child_id))
  }

  /** Handovers that a seal closed wait again, from now, once their child lives again. */
  async reopenUnsealed(tx: Sql): Promise<void> {
    await tx.query(
      `with again as (
         update safeguarding.handover h
            set state = case when h.level > 0 then 'overdue' else 'open' end, closed_at = null, next_at = safeguarding.hub_now()
           from identity.child_v c
          where c.child_id = h.child_id and h.state = 'closed-by-custodian' and h.closed_by_event_id is null
         returning h.id, h.state, h.level)
       insert into safeguarding.handover_move (id, handover_id, from_state, to_state, level, at, by_agency)
       select gen_random_uuid(), id, 'closed-by-custodian', state, level, safeguarding.hub_now(), 'waymark-hub' from again`,
    )
  }

  /** Whether this level was not reached before: the one row for it goes in once. */
  async claimLevel(tx: Sql, { id }: { readonly id: string }, level: number): Promise<boolean> {
    const rows = await tx.query(
      `insert into safeguarding.handover_escalation (handover_id, level, at) values ($1, $2, safeguarding.hub_now())
       on conflict do nothing returning level`,
      [id, level],
    )
    return rows.length > 0
  }

  /** Writes a handover as it is now; `by` closes it, or is why it moved. */
  async save(tx: Sql, h: StoredHandover, by?: { readonly eventId: string }): Promise<void> {
    const isOver = isClosed(h)
    await tx.query(
      `update safeguarding.handover
          set state = $2, level = $3, next_at = to_timestamp($4::bigint / 1000.0),
              declined_at = case when $5 then coalesce(declined_at, safeguarding.hub_now()) end,
              closed_at = case when $6 then safeguarding.hub_now() end, closed_by_event_id = $7
        where id = $1`,
      [h.id, h.state, h.level, h.nextAtMs, h.wasDeclined, isOver, isOver ? by?.eventId : null],
    )
  }

  /** Keeps what happened to a handover, in order. */
  async keepMove(
    tx: Sql,
    move: { id: string; from: HandoverState | null; to: HandoverState; level: number } & Mover,
  ): Promise<void> {
    const { id, from, to, level, agencyId, eventId } = move
    await tx.query(
      `insert into safeguarding.handover_move (id, handover_id, from_state, to_state, level, at, by_agency, by_event_id)
       values ($1, $2, $3, $4, $5, safeguarding.hub_now(), $6, $7)`,
      [newId(), id, from, to, level, agencyId, eventId],
    )
  }

  async markRetracted(tx: Sql, id: string, eventId: string): Promise<void> {
    await tx.query('update safeguarding.handover set opening_retracted_by = $2 where id = $1', [id, eventId])
  }

  /** A child as it is called now, and whether the other, under whose name a handover was opened, was joined with it. */
  async childNow(
    tx: Sql,
    childId: string,
    openedFor: string,
  ): Promise<{
    readonly uci: string | undefined
    readonly status: 'active' | 'provisional'
    readonly isJoined: boolean
  }> {
    const [row] = await tx.query<{ uci: string | null; status: string | null; joined: boolean }>(
      `select c.uci, c.status, exists (
                select 1 from identity.joined_children(array[$2::uuid]) j where j.into_child_id = $1::uuid) as joined
         from (select) as one left join identity.child_v c on c.child_id = $1::uuid`,
      [childId, openedFor],
    )
    const status = row?.status === 'provisional' ? 'provisional' : 'active'
    return { uci: row?.uci ?? undefined, status, isJoined: row?.joined === true }
  }

  /** The next place in the order of a child's events from here. */
  async nextSeq(tx: Sql, childId: string): Promise<number> {
    const [row] = await tx.query<{ last_seq: string }>(
      `insert into safeguarding.child_sequence as s (child_id, last_seq) values ($1, 1)
       on conflict (child_id) do update set last_seq = s.last_seq + 1 returning last_seq`,
      [childId],
    )
    return Number(row?.last_seq)
  }

  private async find(tx: Sql, where: string, params: readonly unknown[]): Promise<readonly StoredHandover[]> {
    const rows = await tx.query<Row & Record<string, unknown>>(
      `select ${columns} from safeguarding.handover where ${where} order by id for update`,
      params,
    )
    return rows.map(handoverOf)
  }
}

/** Who moved a handover, where somebody did. */
export interface Mover {
  readonly agencyId?: string
  readonly eventId?: string
}

function handoverOf(row: Row): StoredHandover {
  return {
    id: row.id,
    childId: row.child_id,
    kind: row.kind,
    state: row.state,
    openedBy: row.opened_by,
    expectedReceiver: row.expected_receiver ?? undefined,
    council: row.council ?? undefined,
    contact: row.contact,
    wasDeclined: row.declined_at !== null,
    level: row.level,
    dueAtMs: Number(row.due_ms),
    nextAtMs: row.next_ms === null ? undefined : Number(row.next_ms),
    isHalved: row.is_halved,
    subjectKeyId: row.subject_key_id,
    sealedSubject: row.sealed_subject,
  }
}
