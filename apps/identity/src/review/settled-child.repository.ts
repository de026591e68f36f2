import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'

/** What a settled review changes of a child that is neither joined nor parted. */
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
}
