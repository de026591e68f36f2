import { parseArgs } from 'node:util'
import { generate } from '../kidsbench/generate.js'

const usage = `Usage: waymark kidsbench generate --children 10k|100k|1m|12m|16m|N --out FOLDER [--seed 7]

Invents children and the records that five kinds of agency keep of them, with the truth about who is who.
The columns are told in docs/kidsbench.md; every rate stands in schemas/kidsbench/rates.json.`

/** Invents labelled records of invented children, for benchmarks and demonstrations. */
export async function kidsbench(args: readonly string[]): Promise<number> {
  const [action, ...rest] = args
  const { values } = parseArgs({
    args: rest,
    options: {
      children: { type: 'string' },
      seed: { type: 'string', default: '7' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [children, seed] = [readCount(values.children), readCount(values.seed)]
  if (
    action !== 'generate' ||
    values.help ||
    children === undefined ||
    seed === undefined ||
    values.out === undefined
  ) {
    console.error(usage)
    return values.help || action === '--help' ? 0 : 2
  }
  write({ children, seed }, values.out)
  return Promise.resolve(0)
}

function write(world: { readonly children: number; readonly seed: number }, folder: string): void {
  const began = process.hrtime.bigint()
  const seconds = () => Number(process.hrtime.bigint() - began) / 1e9
  const step = Math.max(10_000, Math.floor(world.children / 200_000) * 10_000)
  const made = generate(world, folder, (children) => {
    if (children % step < 10_000)
      console.error(`· ${children} of ${world.children} children, ${seconds().toFixed(0)} s`)
  })
  console.error(
    `· ${made.records} records of ${made.children} children in ${seconds().toFixed(1)} s (${Math.round(made.records / seconds())} a second)`,
  )
  for (const [file, sha256] of Object.entries(made.sha256)) console.log(`${sha256}  ${file}`)
}

/** Reads `10k`, `1m` or a plain number. */
function readCount(text: string | undefined): number | undefined {
  const read = /^(\d{1,9})([km]?)$/i.exec(text ?? '')
  if (!read) return undefined
  const times = { '': 1, k: 1000, m: 1_000_000 }[(read[2] ?? '').toLowerCase()] ?? 1
  return Number(read[1]) * times
}
