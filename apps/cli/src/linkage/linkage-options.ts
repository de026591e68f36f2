import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Unusable } from './unusable.js'

/** What `waymark bench linkage` was asked to do. */
export interface LinkageOptions {
  readonly data: string
  readonly truth: string
  readonly truthPattern: RegExp | undefined
  readonly truthFile: string | undefined
  readonly id: string | undefined
  readonly schema: string | undefined
  readonly mode: 'batch' | 'online'
  readonly seed: number
  readonly threads: number
  readonly out: string | undefined
  readonly clustersOut: string | undefined
  readonly edgesOut: string | undefined
}

export const linkageUsage = `Usage: waymark bench linkage --data FILE --truth COLUMN [options]

Finds the records of one person in a CSV file, without labels, and measures the result. The truth column is read only
after the clusters were written. One configuration serves every file; thresholds are fixed (p >= .95 for edges, mean
evidence >= 0 bits for clusters).

  --data FILE           CSV (RFC 4180, UTF-8)
  --truth COLUMN        who each record really is
  --truth-pattern RE    the first group of it names the person, e.g. 'rec-(\\d+)'
  --truth-file FILE     the truth column is in this file, joined by record id
  --id COLUMN           record ids, else as the schema says, else rows are numbered from 1
  --schema NAME|FILE    febrl, historical, kidsbench or a mapping (docs/linkage.md); else recognised by the header
  --mode batch|online   all at once (default), or one record at a time
  --seed N              of sampling and of the order of arrivals; default 1
  --threads N           how many take part; no result depends on it; default: as many as there are processors
  --out FILE            the report as JSON
  --clusters-out FILE   record_id,cluster_id
  --edges-out FILE      id_l,id_r,match_probability

Exit code: 0 measured, whatever the figures are; 2 wrong use or unusable input.`

const options = {
  data: { type: 'string' },
  truth: { type: 'string' },
  'truth-pattern': { type: 'string' },
  'truth-file': { type: 'string' },
  id: { type: 'string' },
  schema: { type: 'string' },
  mode: { type: 'string', default: 'batch' },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string' },
  out: { type: 'string' },
  'clusters-out': { type: 'string' },
  'edges-out': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** @returns `undefined` when help was asked for. @throws Unusable naming the option that is missing or wrong */
export function readLinkageOptions(args: readonly string[]): LinkageOptions | undefined {
  const values = parse(args)
  if (values.help === true) return undefined
  const { data, truth, mode } = values
  if (data === undefined || truth === undefined) throw new Unusable('--data FILE and --truth COLUMN are needed')
  if (mode !== 'batch' && mode !== 'online') throw new Unusable('--mode takes batch or online')
  const seed = wholeNumber('--seed', values.seed, 0)
  const threads = wholeNumber('--threads', values.threads ?? String(availableParallelism()), 1)
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(file))
  return {
    data: resolve(data),
    truth,
    truthPattern: pattern(values['truth-pattern']),
    truthFile: path(values['truth-file']),
    id: values.id,
    schema: values.schema,
    mode,
    seed,
    threads,
    out: path(values.out),
    clustersOut: path(values['clusters-out']),
    edgesOut: path(values['edges-out']),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new Unusable(error instanceof Error ? error.message : 'unknown option')
  }
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= least) return number
  throw new Unusable(`${option} takes a whole number${least > 0 ? ` from ${least} on` : ''}`)
}

function pattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined
  try {
    return new RegExp(text, 'u')
  } catch {
    throw new Unusable('--truth-pattern is not a regular expression')
  }
}
