import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'

/** What a settled review, or a change of children, leaves to do about a child and what else is asked of it. */
@Injectable()
export class SettledChildRepository {
  /** @returns the child's identifier, where it was provisional and nothing else about it is open */
  async confirm(tx: Sql, childId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ uci: string }>(
      `update identity.child c set status = 'active', version = version + 1
        where c.id = $1 and c.status = 'provisional' and c.uci is not null
          and not exists (select 1 from identity.review r where r.child_id = c.id and r.kind = 'possible-match' and r.blind_of is null
                           and r.state not in ('applied', 'withdrawn'))
        returning c.uci`,
      [childId],
    )
    return row?.uci
  }

  /** A child that was hidden because it might be another, and is not, is hidden no more. */
  async release(tx: Sql, childId: string): Promise<void> {
    await tx.query('delete from identity.protected_child where child_id = $1 and is_inherited', [childId])
    await tx.query('update identity.child set version = version + 1 where id = $1', [childId])
  }

  /** The records of a child, as this transaction leaves them. */
  async recordsOf(tx: Sql, childId: string): Promise<readonly string[]> {
    const rows = await tx.query<{ id: string }>(
      'select source_record_id as id from identity.link where child_id = $1 and valid_to is null order by 1',
      [childId],
    )
    return rows.map(({ id }) => id)
  }

  /** What is asked about one of these children that was joined with another is asked about that one. */
  async followJoined(tx: Sql, childIds: readonly string[]): Promise<void> {
    await tx.query(
      `update identity.review r set other_ids = f.now_ids
         from (select q.id, array_agg(distinct coalesce(c.joined_into, c.id)) as now_ids
                 from identity.review q join identity.child c on c.id = any(q.other_ids)
                where q.state not in ('applied', 'withdrawn') and q.kind in ('possible-match', 'merge') and q.other_ids && $1::uuid[]
                group by q.id) f
        where r.id = f.id`,
      [childIds],
    )
  }

  /**
   * Reviews of children that are one now, or closed, have nothing left to ask.
   *
   * @returns the children that they were about
   */
  async withdrawSettled(tx: Sql, childIds: readonly string[], except: string | undefined): Promise<readonly string[]> {
    const rows = await tx.query<{ child_id: string }>(
      `update identity.review r set state = 'withdrawn', claimed_by = null, claimed_until = null, asked_until = null, settled_at = now()
        where r.state not in ('applied', 'withdrawn') and r.kind in ('possible-match', 'merge') and r.blind_of is null
          and r.id is distinct from $2::uuid and (r.child_id = any($1::uuid[]) or r.other_ids && $1::uuid[])
          and (select count(*) from identity.child c where (c.id = r.child_id or c.id = any(r.other_ids)) and c.status <> 'withdrawn') < 2
        returning r.child_id`,
      [childIds, except ?? null],
    )
    return rows.map(({ child_id }) => child_id)
  }
}
