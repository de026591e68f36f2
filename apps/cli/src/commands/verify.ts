import { parseArgs } from 'node:util'
import { verifyConsistencyOf } from './verify/consistency.js'
import { DoesNotHold, type Finding } from './verify/finding.js'
import { verifyFork } from './verify/fork.js'
import { verifyLog } from './verify/fsck.js'
import { verifyProof } from './verify/proof.js'
import { verifyRows } from './verify/diff.js'

interface VerifyOptions {
  readonly policy: string
  readonly record?: string
  readonly receipt?: string
  readonly log?: string
  readonly out?: string
}

type Check = (files: readonly string[], options: VerifyOptions) => Promise<Finding>

/** What `--help` prints. */
export const usage = `Usage: waymark verify <check> [files] [--policy FILE]

  proof FILE.tlog-proof --record OPENING.json and/or --receipt RECEIPT.json
                            an access record is in the log, and witnesses saw it there; needs no network
  consistency OLD NEW --log ADDRESS-OR-FOLDER
                            the newer checkpoint continues the older one
  fsck --log ADDRESS-OR-FOLDER
                            every tile and the root, recomputed from the entries
  diff ROWS.ndjson --log ADDRESS-OR-FOLDER
                            which exported records are not the ones that were logged
  fork ONE TWO [--out FILE] two checkpoints of one log that cannot both be true; FILE keeps both, to be shown to others

  --policy FILE             witness policy (C2SP tlog-policy); default .data/keys/witness-policy.txt

Exit code: 0 everything holds, 1 something does not, 2 it could not be checked, or wrong use.`

const checks: Readonly<Record<string, Check>> = {
  proof: verifyProof,
  consistency: verifyConsistencyOf,
  fsck: verifyLog,
  diff: verifyRows,
  fork: verifyFork,
}

/** Checks evidence of the access log. It imports nothing of Waymark but `libs/tlog`, so that an outsider can read all of it. */
export async function verify(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      policy: { type: 'string', default: '.data/keys/witness-policy.txt' },
      record: { type: 'string' },
      receipt: { type: 'string' },
      log: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const [name = '', ...files] = positionals
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined
  if (check !== undefined) return report(name, () => check(files, values))
  console.error(usage)
  return 2
}

async function report(name: string, check: () => Promise<Finding>): Promise<number> {
  try {
    const { holds, lines } = await check()
    for (const line of lines) console.log(line)
    return holds ? 0 : 1
  } catch (error) {
    if (error instanceof DoesNotHold) {
      console.log(`✗ ${error.message}`)
      return 1
    }
    console.error(`waymark verify ${name}: ${error instanceof Error ? error.message : 'not possible'}`)
    return 2
  }
}
