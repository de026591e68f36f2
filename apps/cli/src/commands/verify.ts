import { parseArgs } from 'node:util'
import { verifyConsistencyOf } from './verify/consistency.js'
import { DoesNotHold, type Finding } from './verify/finding.js'
import { verifyFork } from './verify/fork.js'
import { verifyLog } from './verify/fsck.js'
import { verifyProof } from './verify/proof.js'
import { verifyRows } from './verify/diff.js'
import { reconcile } from './verify/reconcile.js'

interface VerifyOptions {
  readonly policy: string
  readonly record?: string
  readonly receipt?: string
  readonly log?: string
  readonly out?: string
  readonly rows?: string
  readonly agency?: string
}

type Check = (files: readonly string[], options: VerifyOptions) => Promise<Finding>

/** What `--help` prints. */
export const usage = `Usage: waymark verify <check> [files] [--policy FILE]

  proof FILE.tlog-proof --record OPENING.json and/or --receipt RECEIPT.json
                            an access record is in the log, and witnesses saw it there; needs no network
  consistency OLD NEW --log ADDRESS-OR-FOLDER
                            the newer checkpoint continues the older one
  fsck --log ADDRESS-OR-FOLDER [--checkpoint FILE] [--rows ROWS.ndjson]
                            every tile and the root, recomputed from the entries; with exported records of the whole
                            log, every commitment too: which are altered, missing, or there twice. Of the log as it was
                            at that checkpoint: waymark access-log export keeps it beside the records
  diff ROWS.ndjson --log ADDRESS-OR-FOLDER
                            which exported records are not the ones that were logged
  reconcile OWN ROWS.ndjson [--agency ID]
                            an agency's own log of answered requests, an x-request-id a line (or JSON with requestId),
                            against exported records: what is there only was not logged here; what is here only they did
                            not log, or somebody else used their credential. Take both of one period, and check the
                            records with diff
  fork ONE TWO [--out FILE] two checkpoints of one log that cannot both be true; FILE keeps both, to be shown to others

  --policy FILE             witness policy (C2SP tlog-policy); default .data/keys/witness-policy.txt

Exit code: 0 everything holds, 1 something does not, 2 it could not be checked, or wrong use.`

const checks: Readonly<Record<string, Check>> = {
  proof: verifyProof,
  consistency: verifyConsistencyOf,
  fsck: verifyLog,
  diff: verifyRows,
  reconcile,
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
      rows: { type: 'string' },
      checkpoint: { type: 'string' },
      agency: { type: 'string' },
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
