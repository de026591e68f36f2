import type { BenchHub } from './bench-hub.js'
import type { Figure } from './result.js'

/** How big and how long the measures are. */
export interface Sizes {
  readonly warmUpSeconds: number
  readonly ceilingSeconds: number
  readonly loadSeconds: number
  readonly children: number
  readonly deliverySeconds: number
  readonly deliveriesPerSecond: number
  readonly records: number
  readonly logEntries: number
  readonly proofs: number
  /** Children that are held while single records are resolved. */
  readonly heldChildren: number
  /** Of them, those that files of records bring, while all others are held. */
  readonly loadedChildren: number
  readonly resolveSeconds: number
  /** Children in the index that is measured in memory, and records it is asked for. */
  readonly indexedChildren: number
  readonly queries: number
  /** Records that a model is learned from. */
  readonly learnedRecords: number
  /** Whether the compile and the second start are timed too. */
  readonly wholeStart: boolean
}

export const fullSizes: Sizes = {
  warmUpSeconds: 4,
  ceilingSeconds: 5,
  loadSeconds: 15,
  children: 400,
  deliverySeconds: 20,
  deliveriesPerSecond: 200,
  records: 40_000,
  logEntries: 1_000_000,
  proofs: 5_000,
  heldChildren: 1_000_000,
  loadedChildren: 40_000,
  resolveSeconds: 60,
  indexedChildren: 1_200_000,
  queries: 20_000,
  learnedRecords: 1_000_000,
  wholeStart: true,
}

export const smokeSizes: Sizes = {
  warmUpSeconds: 0.2,
  ceilingSeconds: 0.3,
  loadSeconds: 0.5,
  children: 6,
  deliverySeconds: 1,
  deliveriesPerSecond: 10,
  records: 200,
  logEntries: 2_000,
  proofs: 50,
  heldChildren: 1_100,
  loadedChildren: 600,
  resolveSeconds: 1,
  indexedChildren: 12_000,
  queries: 500,
  learnedRecords: 2_000,
  wholeStart: false,
}

/** What a measure works with. */
export interface Bench {
  readonly hub: BenchHub
  readonly sizes: Sizes
  readonly seed: number
  /** Tells a person what is going on. */
  readonly say: (line: string) => void
}

/** Measures one or several figures on a hub at rest. */
export type Measure = (bench: Bench) => Promise<readonly Figure[]>
