const start = 64

/** A set of whole numbers from 1 to 2^32 - 1: an open-addressed table at most half full. */
export class NumberSet {
  private slots = new Uint32Array(start)
  private held = 0

  add(number: number): void {
    const at = this.placeOf(number)
    if (this.slots[at] === number) return
    this.slots[at] = number
    this.held += 1
    if (this.held * 2 > this.slots.length) this.grow()
  }

  has(number: number): boolean {
    return this.held > 0 && this.slots[this.placeOf(number)] === number
  }

  get bytes(): number {
    return this.slots.byteLength
  }

  /** Where a number is, or would be put. */
  private placeOf(number: number): number {
    const { slots } = this
    const last = slots.length - 1
    let at = (number ^ (number >>> 15)) & last
    while (slots[at] !== 0 && slots[at] !== number) at = (at + 1) & last
    return at
  }

  private grow(): void {
    const before = this.slots
    this.slots = new Uint32Array(before.length * 2)
    for (const number of before) if (number !== 0) this.slots[this.placeOf(number)] = number
  }
}
