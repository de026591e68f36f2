const leastPersons = 3
const leastLift = 8
/** Numbers of values are below this. */
const room = 2 ** 26

/** Two values that live in the same persons far more often than chance would bring them together. */
export interface Kindred {
  readonly one: number
  readonly two: number
  /** How many persons have both. */
  readonly persons: number
  /** How many times as many as chance would give both to. */
  readonly lift: number
}

/** Counts which values, by their numbers, the same persons have: what three have, eight times as many as by chance, is kindred. */
export class KindredValues {
  private persons = 0
  private readonly own = new Map<number, number>()
  private readonly both = new Map<number, number>()

  /** A person without values that count is counted too, since chance is a share of all. */
  addPerson(values: readonly number[]): void {
    this.persons += 1
    for (const value of values) this.own.set(value, (this.own.get(value) ?? 0) + 1)
  }

  /** Two of the values of the person that was added last. */
  addPair(one: number, two: number): void {
    const key = keyOf(one, two)
    this.both.set(key, (this.both.get(key) ?? 0) + 1)
  }

  /** Pairs in the order in which they were met, the lesser number first. */
  kindred(): readonly Kindred[] {
    const found: Kindred[] = []
    for (const [key, persons] of this.both) {
      const [one, two] = [Math.floor(key / room), key % room]
      const expected = ((this.own.get(one) ?? 0) * (this.own.get(two) ?? 0)) / this.persons
      if (persons >= leastPersons && persons >= leastLift * expected)
        found.push({ one, two, persons, lift: persons / expected })
    }
    return found
  }
}

function keyOf(one: number, two: number): number {
  return Math.min(one, two) * room + Math.max(one, two)
}
