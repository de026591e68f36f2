import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What `waymark bench` was asked to do. */
export interface BenchOptions {
  readonly out: string | undefined
  /** Tiny sizes: only that everything works. */
  readonly isSmoke: boolean
  /** Ids of the measures to make; undefined: all. */
  readonly only: ReadonlySet<string> | undefined
  /** Of the invented children and of every choice made by chance. */
  readonly seed: number
  /** Keep the temporary folder, with the programs' logs. */
  readonly keep: boolean
}

/** @throws on an unknown option or a seed that is no whole number */
export function readBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string' },
      smoke: { type: 'boolean', default: false },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed takes a whole number')
  return {
    out: values.out === undefined ? undefined : resolve(values.out),
    isSmoke: values.smoke,
    only: values.only === undefined ? undefined : new Set(values.only.split(',').map((id) => id.trim())),
    seed,
    keep: values.keep,
  }
}
