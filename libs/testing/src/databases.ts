import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { programRole } from '#libs/postgres'
import { testServer, type TestServer } from './test-server.js'

/** A database of one test file. */
export interface TestDatabase {
  /** Connects as superuser, who owns all tables: for arranging and looking, not for the code under test. */
  readonly adminUrl: string
  /** Connects as a program does: with its role, and its role's rights only. */
  urlOf(program: string): string
  /** Ends open sessions and drops the database. */
  drop(): Promise<void>
}

/**
 * A new database in which the migrations of every program have run, as `npm run build` last saw them.
 *
 * @throws the error of the migration that failed
 */
export function waymarkDatabase(): Promise<TestDatabase> {
  const server = testServer()
  if (server.fault) throw new Error(`The migrations failed: ${server.fault}`)
  return cloneOf(server, server.full)
}

/** A new database with the service roles, their empty schemas and the schema `keys`. */
export function emptyDatabase(): Promise<TestDatabase> {
  const server = testServer()
  return cloneOf(server, server.empty)
}

async function cloneOf(server: TestServer, template: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`
  await asAdmin(server, `create database ${name} template ${template}`)
  const url = (user: string, password: string) =>
    Object.assign(new URL(server.adminUrl), { username: user, password, pathname: `/${name}` }).href
  return {
    adminUrl: Object.assign(new URL(server.adminUrl), { pathname: `/${name}` }).href,
    urlOf: (program) => url(programRole(program), server.password),
    drop: () => asAdmin(server, `drop database ${name} with (force)`),
  }
}

async function asAdmin(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client(server.adminUrl)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
