import { Injectable } from '@nestjs/common'
import type { Contact } from '#libs/events'
import type { InvolvementKind, InvolvementSpan } from '#libs/policy'
import { newId, type Sql } from '#libs/postgres'
import type { Permitted } from '../child/child-question.js'
import type { Provenance } from '../projection/provenance.js'
import type { CloseInvolvements, OpenInvolvement } from './openings.js'

/** An agency that works, or worked, with the child. */
export interface Involvement {
  readonly id: string
  readonly agencyId: string
  readonly agencyName: string
  readonly agencyKind: string
  readonly kind: InvolvementKind
  readonly role: string
  readonly contact: Contact
  readonly since: Date
  readonly until: Date | null
}

/** The only SQL for involvements. */
@Injectable()
export class InvolvementRepository {
  /** Adds involvements in one statement; nobody waits for it, and the transaction fails where it does. */
  open(tx: Sql, opened: readonly (readonly [OpenInvolvement, Provenance])[]): void {
    const column = <T>(of: (involvement: OpenInvolvement, from: Provenance) => T): T[] =>
      opened.map(([involvement, from]) => of(involvement, from))
    void tx.query(
      `insert into safeguarding.involvement (id, child_id, agency_id, kind, cause, role, contact, since, expires_at,
         source_event_id, source_seq, posted_by)
       select id, child_id, agency_id, kind, cause, role, contact, to_timestamp(since_ms / 1000.0),
              to_timestamp(expires_ms / 1000.0), event_id, seq, posted_by
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::bigint[],
                     $9::bigint[], $10::uuid[], $11::bigint[], $12::text[])
           as i (id, child_id, agency_id, kind, cause, role, contact, since_ms, expires_ms, event_id, seq, posted_by)`,
      [
        column(() => newId()),
        column((_, from) => from.childId),
        column(({ agencyId }) => agencyId),
        column(({ kind }) => kind),
        column(({ cause }) => cause),
        column(({ role }) => role),
        column(({ contact }) => JSON.stringify(contact)),
        column(({ sinceMs }) => sinceMs),
        column(({ expiresMs }) => expiresMs ?? null),
        column((_, from) => from.eventId),
        column((_, from) => from.seq),
        column((_, from) => from.postedBy),
      ],
    )
  }

  async close(tx: Sql, effect: CloseInvolvements, from: Provenance): Promise<void> {
    const { cause, agencyId, exceptAgencyId, atMs } = effect
    await tx.query(
      `update safeguarding.involvement
          set ended_at = greatest(since, to_timestamp($5::bigint / 1000.0)), ended_by_event_id = $6
        where child_id = $1 and cause = $2 and ended_at is null and retracted_by_event_id is null
          and ($3::text is null or agency_id = $3) and ($4::text is null or agency_id <> $4)`,
      [from.childId, cause, agencyId, exceptAgencyId, atMs, from.eventId],
    )
  }

  /** Takes back what an event opened and what it ended, if the agency that asks posted it. */
  async retract(tx: Sql, eventId: string, by: { readonly eventId: string; readonly agencyId: string }): Promise<void> {
    await tx.query(
      `update safeguarding.involvement set retracted_by_event_id = $2
        where source_event_id = $1 and posted_by = $3 and retracted_by_event_id is null`,
      [eventId, by.eventId, by.agencyId],
    )
    await tx.query(
      'update safeguarding.involvement set ended_at = null, ended_by_event_id = null where ended_by_event_id = $1',
      [eventId],
    )
  }

  /** Every span of an agency with a child, past ones included; what decisions are made from. */
  async spansOf(sql: Sql, childId: string, agencyId: string): Promise<readonly InvolvementSpan[]> {
    const rows = await sql.query<{ kind: InvolvementKind; since_ms: string; until_ms: string | null }>(
      `select kind, (extract(epoch from since) * 1000)::bigint as since_ms, (extract(epoch from until) * 1000)::bigint as until_ms
         from safeguarding.involvement_now where child_id = $1 and agency_id = $2`,
      [childId, agencyId],
    )
    return rows.map(({ kind, since_ms, until_ms }) => ({
      kind,
      sinceMs: Number(since_ms),
      ...(until_ms !== null && { untilMs: Number(until_ms) }),
    }))
  }

  /** The councils that are responsible for the child now, the longest first. */
  async responsibleFor(sql: Sql, childId: string): Promise<readonly string[]> {
    const rows = await sql.query<{ agency_id: string }>(
      `select agency_id from safeguarding.involvement_now
        where child_id = $1 and kind = 'responsible' and since <= now() and (until is null or until > now())
        group by agency_id order by min(since)`,
      [childId],
    )
    return rows.map(({ agency_id }) => agency_id)
  }

  /** Whether an agency has the child on its roll now. */
  async isRegistered(sql: Sql, childId: string, agencyId: string): Promise<boolean> {
    const spans = await this.spansOf(sql, childId, agencyId)
    return spans.some(({ kind, untilMs }) => kind === 'registered' && untilMs === undefined)
  }

  /** Who works with a child now: one entry an agency and kind, the newest. */
  async of(sql: Sql, { childId }: Permitted<'readInvolvements'>): Promise<readonly Involvement[]> {
    return sql.query<Involvement & Record<string, unknown>>(
      `select distinct on (i.agency_id, i.kind) i.id, i.agency_id as "agencyId", coalesce(a.name, i.agency_id) as "agencyName",
              coalesce(a.kind, '') as "agencyKind", i.kind, i.role, i.contact, i.since, i.until
         from safeguarding.involvement_now i left join auth.agency_v a on a.agency_id = i.agency_id
        where i.child_id = $1 and (i.until is null or i.until > now())
        order by i.agency_id, i.kind, i.since desc`,
      [childId],
    )
  }
}
