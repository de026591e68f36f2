import { policiesIn, readPolicySet, textOfReadPolicySet } from '#libs/policy'
import type { GeneratedFile } from './written.js'

const folder = 'schemas/policy'

/**
 * What Cedar makes of the policies: programs take it instead of reading them again when they start.
 *
 * @throws PolicyFault when a policy does not stand as it must
 */
export function policiesFile(): GeneratedFile {
  return { path: `${folder}/policies.generated.json`, text: textOfReadPolicySet(readPolicySet(policiesIn(folder))) }
}
