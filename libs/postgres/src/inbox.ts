import { serviceRoles } from './roles.js'

/**
 * The tables of an idempotent consumer, for a migration to create, with the grants of `role`.
 *
 * `consumer_offset` moves by compare-and-set, `inbox` drops repeats, `lane_progress` holds the order of each lane,
 * `parked_subject` halts one child and `parked_event` keeps what arrives for it meanwhile. The views `inbox_seen` and
 * `reader_progress` tell the relays of other programs what this one has: ids, offsets and nothing else.
 */
export function inboxTables(schema: string, role: string): string[] {
  return [
    // Few rows, each moved with every batch: with room on its page a row is changed in its place, and no index learns of it.
    `create table ${schema}.consumer_offset (
      grp text not null,
      topic text not null,
      part smallint not null,
      next bigint not null,
      at timestamptz not null default now(),
      constraint consumer_offset_pkey primary key (grp, topic, part)) with (fillfactor = 10)`,
    // The id leads, so that inbox_seen answers for one id whatever the group.
    `create table ${schema}.inbox (
      event_id uuid not null,
      grp text not null,
      constraint inbox_pkey primary key (event_id, grp))`,
    `create table ${schema}.lane_progress (
      grp text not null,
      topic text not null,
      lane bytea not null,
      last_seq bigint not null,
      constraint lane_progress_pkey primary key (grp, topic, lane)) with (fillfactor = 80)`,
    ...parkingTables(schema),
    `create view ${schema}.inbox_seen as select event_id from ${schema}.inbox`,
    `create view ${schema}.reader_progress as
       select topic, part, min(next) as next from ${schema}.consumer_offset group by topic, part`,
    `grant select on ${schema}.inbox_seen, ${schema}.reader_progress to ${serviceRoles.join(', ')}`,
    `grant select, insert, update on ${schema}.consumer_offset, ${schema}.lane_progress to ${role}`,
    `grant select, insert on ${schema}.inbox to ${role}`,
    `grant select, insert, update, delete on ${schema}.parked_subject, ${schema}.parked_event to ${role}`,
  ]
}

function parkingTables(schema: string): string[] {
  return [
    `create table ${schema}.parked_subject (
      grp text not null,
      lane bytea not null,
      class text not null,
      code text not null,
      since timestamptz not null default now(),
      constraint parked_subject_pkey primary key (grp, lane))`,
    // A key of its own: offsets begin anew with a topic that was made anew.
    `create table ${schema}.parked_event (
      pos bigint generated always as identity constraint parked_event_pkey primary key,
      grp text not null,
      topic text not null,
      part smallint not null,
      kafka_offset bigint not null,
      lane bytea not null,
      key bytea not null,
      headers jsonb not null,
      value bytea not null,
      code text not null,
      attempts integer not null default 1,
      first_failed_at timestamptz not null default now())`,
    `create index parked_event_lane_idx on ${schema}.parked_event (grp, lane, pos)`,
  ]
}
