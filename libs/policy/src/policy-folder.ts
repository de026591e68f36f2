import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicyFile } from './policy-text.js'

/**
 * Reads the schema and every policy of a folder, as {@link loadPolicies} takes them.
 *
 * @param folder - `schemas/policy`, relative to the root from which programs run
 */
export function policiesIn(folder: string): { readonly schema: string; readonly policies: readonly PolicyFile[] } {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const files = readdirSync(folder).filter((file) => file.endsWith('.cedar'))
  return { schema: read('schema.cedarschema'), policies: files.map((file) => ({ file, text: read(file) })) }
}
