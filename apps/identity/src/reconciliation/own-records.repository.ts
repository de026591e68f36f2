import { Injectable } from '@nestjs/common'
import { Database } from '#libs/postgres'

/** A child that an agency's records speak of. */
export interface OwnChild {
  readonly childId: string
  readonly uci: string
}

const shownAtMost = 200

const unlisted = `
select distinct c.id as child_id, c.uci from identity.source_record s
  join identity.link l on l.source_record_id = s.id and l.valid_to is null
  join identity.child c on c.id = l.child_id and c.uci is not null and c.status <> 'withdrawn'
 where s.source = $1 and not exists (
   select 1 from identity.source_record k join identity.link o on o.source_record_id = k.id and o.valid_to is null
    where k.record_key = any($2::bytea[]) and o.child_id = c.id)`

/** What an agency sent before, by whom it is about. */
@Injectable()
export class OwnRecordsRepository {
  constructor(private readonly database: Database) {}

  /** Children of the agency's records that none of these records is about: how many, and some of them. */
  async unlisted(
    agencyId: string,
    recordKeys: readonly string[],
  ): Promise<{ readonly count: number; readonly some: readonly OwnChild[] }> {
    const keys = recordKeys.map((key) => Buffer.from(key, 'hex'))
    const [counted] = await this.database.query<{ n: string }>(`select count(*) as n from (${unlisted}) u`, [
      agencyId,
      keys,
    ])
    const rows = await this.database.query<{ child_id: string; uci: string }>(
      `${unlisted} order by c.uci limit ${String(shownAtMost)}`,
      [agencyId, keys],
    )
    return { count: Number(counted?.n ?? 0), some: rows.map(({ child_id, uci }) => ({ childId: child_id, uci })) }
  }
}
