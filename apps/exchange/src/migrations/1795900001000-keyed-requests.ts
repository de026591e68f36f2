import type { MigrationInterface, QueryRunner } from 'typeorm'
import { keyedRequestTable } from '#libs/postgres'

/** Requests that came with an Idempotency-Key. */
export class KeyedRequests1795900001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of keyedRequestTable('exchange', 'waymark_exchange')) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table exchange.keyed_request')
  }
}
