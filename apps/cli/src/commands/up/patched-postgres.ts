/** The first release of each line in which row-level security holds (CVE-2026-120154, -16237, -120141). */
const patched: Readonly<Record<number, number>> = { 15: 20, 16: 16, 17: 12, 18: 7 }

/**
 * What to say of a PostgreSQL of this version (`18.4`, `17.12`), if anything: in older ones a role can read rows past
 * row-level security, which only invented children may be exposed to.
 */
export function warningOfPostgres(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const first = patched[major]
  if (first === undefined ? major > 18 : minor >= first) return undefined
  return `  PostgreSQL ${version} lets a role read past row-level security: for invented children only. Deployments need 18.7, 17.12, 16.16 or 15.20, or later.`
}
