import type { Sql } from '#libs/postgres'

/** The right to publish a part of an outbox: a row of `relay_lease` with the epoch under which it was taken. */
export interface Lease {
  readonly shard: number
  readonly epoch: string
  /** The shard of the rows it covers; `all` for the lease of the numbered topics, which span shards. */
  readonly covers: number | 'all'
}

/** The lease row of the topics whose messages get a gap-free number: one owner for all shards. */
export const numberingShard = -1

const seconds = 5

/**
 * Takes and keeps leases, so that one process at a time publishes a shard.
 *
 * An owner that was stopped past its time can still send: readers drop the repeats, and its marks are refused.
 */
export class RelayLeases {
  private held: readonly Lease[] = []
  private renewAt = 0
  private isPrepared = false

  constructor(
    private readonly sql: Sql,
    private readonly schema: string,
    private readonly shards: readonly number[],
    private readonly holder: string,
  ) {}

  /** The leases held now; renews those of mine and takes those that nobody has, every 2.5 s. */
  async hold(nowMs: number): Promise<readonly Lease[]> {
    if (nowMs < this.renewAt && this.held.length > 0) return this.held
    await this.prepare()
    const rows = await this.sql.query<{ shard: number; epoch: string }>(
      `update ${this.schema}.relay_lease
          set epoch = case when holder = $2 and expires_at > now() then epoch else epoch + 1 end,
              holder = $2, expires_at = now() + interval '${seconds} seconds'
        where shard = any($1) and (holder = $2 or expires_at < now()) returning shard, epoch`,
      [this.shards, this.holder],
    )
    this.held = rows.map(({ shard, epoch }) => ({ shard, epoch, covers: shard === numberingShard ? 'all' : shard }))
    this.renewAt = nowMs + (seconds * 1000) / 2
    return this.held
  }

  /** Asks again at the next {@link hold}. */
  forget(): void {
    this.held = []
  }

  async release(): Promise<void> {
    this.held = []
    await this.sql.query(
      `update ${this.schema}.relay_lease set expires_at = '-infinity' where shard = any($1) and holder = $2`,
      [this.shards, this.holder],
    )
  }

  private async prepare(): Promise<void> {
    if (this.isPrepared) return
    await this.sql.query(
      `insert into ${this.schema}.relay_lease (shard) select unnest($1::smallint[]) on conflict do nothing`,
      [this.shards],
    )
    this.isPrepared = true
  }
}
