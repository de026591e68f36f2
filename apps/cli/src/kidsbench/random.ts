/**
 * Chance that gives the same row for the same seeds on every machine (sfc32: 32-bit sums, shifts and nothing else).
 * Each family draws from its own, so what one family draws does not move the next.
 */
export class Random {
  private a = 0
  private b = 0
  private c = 0
  private counter = 1

  constructor(seed: number, stream: number) {
    this.restart(seed, stream)
  }

  /** Begins another row, without making an object. */
  restart(seed: number, stream: number): void {
    this.a = mix(seed)
    this.b = mix(stream >>> 0)
    this.c = mix(Math.floor(stream / 2 ** 32) + 0x9e3779b9)
    this.counter = 1
    for (let warm = 0; warm < 8; warm += 1) this.bits()
  }

  /** A whole number of 32 bits. */
  bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    return sum >>> 0
  }

  /** From 0 to below 1. */
  share(): number {
    return this.bits() / 2 ** 32
  }

  /** From 0 to below `many`. */
  below(many: number): number {
    return Math.floor(this.share() * many)
  }

  /** From `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** Whether something of so many per cent happens. */
  happens(percent: number): boolean {
    return percent > 0 && this.share() * 100 < percent
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** The place of a weight, as often as it weighs. */
  weighted(weights: readonly number[]): number {
    let sum = 0
    for (const weight of weights) sum += weight
    let left = this.share() * sum
    for (let at = 0; at < weights.length; at += 1) {
      left -= weights[at] ?? 0
      if (left < 0) return at
    }
    return weights.length - 1
  }
}

/** Scatters numbers below 2^32 so that the order in which they were given cannot be read from them; never two alike. */
export function scatter(value: number, seed: number): number {
  let left = value >>> 16
  let right = value & 0xffff
  for (let round = 0; round < 4; round += 1) {
    const next = left ^ (mix(right + seed * 31 + round * 0x10001) & 0xffff)
    left = right
    right = next
  }
  return ((left << 16) | right) >>> 0
}

/** Spreads a seed over 32 bits (finaliser of MurmurHash3). */
function mix(value: number): number {
  let mixed = (value ^ 0x5bd1e995) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
