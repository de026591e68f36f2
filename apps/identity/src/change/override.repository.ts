import { Injectable } from '@nestjs/common'
import { Database, newId, type Sql } from '#libs/postgres'

/** What two persons said about records, for every model to come. */
export interface NewOverride {
  readonly kind: 'must-link' | 'cannot-link'
  readonly left: readonly string[]
  readonly right: readonly string[]
  /** `all`, `system:<system>` or `agency:<id>`. */
  readonly scope: string
  readonly reason: { readonly bytes: Buffer; readonly keyId: string }
  readonly decidedBy: readonly [string, string]
  readonly reviewId: string
  readonly expiresAt?: string
}

const said = `
select distinct o.kind from identity.override_v o
  join identity.link l on l.source_record_id = o.left_record and l.valid_to is null
  join identity.link r on r.source_record_id = o.right_record and r.valid_to is null
  join identity.source_record s on s.id = o.left_record
  join identity.source_record t on t.id = o.right_record
 where ((l.child_id = $1 and r.child_id = $2) or (l.child_id = $2 and r.child_id = $1))
   and (o.scope in ('all', 'agency:' || s.source, 'agency:' || t.source)
     or (o.scope like 'system:%' and exists (select 1 from identity.identifier i
           where i.child_id in (l.child_id, r.child_id) and o.scope = 'system:' || i.system)))`

/** Must-link and cannot-link: they survive every model. */
@Injectable()
export class OverrideRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Sql, given: NewOverride): Promise<void> {
    const id = newId()
    await tx.query(
      `insert into identity.override (id, kind, scope, reason, reason_key_id, decided_by, review_id, expires_at)
       values ($1, $2, $3, $4, $5, $6::text[], $7, $8)`,
      [
        ...[id, given.kind, given.scope, given.reason.bytes, given.reason.keyId, given.decidedBy, given.reviewId],
        given.expiresAt ?? null,
      ],
    )
    await tx.query(
      `insert into identity.override_record (override_id, side, source_record_id)
       select $1::uuid, 'left', unnest($2::uuid[]) union all select $1::uuid, 'right', unnest($3::uuid[])`,
      [id, given.left, given.right],
    )
  }

  /** What a review wrote no longer holds, once it is decided anew. */
  async end(tx: Sql, reviewId: string): Promise<void> {
    await tx.query('update identity.override set ended_at = now() where review_id = $1 and ended_at is null', [
      reviewId,
    ])
  }

  /** What people said about two children by their records; a cannot-link wins. */
  async between(one: string, two: string): Promise<'must-link' | 'cannot-link' | undefined> {
    const kinds = (await this.database.query<{ kind: 'must-link' | 'cannot-link' }>(said, [one, two])).map(
      ({ kind }) => kind,
    )
    return kinds.includes('cannot-link') ? 'cannot-link' : kinds[0]
  }
}
