import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { WrongUse } from '../wrong-use.js'
import { sizeOf } from './size-of.js'

/** What `waymark bench` was asked to do. */
export interface BenchOptions {
  readonly out: string | undefined
  /** Tiny sizes: only that everything works. */
  readonly isSmoke: boolean
  /** Ids of the measures to make; undefined: all. */
  readonly only: ReadonlySet<string> | undefined
  /** Of the invented children and of every choice made by chance. */
  readonly seed: number
  /** Children held while records are resolved, instead of a million. */
  readonly held: number | undefined
  /** Children in the index that is measured in memory, instead of the usual number. */
  readonly indexed: number | undefined
  /** Keep the temporary folder, with the programs' logs. */
  readonly keep: boolean
}

/** What `--help` prints. */
export const usage = `Usage: waymark bench [options]
       waymark bench linkage --data FILE --truth COLUMN [options]
       waymark bench resolve --in-process [--children N] [--queries N] [--seed N] [--json]
       waymark bench learn [--records N] [--seed N] [--json]
       waymark bench alike [--pairs N] [--seed N] [--json]

Measures a hub of its own, in a temporary folder on free ports, against ceilings of the same run. \`bench linkage\`
measures linking a labelled CSV file (see its --help), \`bench resolve\` resolving in memory, in one process, \`bench learn\`
how long a model is learned, \`bench alike\` whether protected children can be told from unknown ones by the clock.

  --out FILE      writes the figures as JSON
  --only P4,P7    these measures alone
  --seed N        of the invented children and of every choice made by chance; else 1
  --held N        children held while records are resolved (P2, P3); else a million
  --children N    children in the index measured in memory (P1, P11, P12): 12m, say; else 1.2 million
  --smoke         tiny sizes: only that everything works
  --keep          leaves the temporary folder, with the programs' logs`

/** @throws on an unknown option or a seed that is no whole number */
export function readBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string' },
      smoke: { type: 'boolean', default: false },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      held: { type: 'string' },
      children: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { out, only, held, children } = values
  return {
    out: out === undefined ? undefined : resolve(out),
    isSmoke: values.smoke,
    only: only === undefined ? undefined : new Set(only.split(',').map((id) => id.trim())),
    held: held === undefined ? undefined : heldOf(held),
    indexed: children === undefined ? undefined : indexedOf(children),
    seed: seedOf(values.seed),
    keep: values.keep,
  }
}

function heldOf(text: string): number {
  const held = sizeOf(text)
  if (!(held > 0)) throw new WrongUse('--held takes a whole number, 100k or 1m')
  return held
}

function indexedOf(text: string): number {
  const indexed = sizeOf(text)
  if (!(indexed > 0)) throw new WrongUse('--children takes a whole number, 100k or 12m')
  return indexed
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new WrongUse('--seed takes a whole number')
  return seed
}
