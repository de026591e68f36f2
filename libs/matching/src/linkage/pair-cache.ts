/** Bits for what is remembered, plus one. */
const valueBits = 3

/**
 * Remembers a small number (0 to 6) for pairs of numbers below 2^28, either way round. Where two pairs want one place
 * the later one has it: what is remembered must be something that can be worked out again.
 */
export class PairCache {
  /** By place: the lesser number, then the greater one and what is remembered; 0: free. */
  private readonly held: Int32Array
  private readonly mask: number

  /** @param places - a power of two */
  constructor(places: number) {
    this.held = new Int32Array(places * 2)
    this.mask = places - 1
  }

  /** @returns what is remembered, or -1 */
  get(one: number, two: number): number {
    const lesser = one < two ? one : two
    const greater = one < two ? two : one
    const place = this.placeOf(lesser, greater)
    const held = this.held[place + 1] as number
    const isThere = held >>> valueBits === greater && held !== 0 && this.held[place] === lesser
    return isThere ? (held & ((1 << valueBits) - 1)) - 1 : -1
  }

  set(one: number, two: number, value: number): void {
    const lesser = one < two ? one : two
    const greater = one < two ? two : one
    const place = this.placeOf(lesser, greater)
    this.held[place] = lesser
    this.held[place + 1] = (greater << valueBits) | (value + 1)
  }

  private placeOf(lesser: number, greater: number): number {
    const mixed = Math.imul(Math.imul(lesser, 0x9e3779b1) ^ greater, 0x85ebca6b)
    return ((mixed ^ (mixed >>> 15)) & this.mask) << 1
  }
}

/** Places for a cache of pairs of so many things: more for more, within bounds. */
export function placesFor(things: number): number {
  return 2 ** Math.max(12, Math.min(20, Math.ceil(Math.log2(things + 1)) + 5))
}

/** Pairs of numbers, either way round. */
export class PairSet {
  private readonly known = new Map<number, ReadonlySet<number>>()

  constructor(pairs: readonly (readonly [number, number])[] = []) {
    const sets = new Map<number, Set<number>>()
    const add = (one: number, two: number): void => {
      const others = sets.get(one)
      if (others === undefined) sets.set(one, new Set([two]))
      else others.add(two)
    }
    for (const [one, two] of pairs) {
      add(one, two)
      add(two, one)
    }
    this.known = sets
  }

  has(one: number, two: number): boolean {
    return this.known.size > 0 && this.known.get(one)?.has(two) === true
  }

  /** Whether a number is in any pair. */
  holds(one: number): boolean {
    return this.known.has(one)
  }
}
