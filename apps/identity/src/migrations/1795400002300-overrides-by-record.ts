import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What people said of records, from the side of each: read whenever a record is revised. */
export class OverridesByRecord1795400002300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('Decisions about children are not taken away'))
  }
}

const statements = [
  `create view identity.override_side_v as
    select a.source_record_id, o.kind, o.scope, l.child_id as other_child, s.source as other_source
      from identity.override_record a
      join identity.override o on o.id = a.override_id and o.ended_at is null and (o.expires_at is null or o.expires_at > now())
      join identity.override_record b on b.override_id = o.id and b.side <> a.side
      join identity.link l on l.source_record_id = b.source_record_id and l.valid_to is null
      join identity.source_record s on s.id = b.source_record_id`,
  'grant select on identity.override_side_v to waymark_identity',
]
