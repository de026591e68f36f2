import { Injectable } from '@nestjs/common'
import type { Contact } from '#libs/events'
import type { Permitted } from '../child/child-question.js'
import { newId, type Sql } from '#libs/postgres'
import type { Provenance } from '../projection/provenance.js'
import type { FlagKind, LowerFlag, RaiseFlag } from './flags.js'

/** What is true of a child now, whose word it is, and whom to phone. */
export interface Flag {
  readonly id: string
  readonly kind: FlagKind
  readonly owner: string
  readonly ownerName: string
  readonly since: Date
  readonly until: Date | null
  readonly contacts: readonly Contact[]
}

/** The only SQL for flags. */
@Injectable()
export class FlagRepository {
  /** Adds flags in one statement; nobody waits for it, and the transaction fails where it does. */
  raise(tx: Sql, flags: readonly (readonly [RaiseFlag, Provenance])[]): void {
    const column = <T>(of: (flag: RaiseFlag, from: Provenance) => T): T[] => flags.map(([flag, from]) => of(flag, from))
    void tx.query(
      `insert into safeguarding.flag (id, child_id, kind, owner, since, expires_at, contacts, source_event_id, source_seq, posted_by)
       select id, child_id, kind, owner, to_timestamp(since_ms / 1000.0), to_timestamp(expires_ms / 1000.0), contacts,
              event_id, seq, posted_by
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::jsonb[], $8::uuid[],
                     $9::bigint[], $10::text[])
           as f (id, child_id, kind, owner, since_ms, expires_ms, contacts, event_id, seq, posted_by)`,
      [
        column(() => newId()),
        column((_, from) => from.childId),
        column(({ kind }) => kind),
        column(({ owner }) => owner),
        column(({ sinceMs }) => sinceMs),
        column(({ expiresMs }) => expiresMs ?? null),
        column(({ contacts }) => JSON.stringify(contacts)),
        column((_, from) => from.eventId),
        column((_, from) => from.seq),
        column((_, from) => from.postedBy),
      ],
    )
  }

  async lower(tx: Sql, { kind, owner, atMs }: LowerFlag, from: Provenance): Promise<void> {
    await tx.query(
      `update safeguarding.flag set ended_at = greatest(since, to_timestamp($4::bigint / 1000.0)), ended_by_event_id = $5
        where child_id = $1 and kind = $2 and owner = $3 and ended_at is null and retracted_by_event_id is null`,
      [from.childId, kind, owner, atMs, from.eventId],
    )
  }

  /** Takes back what an event raised and what it lowered, if the agency that asks posted it. */
  async retract(tx: Sql, eventId: string, by: { readonly eventId: string; readonly agencyId: string }): Promise<void> {
    await tx.query(
      `update safeguarding.flag set retracted_by_event_id = $2
        where source_event_id = $1 and posted_by = $3 and retracted_by_event_id is null`,
      [eventId, by.eventId, by.agencyId],
    )
    await tx.query(
      'update safeguarding.flag set ended_at = null, ended_by_event_id = null where ended_by_event_id = $1',
      [eventId],
    )
  }

  /** The kinds of flag that are up; for clocks, never for answers. */
  async kindsUp(tx: Sql, childId: string): Promise<ReadonlySet<FlagKind>> {
    const rows = await tx.query<{ kind: FlagKind }>(
      `select distinct kind from safeguarding.flag_now where child_id = $1 and since <= now() and (until is null or until > now())`,
      [childId],
    )
    return new Set(rows.map(({ kind }) => kind))
  }

  /** The flags that are up: one a kind and owner, the newest. */
  async of(sql: Sql, { childId }: Permitted<'readFlags'>): Promise<readonly Flag[]> {
    return sql.query<Flag & Record<string, unknown>>(
      `select distinct on (f.kind, f.owner) f.id, f.kind, f.owner, coalesce(a.name, f.owner) as "ownerName", f.since, f.until, f.contacts
         from safeguarding.flag_now f left join auth.agency_v a on a.agency_id = f.owner
        where f.child_id = $1 and f.since <= now() and (f.until is null or f.until > now())
        order by f.kind, f.owner, f.since desc`,
      [childId],
    )
  }
}
