/** The value below which this share of the values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** A ceiling from a run before and one after; where the two differ by more than 15 % the figure rests on sand, and says so. */
export function ceilingOf(before: number, after: number): { readonly ceiling: number; readonly note?: string } {
  const ceiling = (before + after) / 2
  const apart = Math.abs(before - after) / ceiling
  if (apart <= 0.15) return { ceiling }
  return {
    ceiling,
    note: `the ceiling before (${before.toFixed(0)}) and after (${after.toFixed(0)}) differ by ${(apart * 100).toFixed(0)} %: measure again on a quiet machine`,
  }
}

/** A generator of numbers from 0 to 1 that gives the same row for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
