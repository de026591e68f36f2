import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_identity'

/** Profiles of an earlier normaliser are found child by child, and may say something else. */
export class ProfilesMadeAnew1796000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index profile_normaliser_idx on identity.profile (normaliser, child_id)')
    await runner.query(`grant update (digest, normaliser, sealed, key_id) on identity.profile to ${role}`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`revoke update (digest, normaliser, sealed, key_id) on identity.profile from ${role}`)
    await runner.query('drop index identity.profile_normaliser_idx')
  }
}
