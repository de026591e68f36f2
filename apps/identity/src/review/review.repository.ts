import { Injectable } from '@nestjs/common'
import type { Explanation } from '#libs/matching'
import type { Permit } from '#libs/policy'
import { Database } from '#libs/postgres'

/** An open review as the data steward is shown it. */
export interface OpenReview {
  readonly id: string
  readonly kind: 'possible-match' | 'split'
  readonly openedAt: Date
  readonly children: readonly { readonly childId: string; readonly uci: string | null }[]
  readonly explanation: Explanation
}

interface Row {
  readonly id: string
  readonly kind: 'possible-match' | 'split'
  readonly opened_at: Date
  readonly children: readonly { child_id: string; uci: string | null }[]
  readonly explanation: Explanation
}

/** Reviews that touch a protected child are the guardian desk's and are not here. */
const question = `
select r.id, r.kind, r.opened_at, d.explanation,
       (select jsonb_agg(jsonb_build_object('child_id', c.id, 'uci', c.uci) order by c.id <> r.child_id, c.id)
          from identity.child c where c.id = r.child_id or c.id = any(r.other_ids)) as children
  from identity.review r join identity.decision d on d.id = r.decision_id
 where r.state = 'open' and r.kind <> 'guardian' and ($1::uuid is null or r.id > $1)
   and not exists (select 1 from identity.protection_v v where v.child_id = r.child_id or v.child_id = any(r.other_ids))
 order by r.id limit $2`

@Injectable()
export class ReviewRepository {
  constructor(private readonly database: Database) {}

  /** @param page.permit - proof that the caller may see children across agencies */
  async open(page: {
    readonly after?: string
    readonly limit: number
    readonly permit: Permit<'readChild'>
  }): Promise<readonly OpenReview[]> {
    const rows = await this.database.query<Row>(question, [page.after ?? null, page.limit])
    return rows.map(({ id, kind, opened_at, children, explanation }) => ({
      ...{ id, kind, explanation, openedAt: opened_at },
      children: children.map(({ child_id, uci }) => ({ childId: child_id, uci })),
    }))
  }
}
