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

export function testServer(): TestServer {
  const text = process.env['WAYMARK_TEST_SERVER']
  if (!text) throw new Error('Name the file *.db.spec.ts, and run: npm test -- --selectProjects db')
  return JSON.parse(text) as TestServer
}
