import type { MigrationInterface, QueryRunner } from 'typeorm'

/** So many are looked at of those that are in the log: whoever is behind has not read the first of them. */
const firstInLog = 500

/**
 * Accepted events that somebody has still to read, the oldest first: by this a reader knows that it is behind, though no
 * broker told it. An id begins with the time it was made.
 */
export class OnItsWay1795410002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create view exchange.on_its_way_v as
        select u.event_id, uuid_extract_timestamp(u.event_id) as since
          from generate_series(0, 3) as s (shard)
         cross join lateral (
           select event_id from exchange.outbox
            where shard = s.shard and published_at is null and topic = 'waymark.record-events.v1' order by pos limit 1) u
        union all
        select p.event_id, p.published_at
          from (select event_id, published_at from exchange.outbox
                 where topic = 'waymark.record-events.v1' and published_at is not null order by pos limit ${firstInLog}) p`,
    )
    await runner.query('grant select on exchange.on_its_way_v to waymark_safeguarding')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view exchange.on_its_way_v')
  }
}
