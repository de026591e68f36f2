import { parseArgs } from 'node:util'
import { resolveInProcess } from '../bench/resolve-in-process.js'
import { sizeOf } from '../bench/size-of.js'
import { WrongUse } from '../wrong-use.js'

/** What `--help` prints. */
export const usage = `Usage: waymark bench resolve --in-process [options]

Fills an index in this process with invented children and resolves records against it, on one core.

  --children N    children held: 10k, 1m, 12m or a number; else a million
  --queries N     records asked for; else 20,000
  --seed N        of the invented children; else 1
  --json          prints the measure as JSON

Run node with --expose-gc for a figure of memory, and with --max-old-space-size=8192 for 12 million children. On Linux
GLIBC_TUNABLES=glibc.malloc.hugetlb=1 gives the index large pages, as 'waymark bench' does for P1.`

/**
 * Measures resolving in memory.
 *
 * @returns 0 when it could be measured, whatever the figures are
 * @throws WrongUse
 */
export function benchResolve(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'in-process': { type: 'boolean', default: false },
      children: { type: 'string', default: '1m' },
      queries: { type: 'string', default: '20k' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const sizes = { children: sizeOf(values.children), queries: sizeOf(values.queries), seed: Number(values.seed) }
  if (!values['in-process']) throw new WrongUse('--in-process is missing: over HTTP it is bench --only P2')
  for (const [name, size] of Object.entries(sizes))
    if (!(size > 0)) throw new WrongUse(`--${name} takes a number: 20000, 100k or 12m`)
  const measured = resolveInProcess(sizes, (line) => {
    console.error(`· ${line}`)
  })
  if (values.json) console.log(JSON.stringify(measured))
  else
    for (const [name, value] of Object.entries(measured)) console.log(`${name.padEnd(18)} ${rounded(value as number)}`)
  return Promise.resolve(0)
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4)
}
