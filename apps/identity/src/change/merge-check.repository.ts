import { Injectable } from '@nestjs/common'
import { Database, type Sql } from '#libs/postgres'

/** A child of whom something new was learned. */
export interface DueCheck {
  readonly childId: string
  /** As the database wrote it. */
  readonly since: string
}

/** Children to be looked at again, and what was found of pairs before. */
@Injectable()
export class MergeCheckRepository {
  constructor(private readonly database: Database) {}

  async due(limit: number): Promise<readonly DueCheck[]> {
    const rows = await this.database.query<{ child_id: string; since: string }>(
      'select child_id, since::text as since from identity.merge_check order by since limit $1',
      [limit],
    )
    return rows.map(({ child_id, since }) => ({ childId: child_id, since }))
  }

  /** Unless more was learned since, which asks again. */
  async done(due: DueCheck): Promise<void> {
    await this.database.query('delete from identity.merge_check where child_id = $1 and since = $2::timestamptz', [
      due.childId,
      due.since,
    ])
  }

  /** Whether a number that is verified on both sides agrees. */
  async isVerifiedSame(one: string, two: string): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from identity.identifier a join identity.identifier b on b.blind_index = a.blind_index and b.system = a.system
        where a.child_id = $1 and b.child_id = $2 and a.status = 'current' and b.status = 'current'
          and a.verified_by is not null and b.verified_by is not null limit 1`,
      [one, two],
    )
    return rows.length > 0
  }

  /** Whether persons have the pair before them, or have found it to be two. */
  async isKnownPair(sql: Sql, one: string, two: string): Promise<boolean> {
    const rows = await sql.query(
      `select 1 from identity.review r
        where r.kind in ('possible-match', 'merge') and r.state <> 'withdrawn'
          and ((r.child_id = $1 and $2 = any(r.other_ids)) or (r.child_id = $2 and $1 = any(r.other_ids))) limit 1`,
      [one, two],
    )
    return rows.length > 0
  }
}
