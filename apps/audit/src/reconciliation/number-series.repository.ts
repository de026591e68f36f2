import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'
import type { NumberSeries } from './number-series.js'

interface Row {
  series: string
  last: string
  firsts: string[]
  lasts: string[]
  since_ms: string[]
}

/** How far the numbers of each relay are accounted for, and what of them is missing. */
@Injectable()
export class NumberSeriesRepository {
  /** How many entries are accounted for, how many there are, and the time; held until the transaction ends. */
  async hold(tx: Sql): Promise<{ readonly from: number; readonly to: number; readonly nowMs: number }> {
    const [held] = await tx.query<{ from: string; to: string; now_ms: string }>(
      `select c.size as from, h.size as to, (extract(epoch from now()) * 1000)::bigint as now_ms
         from audit.numbers_checked c, audit.tree_head h for update of c`,
    )
    return { from: Number(held?.from ?? 0), to: Number(held?.to ?? 0), nowMs: Number(held?.now_ms ?? 0) }
  }

  /** The numbers that came with entries `from` to `to` (exclusive), by relay: the gateway's records travel with those of auth. */
  async numbers(tx: Sql, from: number, to: number): Promise<ReadonlyMap<string, readonly number[]>> {
    const rows = await tx.query<{ series: string; numbers: string[] }>(
      `select case service when 'gateway' then 'auth' else service end as series, array_agg(distinct number) as numbers
         from audit.entry where seq >= $1 and seq < $2 and number is not null group by 1`,
      [from, to],
    )
    return new Map(rows.map(({ series, numbers }) => [series, numbers.map(Number)]))
  }

  async series(tx: Sql): Promise<ReadonlyMap<string, NumberSeries>> {
    const rows = await tx.query<Row>(
      `select s.series, s.last, array_agg(g.first order by g.first) filter (where g.first is not null) as firsts,
              array_agg(g.last order by g.first) filter (where g.first is not null) as lasts,
              array_agg((extract(epoch from g.since) * 1000)::bigint order by g.first) filter (where g.first is not null) as since_ms
         from audit.number_series s left join audit.number_gap g on g.series = s.series group by s.series, s.last`,
    )
    return new Map(rows.map((row) => [row.series, seriesFrom(row)]))
  }

  /** Nobody waits for it: where it fails, the transaction fails. */
  keep(tx: Sql, name: string, { last, gaps }: NumberSeries): void {
    void tx.query(
      `insert into audit.number_series (series, last) values ($1, $2)
       on conflict on constraint number_series_pkey do update set last = excluded.last`,
      [name, last],
    )
    void tx.query('delete from audit.number_gap where series = $1', [name])
    void tx.query(
      `insert into audit.number_gap (series, first, last, since)
       select $1, first, last, to_timestamp(since_ms / 1000.0)
         from unnest($2::bigint[], $3::bigint[], $4::bigint[]) as g (first, last, since_ms)`,
      [name, gaps.map(({ first }) => first), gaps.map((gap) => gap.last), gaps.map(({ sinceMs }) => sinceMs)],
    )
  }

  /** Nobody waits for it: where it fails, the transaction fails. */
  keepChecked(tx: Sql, size: number): void {
    void tx.query('update audit.numbers_checked set size = $1', [size])
  }
}

function seriesFrom({ last, firsts, lasts, since_ms }: Row): NumberSeries {
  const gaps = ((firsts as string[] | null) ?? []).map((first, at) => ({
    first: Number(first),
    last: Number(lasts[at]),
    sinceMs: Number(since_ms[at]),
  }))
  return { last: Number(last), gaps }
}
