import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What leads to a profile is found from it: whoever takes one away, as every change of children does, read all keys and all
 * versions of records for each (6 ms with 20,000 children, .2 now), and every key once more to lock those of the child.
 */
export class FoundFromProfiles1796000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index block_key_profile_idx on identity.block_key (profile_id)')
    await runner.query(
      'create index record_version_profile_idx on identity.record_version (profile_id) where profile_id is not null',
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index identity.record_version_profile_idx')
    await runner.query('drop index identity.block_key_profile_idx')
  }
}
