import { Injectable } from '@nestjs/common'
import { Database } from '#libs/postgres'

/** One change that a child went through. */
export interface PastChangeOfChild {
  readonly id: string
  readonly kind: string
  readonly part: string
  readonly at: Date
  /** Identifiers of the other children of the change; ten symbols. */
  readonly others: readonly string[]
}

/** What became of a child, newest first; it names children by their identifiers alone. */
@Injectable()
export class HistoryRepository {
  constructor(private readonly database: Database) {}

  async ofChild(
    childId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly PastChangeOfChild[]> {
    const rows = await this.database.query<{
      id: string
      kind: string
      part: string
      made_at: Date
      others: readonly string[] | null
    }>(
      `select c.id, c.kind, p.part, c.made_at,
              (select array_agg(o.uci order by o.uci) from identity.change_child q join identity.child o on o.id = q.child_id
                where q.change_id = c.id and q.child_id <> p.child_id and o.uci is not null
                  and not exists (select 1 from identity.protection_v v where v.child_id = o.id)) as others
         from identity.change_child p join identity.change c on c.id = p.change_id
        where p.child_id = $1 and ($2::uuid is null or c.id < $2) order by c.id desc limit $3`,
      [childId, page.after ?? null, page.limit],
    )
    return rows.map(({ made_at, others, ...row }) => ({ ...row, at: made_at, others: others ?? [] }))
  }
}
