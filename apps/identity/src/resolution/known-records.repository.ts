import { Injectable } from '@nestjs/common'
import { Database } from '#libs/postgres'
import type { Resolved } from './plan-resolution.js'
import type { Prepared } from './prepare-submission.js'

interface Row {
  readonly n: string
  readonly child_id: string
  readonly uci: string | null
  readonly status: 'active' | 'provisional'
  readonly version: number
  readonly decision_id: string | null
  readonly review_id: string | null
}

/** Every row by its key, one after another: see the migration `keys-before-tables`. */
const identical = `
select k.n, c.id as child_id, c.uci, c.status, c.version, v.decision_id,
       (select (array_agg(r.id order by r.id))[1] from identity.review r
         where r.child_id = c.id and r.state not in ('applied', 'withdrawn') and r.kind <> 'guardian') as review_id
  from unnest($1::bytea[], $2::bytea[]) with ordinality as k (record_key, content_hash, n)
 cross join lateral (select r.id from identity.source_record r where r.record_key = k.record_key limit 1) s
 cross join lateral (select r.decision_id from identity.record_version r
                      where r.source_record_id = s.id and r.content_hash = k.content_hash limit 1) v
 cross join lateral (select o.child_id from identity.link o where o.source_record_id = s.id and o.valid_to is null limit 1) l
 cross join lateral (select d.id, d.uci, d.status, d.version from identity.child d where d.id = l.child_id limit 1) c`

const named = `
select k.n, c.child_id, c.uci, c.status, i.version, null as decision_id, null as review_id
  from unnest($1::text[]) with ordinality as k (uci, n)
 cross join lateral identity.child_of_uci(k.uci) c
  join identity.child i on i.id = c.child_id
  left join identity.protection_v p on p.child_id = c.child_id
 where p.level is null`

/** What is known already: read without locks, and never wrong, since links are only closed by a change of the child. */
@Injectable()
export class KnownRecordsRepository {
  constructor(private readonly database: Database) {}

  /** For each submission whose record said exactly this before, its child; one query for all. */
  async identical(prepared: readonly Prepared[]): Promise<readonly (Resolved | undefined)[]> {
    const rows = await this.database.query<Row>(identical, [
      prepared.map(({ recordKey }) => Buffer.from(recordKey, 'hex')),
      prepared.map(({ contentHash }) => Buffer.from(contentHash, 'hex')),
    ])
    return placed(rows, prepared.length)
  }

  /** For each UCI the child it names, unless there is none or it is hidden from some. */
  async named(ucis: readonly (string | undefined)[]): Promise<readonly (Resolved | undefined)[]> {
    if (ucis.every((uci) => uci === undefined)) return ucis.map(() => undefined)
    return placed(await this.database.query<Row>(named, [ucis.map((uci) => uci ?? '')]), ucis.length)
  }
}

function placed(rows: readonly Row[], length: number): readonly (Resolved | undefined)[] {
  const found = new Map(rows.map((row) => [Number(row.n), row]))
  return Array.from({ length }, (_, at) => {
    const row = found.get(at + 1)
    if (!row) return undefined
    return {
      childId: row.child_id,
      status: row.status,
      version: row.version,
      ...(row.uci !== null && { uci: row.uci }),
      ...(row.decision_id !== null && { decisionId: row.decision_id }),
      ...(row.review_id !== null && { reviewId: row.review_id }),
    }
  })
}
