import type { Permit } from '#libs/policy'
import type { Sql } from '#libs/postgres'
import type { Restraint } from '../ingest/restraint.js'

/** What a sender has set against sharing, as it was accepted; its words are sealed. */
export interface NotShared {
  readonly event: { readonly id: string; readonly type: string; readonly acceptedAt: Date }
  readonly sender: string
  readonly childId: string | undefined
  readonly restraint: Restraint
  readonly isWithdrawn: boolean
  readonly keyId: string
  readonly sealed: Buffer
}

interface Row {
  readonly event_id: string
  readonly type: string
  readonly accepted_at: Date
  readonly source: string
  readonly child: string | null
  readonly restraint: Restraint
  readonly is_withdrawn: boolean
  readonly key_id: string
  readonly sealed: Buffer
}

/** Decisions not to share, and objections, for those who may read them. */
export class NotSharedRepository {
  /**
   * The newest first; of one sender, or of all but about children whose existence is hidden: those are their guardians' alone.
   *
   * @param sender - whose own they are, where the reader sees no other's
   */
  async list(
    sql: Sql,
    _: Permit<'readDecisions'>,
    page: { readonly sender: string | undefined; readonly limit: number; readonly before?: string },
  ): Promise<readonly NotShared[]> {
    const rows = await sql.query<Row>(
      `select e.event_id, e.type, e.accepted_at, e.source, e.child, e.restraint, e.withdrawn_because is not null as is_withdrawn, b.key_id, b.sealed
         from exchange.event e join exchange.event_body b using (event_id)
        where e.restraint is not null and ($2::uuid is null or e.event_id < $2::uuid)
          and (e.source = $1 or ($1::text is null and not exists (
                select 1 from identity.protection_v p where p.child_id = e.child and p.level = 'existence-hidden')))
        order by e.event_id desc limit $3`,
      [page.sender ?? null, page.before ?? null, page.limit],
    )
    return rows.map((row) => ({
      event: { id: row.event_id, type: row.type, acceptedAt: row.accepted_at },
      sender: row.source,
      childId: row.child ?? undefined,
      restraint: row.restraint,
      isWithdrawn: row.is_withdrawn,
      keyId: row.key_id,
      sealed: row.sealed,
    }))
  }
}
