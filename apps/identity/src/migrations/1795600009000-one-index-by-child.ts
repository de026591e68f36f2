import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Profiles of a child are found by `profile_digest_key (child_id, digest)`; an index of the first column alone was written for nothing. */
export class OneIndexByChild1795600009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index identity.profile_child_idx')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index profile_child_idx on identity.profile (child_id)')
  }
}
