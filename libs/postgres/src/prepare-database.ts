import pg from 'pg'
import { keysSchema } from './keys-schema.js'
import { programRole, programs, schemas, serviceRoles } from './roles.js'

/**
 * Makes an empty database ready for migrations: a login role per program, the schemas, and the schema `keys`.
 *
 * May be run again at any time; roles that exist get `password`. Roles belong to the whole server, the rest to the
 * database of `adminUrl`.
 *
 * @param adminUrl - connects as a role that may create roles and schemas
 * @throws when a service role has powers that would void row-level security
 */
export async function prepareDatabase(adminUrl: string, options: { readonly password: string }): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'waymark-prepare' })
  await client.connect()
  try {
    for (const program of programs) await prepareRole(client, programRole(program), options.password)
    await refusePowerfulRoles(client)
    for (const schema of schemas) await client.query(`create schema if not exists ${schema}`)
    const roles = serviceRoles.join(', ')
    await client.query(`grant usage on schema ${schemas.join(', ')} to ${roles}`)
    await client.query('revoke create on schema public from public')
    for (const statement of keysSchema(roles)) await client.query(statement)
  } finally {
    await client.end()
  }
}

/**
 * Creates a database unless the server has one of that name.
 *
 * @returns the URL of that database, with the user and password of `adminUrl`
 */
export async function createDatabase(adminUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'waymark-prepare' })
  await client.connect()
  try {
    await ignoring('42P04', client.query(`create database ${pg.escapeIdentifier(name)}`))
  } finally {
    await client.end()
  }
  return Object.assign(new URL(adminUrl), { pathname: `/${name}` }).href
}

async function prepareRole(client: pg.Client, role: string, password: string): Promise<void> {
  const login = `login password ${pg.escapeLiteral(password)}`
  await ignoring('42710', client.query(`create role ${role} ${login}`))
  await again(() => client.query(`alter role ${role} ${login} connection limit -1`))
}

/** Two programs that prepare databases of one server at once meet in the shared catalogue. */
async function again(attempt: () => Promise<unknown>, left = 10): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    if (left === 0 || !(error instanceof pg.DatabaseError) || error.code !== 'XX000') throw error
    await new Promise((resolve) => setTimeout(resolve, 50))
    await again(attempt, left - 1)
  }
}

async function refusePowerfulRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    'select rolname from pg_catalog.pg_roles where rolname = any($1) and (rolsuper or rolbypassrls or rolcreaterole)',
    [serviceRoles],
  )
  const [first] = rows
  if (first)
    throw new Error(`Role ${first.rolname} is a superuser, bypasses row security or makes roles: take that away`)
}

async function ignoring(code: string, attempt: Promise<unknown>): Promise<void> {
  try {
    await attempt
  } catch (error) {
    const known = error instanceof pg.DatabaseError && (error.code === code || error.code === '23505')
    if (!known) throw error
  }
}
