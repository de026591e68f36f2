import { Injectable } from '@nestjs/common'
import { Database, type Sql } from '#libs/postgres'

/** A child of whom something new was learned. */
export interface DueCheck {
  readonly childId: string
  /** As the database wrote it. */
  readonly since: string
  /** What was learned; none where all that is known is to be looked at. */
  readonly profileIds: readonly string[]
  readonly isProvisional: boolean
}

interface DueRow {
  readonly child_id: string
  readonly since: string
  readonly profile_ids: readonly string[]
  readonly is_provisional: boolean
}

/** A question that waits for a person. */
interface OpenQuestion {
  readonly reviewId: string
  readonly otherIds: readonly string[]
}

/** Children to be looked at again, and what was found of pairs before. */
@Injectable()
export class MergeCheckRepository {
  constructor(private readonly database: Database) {}

  async due(limit: number): Promise<readonly DueCheck[]> {
    return dueFrom(
      await this.database.query<DueRow>(dueAmong('(select * from identity.merge_check order by since limit $1)'), [
        limit,
      ]),
    )
  }

  /** Those of these children that are due. */
  async dueOf(childIds: readonly string[]): Promise<readonly DueCheck[]> {
    const own = `(select o.* from unnest($1::uuid[]) as k (id)
                   cross join lateral (select * from identity.merge_check n where n.child_id = k.id limit 1) o)`
    return dueFrom(await this.database.query<DueRow>(dueAmong(own), [childIds]))
  }

  /** Unless more was learned since, which asks again. */
  async done(due: readonly DueCheck[]): Promise<void> {
    if (due.length === 0) return
    await this.database.query(
      `delete from identity.merge_check m using unnest($1::uuid[], $2::timestamptz[]) as d (child_id, since)
        where m.child_id = d.child_id and m.since = d.since`,
      [due.map(({ childId }) => childId), due.map(({ since }) => since)],
    )
  }

  /** Lets all others be looked at first. */
  async postpone(due: DueCheck): Promise<void> {
    await this.database.query(
      'update identity.merge_check set since = clock_timestamp() where child_id = $1 and since = $2::timestamptz',
      [due.childId, due.since],
    )
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

  /** Questions about a provisional child that nobody has taken up: which other children it may be. */
  async openQuestions(childId: string): Promise<readonly OpenQuestion[]> {
    const rows = await this.database.query<{ id: string; other_ids: readonly string[] }>(
      `select id, other_ids from identity.review where child_id = $1 and kind = 'possible-match' and blind_of is null
          and state in ('open', 'asked') order by id`,
      [childId],
    )
    return rows.map(({ id, other_ids }) => ({ reviewId: id, otherIds: other_ids }))
  }

  /** Takes a question back that new evidence has answered, unless somebody has taken it up meanwhile. */
  async withdraw(tx: Sql, reviewId: string): Promise<boolean> {
    const rows = await tx.query(
      `update identity.review set state = 'withdrawn', asked_until = null, settled_at = now()
        where id = $1 and state in ('open', 'asked') returning id`,
      [reviewId],
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

  /** Whether persons have found the two, or children that were joined with them since, not to be one. */
  async isFoundTwo(one: string, two: string): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from (select $1::uuid as id union all select id from identity.child where joined_into = $1) a
         cross join (select $2::uuid as id union all select id from identity.child where joined_into = $2) b
         join identity.review r on (r.child_id = a.id and r.other_ids @> array[b.id])
                                or (r.child_id = b.id and r.other_ids @> array[a.id])
        where r.kind in ('possible-match', 'merge') and r.state = 'applied' and r.outcome = 'different'
          and r.blind_of is null limit 1`,
      [one, two],
    )
    return rows.length > 0
  }
}

function dueAmong(checks: string): string {
  return `select m.child_id, m.since::text as since, m.profile_ids, c.status = 'provisional' as is_provisional
            from ${checks} m
           cross join lateral (select k.status from identity.child k where k.id = m.child_id limit 1) c order by m.since`
}

function dueFrom(rows: readonly DueRow[]): readonly DueCheck[] {
  return rows.map(({ child_id, since, profile_ids, is_provisional }) => ({
    ...{ childId: child_id, since, profileIds: profile_ids, isProvisional: is_provisional },
  }))
}
