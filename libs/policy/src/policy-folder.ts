import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicySources } from './policy-set.js'
import type { ReadPolicySet } from './read-policy-set.js'

/** What `waymark generate` writes into the folder. */
const readFile = 'policies.generated.json'

/**
 * Reads the schema and every policy of a folder, and what was made of them before, as {@link loadPolicies} takes them.
 *
 * @param folder - `schemas/policy`, relative to the root from which programs run
 */
export function policiesIn(folder: string): PolicySources {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const files = readdirSync(folder)
  const policies = files.filter((file) => file.endsWith('.cedar')).map((file) => ({ file, text: read(file) }))
  const before = files.includes(readFile) && { read: JSON.parse(read(readFile)) as ReadPolicySet }
  return { schema: read('schema.cedarschema'), policies, ...before }
}
