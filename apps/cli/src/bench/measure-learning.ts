import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { LearnMeasure } from './learning.js'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'

const run = promisify(execFile)

/** P15: a model is learned in a thread, in a program of its own, beside one that resolves. */
export async function measureModel({ sizes, seed, say }: Bench): Promise<readonly Figure[]> {
  say(`P15: a model is learned from ${String(sizes.learnedRecords)} records`)
  const { stdout } = await run(process.execPath, [
    ...[process.argv[1] ?? '', 'bench', 'learn', '--json'],
    ...['--records', String(sizes.learnedRecords), '--seed', String(seed)],
  ])
  const found = JSON.parse(stdout) as LearnMeasure
  const { records, candidatePairs, grownMiB, p99Before, p99Meanwhile } = found
  const grown = `${grownMiB.toFixed(0)} MiB beside the records`
  return [
    { id: 'P15', value: found.seconds, note: `${String(records)} records, ${String(candidatePairs)} pairs; ${grown}` },
    { id: 'P15.p99', value: p99Meanwhile, note: `${p99Before.toFixed(2)} ms before` },
  ]
}
