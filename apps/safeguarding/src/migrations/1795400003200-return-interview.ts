import type { MigrationInterface, QueryRunner } from 'typeorm'

/** A child who was missing is offered an interview by its council. */
export class ReturnInterview1795400003200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `insert into safeguarding.clock_rule (kind, version, amount, unit, source, valid_from) values
        ('return-interview', 1, 3, 'days', 'guidance on children who go missing: 72 hours (unverified)', '2026-01-01')`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from safeguarding.clock_rule where kind = 'return-interview'`)
  }
}
