import { createHash } from 'node:crypto'
import type { QueryConfig } from 'pg'

const names = new Map<string, string>()
const mostNames = 500
const shortestText = 120

/**
 * A statement as `pg` takes it. One that has parameters and takes time to plan gets a name, under which each connection
 * parses it once and PostgreSQL may keep its plan; planning costs as much as running for statements like that of ingest.
 * Texts are constants of the code; should they ever be made up, the rest stays unnamed.
 */
export function statementOf(text: string, params: readonly unknown[]): QueryConfig {
  const values = [...params]
  const name = params.length > 0 && text.length >= shortestText ? nameOf(text) : undefined
  return name === undefined ? { text, values } : { name, text, values }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= mostNames) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
  names.set(text, name)
  return name
}
