import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What was sent about a child follows it when it is joined with another, or turns out to be two. */
export class IdentityChanges1795325400100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('grant update (child) on exchange.delivery to waymark_exchange')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke update (child) on exchange.delivery from waymark_exchange')
  }
}
