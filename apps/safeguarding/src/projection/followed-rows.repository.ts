import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'

const kept = ['involvement', 'flag', 'handover'] as const

/** The rows that this program keeps by child. */
@Injectable()
export class FollowedRowsRepository {
  /** Everything of joined children is the kept child's. */
  async join(tx: Sql, joined: readonly string[], into: string): Promise<void> {
    if (joined.length === 0) return
    for (const table of [...kept, 'obligation'])
      await tx.query(`update safeguarding.${table} set child_id = $2 where child_id = any($1::uuid[])`, [joined, into])
  }

  /** What single events opened is another child's. */
  async move(tx: Sql, moved: readonly { readonly eventId: string; readonly childId: string }[]): Promise<void> {
    if (moved.length === 0) return
    for (const table of kept)
      await tx.query(
        `update safeguarding.${table} t set child_id = m.child from unnest($1::uuid[], $2::uuid[]) as m (event_id, child)
          where t.source_event_id = m.event_id`,
        [moved.map(({ eventId }) => eventId), moved.map(({ childId }) => childId)],
      )
  }

  async whereNow(tx: Sql, childIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.query<{ child_id: string; into_child_id: string }>(
      'select child_id, into_child_id from identity.joined_children($1::uuid[])',
      [[...new Set(childIds)]],
    )
    return new Map(rows.map(({ child_id, into_child_id }) => [child_id, into_child_id]))
  }
}
