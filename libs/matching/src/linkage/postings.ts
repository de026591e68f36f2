import type { Features } from './features.js'
import { sharedInt32 } from './shared-numbers.js'

/** Records by feature: those of feature f are `records[start[f]]` on, `length[f]` of them. */
export interface Postings {
  readonly start: Int32Array
  readonly length: Int32Array
  readonly records: Int32Array
}

/** Postings in memory that threads share, with room for all records and none posted yet. */
export function postingsFor({ frequency, own }: Features): Postings {
  const used = new Uint8Array(frequency.length)
  for (const feature of own.list) used[feature] = 1
  const start = sharedInt32(frequency.length + 1)
  frequency.forEach((times, feature) => {
    start[feature + 1] = (start[feature] as number) + (used[feature] === 1 ? times : 0)
  })
  return { start, length: sharedInt32(frequency.length), records: sharedInt32(start[frequency.length] as number) }
}
