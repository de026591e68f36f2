import { comparePairs, type ComparedPairs } from './compare-pairs.js'
import type { Comparison } from './comparison.js'
import type { Features } from './features.js'
import { InformationIndex, mostFound } from './information-index.js'
import type { Postings } from './postings.js'
import { sharedInt32 } from './shared-numbers.js'

/** Records or pairs that a thread takes at a time. */
const pieceSize = 512

/** For each record, the records that share most with it: up to twenty, the most first. */
export interface Finding {
  readonly features: Features
  readonly postings: Postings
  readonly source: Int32Array | undefined
  /** Twenty places a record. */
  readonly found: Int32Array
  readonly counts: Uint8Array
}

/**
 * Work that any number of threads share, all of it in memory that they share: each takes the next piece until none is
 * left. What a piece comes to stands in a place of its own, so that nobody can tell who did it.
 */
export interface SharedWork {
  readonly finding?: Finding
  readonly comparing?: ComparedPairs
  /** How many pieces there are, have been taken, and are done. */
  readonly progress: Int32Array
}

const [pieces, taken, done] = [0, 1, 2] as const

/** Makes work of a number of records or pairs. */
export function workOn(size: number, what: Omit<SharedWork, 'progress'>): SharedWork {
  const progress = sharedInt32(3)
  progress[pieces] = Math.ceil(size / pieceSize)
  return { ...what, progress }
}

/** Takes pieces of work until none is left. */
export function takePart({ finding, comparing, progress }: SharedWork, comparisons: () => readonly Comparison[]): void {
  const all = progress[pieces] as number
  let index: InformationIndex | undefined
  for (;;) {
    const piece = Atomics.add(progress, taken, 1)
    if (piece >= all) return
    const from = piece * pieceSize
    if (finding !== undefined) {
      index ??= new InformationIndex(finding.features, finding.source, finding.postings)
      findPiece(finding, index, from)
    }
    if (comparing !== undefined) comparePairs(comparisons(), comparing, from, from + pieceSize)
    Atomics.add(progress, done, 1)
  }
}

/** Whether every piece is done, by whomever. */
export function isDone({ progress }: SharedWork): boolean {
  return Atomics.load(progress, done) === progress[pieces]
}

function findPiece({ found, counts }: Finding, index: InformationIndex, from: number): void {
  const to = Math.min(counts.length, from + pieceSize)
  for (let record = from; record < to; record += 1) {
    const others = index.find(record)
    found.set(others, record * mostFound)
    counts[record] = others.length
  }
}
