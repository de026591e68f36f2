import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Database } from '#libs/postgres'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'
import { RegistrationRepository } from './registration.repository.js'

let test: TestDatabase
let admin: Database
let gateway: Database

beforeAll(async () => {
  test = await waymarkDatabase()
  admin = await Database.open({ url: test.adminUrl })
  gateway = await Database.open({ url: test.urlOf('gateway') })
})
afterAll(async () => {
  await gateway.close()
  await admin.close()
  await test.drop()
})

it('the agencies that an answer covers are those that are active and have an agreement in force', async () => {
  for (const id of [
    'one-school',
    'ended-school',
    'renewed-school',
    'future-school',
    'no-agreement-school',
    'closed-school',
  ])
    await admin.query(
      `insert into auth.agency (agency_id, name, kind, services, organisation_system, organisation_value, areas, phone, out_of_hours_phone, status)
       values ($1, $1, 'school', '{}', 'urn:waymark:agency', $1, '{}', '01632 960110', '01632 960118', $2)`,
      [id, id === 'closed-school' ? 'disabled' : 'active'],
    )
  const agreed = (id: string, agency: string, from: string, ended: string | null = null) =>
    admin.query(
      `insert into exchange.agreement (agreement_id, version, agency_id, body, valid_from, ended_at, ended_by, ended_because)
       values ($1, 1, $2, '{}', $3, $4, $5, $5)`,
      [id, agency, from, ended, ended && 'test'],
    )
  const [past, since, ahead] = ['2026-01-01', '2026-02-01', '2099-01-01']
  await agreed('one', 'one-school', past)
  await agreed('ended', 'ended-school', past, since)
  await agreed('before', 'renewed-school', past, since)
  await agreed('now', 'renewed-school', since)
  await agreed('ahead', 'future-school', ahead)
  await agreed('closed', 'closed-school', past)
  const { coverage } = await new RegistrationRepository(gateway).read()
  expect(coverage).toEqual({ school: ['one-school', 'renewed-school'] })
})
