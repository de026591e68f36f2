import { readFileSync } from 'node:fs'
import { parseWitnessPolicy, type WitnessPolicy } from '#libs/tlog'

/** The text of a file that a person named; `what` says in the error what was missing. */
export function readNamed(file: string | undefined, what: string): string {
  if (file === undefined) throw new Error(`${what} is not given; see waymark verify --help`)
  return readFileSync(file, 'utf8')
}

/** The logs and witnesses that a person chose to trust. */
export function readPolicy(file: string): WitnessPolicy {
  return parseWitnessPolicy(readNamed(file, 'the witness policy'))
}
