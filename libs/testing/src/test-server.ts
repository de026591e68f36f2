/** What the set-up tells the test files, through the environment. */
export interface TestServer {
  /** Of a superuser. */
  readonly adminUrl: string
  /** Of every service role. */
  readonly password: string
  /** Template with roles, schemas and `keys`. */
  readonly empty: string
  /** Template with the migrations of every program as well. */
  readonly full: string
  /** Why the migrations failed; empty when they did not. */
  readonly fault: string
}

/** The server of this worker of Jest. */
export function testServer(): TestServer {
  const servers = JSON.parse(process.env['WAYMARK_TEST_SERVERS'] ?? '[]') as readonly TestServer[]
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) - 1
  const server = servers[worker % servers.length]
  if (!server) throw new Error('Name the file *.db.spec.ts, and run: npm test -- --selectProjects db')
  return server
}
