import { parseArgs } from 'node:util'
import { measureLearning } from '../bench/learning.js'
import { sizeOf } from '../bench/size-of.js'
import { WrongUse } from '../wrong-use.js'

/** What `--help` prints. */
export const usage = `Usage: waymark bench learn [options]

Has a model learned from invented records in a thread, as identity has it, while records are resolved in memory, 200 a
second, in the thread beside it. Reading the records from a database is not part of it.

  --records N  records to learn from: 50k, 1m or a number; else a million
  --seed N     of the invented children and of what is drawn; else 1
  --json       prints the measure as JSON`

/**
 * Measures learning a model.
 *
 * @returns 0 when it could be measured, whatever the figures are
 * @throws WrongUse
 */
export async function benchLearn(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '1m' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const [records, seed] = [sizeOf(values.records), Number(values.seed)]
  if (!(records >= 2)) throw new WrongUse('--records takes a number from 2 on: 50k or 1m')
  if (!Number.isSafeInteger(seed)) throw new WrongUse('--seed takes a whole number')
  const measured = await measureLearning({ records, seed }, (line) => {
    console.error(`· ${line}`)
  })
  if (values.json) console.log(JSON.stringify(measured))
  else
    for (const [name, value] of Object.entries(measured)) console.log(`${name.padEnd(16)}${rounded(value as number)}`)
  return 0
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4)
}
