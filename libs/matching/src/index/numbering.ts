const start = 64

/** Gives values, whole numbers below 2^53, numbers from 1 on; 0 stays 0. */
export class Numbering {
  private readonly values: number[] = []
  /** Numbers by a hash of their values, at most half full. */
  private slots = new Uint32Array(start)

  of(value: number): number {
    if (value === 0) return 0
    const at = this.placeOf(value)
    const known = this.slots[at] ?? 0
    return known === 0 ? this.take(value, at) : known
  }

  valueOf(number: number): number {
    return number === 0 ? 0 : (this.values[number - 1] ?? 0)
  }

  private take(value: number, at: number): number {
    const number = this.values.push(value)
    this.slots[at] = number
    if (number * 2 > this.slots.length) this.grow()
    return number
  }

  /** Where the number of a value is, or would be put. */
  private placeOf(value: number): number {
    const { slots, values } = this
    const last = slots.length - 1
    const hash = Math.imul((value | 0) ^ Math.floor(value / 4_294_967_296), 0x9e3779b1)
    let at = (hash ^ (hash >>> 15)) & last
    for (let slot = slots[at] ?? 0; slot !== 0 && values[slot - 1] !== value; slot = slots[at] ?? 0)
      at = (at + 1) & last
    return at
  }

  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * 2)
    for (const [at, value] of this.values.entries()) this.slots[this.placeOf(value)] = at + 1
  }
}
