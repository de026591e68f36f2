import type { Concerned } from './comparison.js'
import { PairSet } from './pair-cache.js'

/** Pairs of values that were learned to be variants. */
export class LearnedVariants {
  private pairs = new PairSet()

  constructor(private readonly at: Int32Array) {}

  has(one: number, two: number): boolean {
    return this.pairs.has(one, two)
  }

  readonly learn = (pairs: readonly (readonly [number, number])[]): Concerned => {
    const [before, now] = [this.pairs, new PairSet(pairs)]
    this.pairs = now
    return (record) => now.holds(this.at[record] as number) || before.holds(this.at[record] as number)
  }
}
