import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Database, serviceRoles } from '#libs/postgres'
import { emptyDatabase, waymarkDatabase, type TestDatabase } from './databases.js'

const tables = `
  select r.rolname as role, n.nspname as schema, c.relname as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   cross join pg_catalog.pg_roles r
   where n.nspname in ('auth', 'identity', 'safeguarding', 'exchange', 'audit', 'keys')
     and r.rolname = any ($1) and c.relkind in ('r', 'p')`

describe('the database of the hub, after every migration', () => {
  let files: TestDatabase
  let admin: Database

  beforeAll(async () => {
    files = await waymarkDatabase()
    admin = await Database.open({ url: files.adminUrl, poolSize: 1 })
  })
  afterAll(async () => {
    await admin.close()
    await files.drop()
  })

  it('has tables in every schema', async () => {
    const rows = await admin.query<{ schema: string }>(`select distinct schema from (${tables}) t order by 1`, [
      serviceRoles,
    ])
    const schemas = rows.map(({ schema }) => schema)
    expect(schemas).toEqual(['audit', 'auth', 'exchange', 'identity', 'keys', 'safeguarding'])
  })

  it('lets no program touch a table of another, whatever views it may read', async () => {
    const foreign = await admin.query(
      `select * from (${tables}) t where 'waymark_' || schema <> role
          and has_table_privilege(role, format('%I.%I', schema, name), 'select, insert, update, delete, truncate, trigger, references')`,
      [serviceRoles],
    )
    expect(foreign).toEqual([])
  })

  it('lets no program own, empty or build anything', async () => {
    const owned = await admin.query(
      `select c.relname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner where r.rolname = any ($1)`,
      [serviceRoles],
    )
    const emptied = await admin.query(
      `select * from (${tables}) t where has_table_privilege(role, format('%I.%I', schema, name), 'truncate, trigger')`,
      [serviceRoles],
    )
    const built = await admin.query(
      `select r.rolname, n.nspname from pg_catalog.pg_namespace n cross join pg_catalog.pg_roles r
        where r.rolname = any ($1) and has_schema_privilege(r.rolname, n.nspname, 'create') and n.nspname !~ '^pg_'`,
      [serviceRoles],
    )
    expect([owned, emptied, built]).toEqual([[], [], []])
  })

  it('is a copy of its own for each file, and goes when dropped', async () => {
    const other = await emptyDatabase()
    expect(other.adminUrl).not.toBe(files.adminUrl)
    const left = await Database.open({ url: other.urlOf('audit'), poolSize: 1 })
    await other.drop()
    await expect(left.query('select 1')).rejects.toThrow()
    await left.close()
  })
})
