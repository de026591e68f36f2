import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Bank holidays of England and Wales, as GOV.UK lists them; substitute days stand for those that fall on a weekend. */
const bankHolidays: readonly (readonly [string, string])[] = [
  ['2026-01-01', 'New Year’s Day'],
  ['2026-04-03', 'Good Friday'],
  ['2026-04-06', 'Easter Monday'],
  ['2026-05-04', 'Early May bank holiday'],
  ['2026-05-25', 'Spring bank holiday'],
  ['2026-08-31', 'Summer bank holiday'],
  ['2026-12-25', 'Christmas Day'],
  ['2026-12-28', 'Boxing Day (substitute)'],
  ['2027-01-01', 'New Year’s Day'],
  ['2027-03-26', 'Good Friday'],
  ['2027-03-29', 'Easter Monday'],
  ['2027-05-03', 'Early May bank holiday'],
  ['2027-05-31', 'Spring bank holiday'],
  ['2027-08-30', 'Summer bank holiday'],
  ['2027-12-27', 'Christmas Day (substitute)'],
  ['2027-12-28', 'Boxing Day (substitute)'],
  ['2028-01-03', 'New Year’s Day (substitute)'],
  ['2028-04-14', 'Good Friday'],
  ['2028-04-17', 'Easter Monday'],
  ['2028-05-01', 'Early May bank holiday'],
  ['2028-05-29', 'Spring bank holiday'],
  ['2028-08-28', 'Summer bank holiday'],
  ['2028-12-25', 'Christmas Day'],
  ['2028-12-26', 'Boxing Day'],
]

/** Common holiday weeks, for areas that load no calendar of their own: a council's own dates go before these. */
const schoolHolidays: readonly (readonly [string, string, string])[] = [
  ['2026-07-22', '2026-09-01', 'Summer 2026'],
  ['2026-10-26', '2026-10-30', 'Autumn half-term 2026'],
  ['2026-12-21', '2027-01-01', 'Christmas 2026'],
  ['2027-02-15', '2027-02-19', 'Spring half-term 2027'],
  ['2027-03-26', '2027-04-09', 'Easter 2027'],
  ['2027-05-31', '2027-06-04', 'Summer half-term 2027'],
  ['2027-07-22', '2027-09-01', 'Summer 2027'],
  ['2027-10-25', '2027-10-29', 'Autumn half-term 2027'],
  ['2027-12-20', '2028-01-03', 'Christmas 2027'],
  ['2028-02-14', '2028-02-18', 'Spring half-term 2028'],
  ['2028-04-03', '2028-04-17', 'Easter 2028'],
  ['2028-05-29', '2028-06-02', 'Summer half-term 2028'],
  ['2028-07-22', '2028-09-01', 'Summer 2028'],
]

const insert = `insert into safeguarding.calendar_period (area, kind, first_day, last_day, label) values ('england', $1, $2, $3, $4)`

export class CalendarOfEngland1795200003002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [day, label] of bankHolidays) await runner.query(insert, ['bank-holiday', day, day, label])
    for (const [first, last, label] of schoolHolidays)
      await runner.query(insert, ['school-holiday', first, last, label])
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from safeguarding.calendar_period where area = 'england'`)
  }
}
