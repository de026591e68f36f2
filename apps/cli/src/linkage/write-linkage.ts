import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Linkage } from '#libs/matching'
import { probability } from './evaluate.js'
import { Unusable } from './unusable.js'

/** Pairs below this probability are not written. */
const leastProbability = 0.01

/** Writes `record_id,cluster_id`, records in the order of the file. */
export async function writeClusters(file: string, { clusterOf }: Linkage, ids: readonly string[]): Promise<void> {
  await writeLines(file, clusterLines(clusterOf, ids))
}

/** Writes `id_l,id_r,match_probability` of every pair that was scored and is not all but impossible. */
export async function writeEdges(file: string, linkage: Linkage, ids: readonly string[]): Promise<void> {
  await writeLines(file, edgeLines(linkage, ids))
}

/** SHA-256 of who is with whom, whatever clusters are called and in whichever order records stand. */
export function resultHash({ clusterOf }: Linkage, ids: readonly string[]): string {
  const order = ids.map((_, record) => record).sort((one, two) => ((ids[one] ?? '') < (ids[two] ?? '') ? -1 : 1))
  const names = new Map<number, string>()
  const hash = createHash('sha256')
  for (const record of order) {
    const cluster = clusterOf[record] as number
    const id = ids[record] ?? ''
    const name = names.get(cluster) ?? id
    names.set(cluster, name)
    hash.update(JSON.stringify([id, name]))
  }
  return hash.digest('hex')
}

function* clusterLines(clusterOf: Int32Array, ids: readonly string[]): Iterable<string> {
  yield 'record_id,cluster_id\n'
  for (let record = 0; record < ids.length; record += 1) {
    yield `${cell(ids[record] ?? '')},${clusterOf[record] as number}\n`
  }
}

function* edgeLines({ one, two, scores }: Linkage, ids: readonly string[]): Iterable<string> {
  yield 'id_l,id_r,match_probability\n'
  for (let pair = 0; pair < scores.length; pair += 1) {
    const chance = probability(scores[pair] as number)
    if (chance < leastProbability) continue
    yield `${cell(ids[one[pair] as number] ?? '')},${cell(ids[two[pair] as number] ?? '')},${rounded(chance)}\n`
  }
}

/** Six decimals, rounded down: a pair below a threshold never reads as if it reached it. */
function rounded(chance: number): string {
  return (Math.floor(chance * 1e6) / 1e6).toFixed(6)
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  try {
    const out = createWriteStream(file)
    let held = ''
    for (const line of lines) {
      held += line
      if (held.length < 1 << 16) continue
      if (!out.write(held)) await once(out, 'drain')
      held = ''
    }
    out.end(held)
    await finished(out)
  } catch (error) {
    throw new Unusable(`cannot write ${file}: ${(error as NodeJS.ErrnoException).code ?? 'not writable'}`)
  }
}
