import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_safeguarding'
const identity = 'waymark_identity'

/** What `identity` asks of this program, and the right to let rows follow their child. */
const statements = [
  // One number, whatever it comes from: nobody can read a reason out of it.
  `create view safeguarding.attention_v as
    select s.child_id, 1 - power(0.5::float8, count(*)) as attention from (
      select f.child_id from safeguarding.flag_now f where f.until is null or f.until > now()
      union all
      select h.child_id from safeguarding.handover h where h.state = 'overdue') s
     group by s.child_id`,
  `create view safeguarding.bank_holiday_v as
    select first_day, last_day from safeguarding.calendar_period where area = 'england' and kind = 'bank-holiday'`,
  `grant select on safeguarding.attention_v, safeguarding.bank_holiday_v to ${identity}`,
  `grant execute on function safeguarding.hub_now() to ${identity}`,
  `grant update (child_id) on safeguarding.obligation to ${role}`,
]

export class IdentityChanges1795200003100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`revoke update (child_id) on safeguarding.obligation from ${role}`)
    await runner.query(`revoke execute on function safeguarding.hub_now() from ${identity}`)
    await runner.query('drop view safeguarding.bank_holiday_v, safeguarding.attention_v')
  }
}
