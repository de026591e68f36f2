import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'
import type { HandoverKind } from './handover.js'

/** Which handovers wait, for many children in one look; it locks nothing. */
@Injectable()
export class WaitingRepository {
  async among(
    tx: Sql,
    childIds: readonly string[],
  ): Promise<readonly { readonly childId: string; readonly kind: HandoverKind }[]> {
    if (childIds.length === 0) return []
    const rows = await tx.query<{ child_id: string; kind: HandoverKind }>(
      `select distinct child_id, kind from safeguarding.handover
        where child_id = any($1::uuid[]) and state in ('open', 'overdue')`,
      [[...new Set(childIds)]],
    )
    return rows.map(({ child_id: childId, kind }) => ({ childId, kind }))
  }
}
