import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { childrenIn, evaluate, modelFor } from '../kidsbench/evaluate/evaluate.js'
import { tableOf } from '../kidsbench/evaluate/report.js'
import { generate } from '../kidsbench/generate.js'
import { WrongUse } from '../wrong-use.js'

/** What `--help` prints. */
export const usage = `Usage: waymark kidsbench generate --children 10k|100k|1m|12m|16m|N --out FOLDER [--seed 7]
       waymark kidsbench evaluate --data FOLDER [--reviews open|answered] [--population N] [--out REPORT.json]

generate  invents children and the records that five kinds of agency keep of them, with the truth about who is who
evaluate  plays them through the live policy, with reviews left open, then with reviews answered rightly before the
          next record arrives, or one of the two alone (a million children take half an hour each);
          by a hub that is made for as many children as the folder has, or for --population of them (England: 12m)

The columns are told in docs/kidsbench.md; every rate stands in schemas/kidsbench/rates.json.`

/** Invents labelled records of invented children, and measures the live policy on them. */
export function kidsbench([action = '', ...args]: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      children: { type: 'string' },
      seed: { type: 'string', default: '7' },
      out: { type: 'string' },
      data: { type: 'string' },
      population: { type: 'string' },
      reviews: { type: 'string' },
    },
  })
  const act = Object.hasOwn(actions, action) ? actions[action] : undefined
  if (act === undefined) throw new WrongUse('kidsbench is told to generate or to evaluate')
  return Promise.resolve(act(values))
}

interface Options {
  readonly children?: string
  readonly seed: string
  readonly out?: string
  readonly data?: string
  readonly population?: string
  readonly reviews?: string
}

const actions: Readonly<Record<string, (options: Options) => number>> = {
  generate: ({ children: many, seed: of, out }) => {
    const [children, seed] = [childrenOf('--children', many), readCount(of)]
    if (seed === undefined) throw new WrongUse('--seed takes a whole number')
    if (out === undefined) throw new WrongUse('--out FOLDER is missing')
    return write({ children, seed }, out)
  },
  evaluate: ({ data, population: of, reviews, out }) => {
    if (data === undefined) throw new WrongUse('--data FOLDER is missing')
    const passes = passesOf(reviews)
    const population = of === undefined ? childrenIn(data) : childrenOf('--population', of)
    return measure({ folder: data, population, passes }, out)
  },
}

interface Evaluation {
  readonly folder: string
  readonly population: number
  /** Whether reviews are answered, for each time that the records are played. */
  readonly passes: readonly boolean[]
}

function passesOf(reviews: string | undefined): readonly boolean[] {
  if (reviews === undefined) return [false, true]
  if (reviews !== 'open' && reviews !== 'answered') throw new WrongUse('--reviews takes open or answered')
  return [reviews === 'answered']
}

/** More children than any hub is made for would only fill the disk. */
const mostChildren = 20_000_000

function childrenOf(option: string, text: string | undefined): number {
  const many = readCount(text)
  if (many !== undefined && many > 0 && many <= mostChildren) return many
  throw new WrongUse(`${option} takes a number of children: 10k, 1m or 2500, up to 20m`)
}

function write(world: { readonly children: number; readonly seed: number }, folder: string): number {
  const seconds = stopwatch()
  const step = Math.max(10_000, Math.floor(world.children / 200_000) * 10_000)
  const made = generate(world, folder, (children) => {
    if (children % step < 10_000) say(`${children} of ${world.children} children, ${seconds().toFixed(0)} s`)
  })
  const rate = Math.round(made.records / seconds())
  say(`${made.records} records of ${made.children} children in ${seconds().toFixed(1)} s (${rate} a second)`)
  for (const [file, sha256] of Object.entries(made.sha256)) console.log(`${sha256}  ${file}`)
  return 0
}

function measure({ folder, population, passes }: Evaluation, out: string | undefined): number {
  console.log(`A hub for ${population} children\n`)
  const model = modelFor(folder, population)
  const runs = passes.map((isReviewed) => {
    const seconds = stopwatch()
    console.log(isReviewed ? '\nReviews answered rightly before the next record arrives' : 'Reviews left open')
    const told = (many: number) => {
      if (many % 100_000 === 0) say(`${many} submissions, ${seconds().toFixed(0)} s`)
    }
    const found = evaluate(folder, model, { isReviewed, told })
    console.log(tableOf(found))
    return found
  })
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(runs, null, 2)}\n`)
  return 0
}

function say(line: string): void {
  console.error(`· ${line}`)
}

function stopwatch(): () => number {
  const began = process.hrtime.bigint()
  return () => Number(process.hrtime.bigint() - began) / 1e9
}

/** Reads `10k`, `1m` or a plain number. */
function readCount(text: string | undefined): number | undefined {
  const read = /^(\d{1,9})([km]?)$/i.exec(text ?? '')
  if (!read) return undefined
  const times = { '': 1, k: 1000, m: 1_000_000 }[(read[2] ?? '').toLowerCase()] ?? 1
  return Number(read[1]) * times
}
