/** Whole numbers, one after the other, in as little room as they need. */
export class GrowingList {
  length = 0
  private held: Int32Array

  constructor(room = 1 << 12) {
    this.held = new Int32Array(room)
  }

  push(value: number): void {
    if (this.length === this.held.length) {
      const wider = new Int32Array(this.length * 2)
      wider.set(this.held)
      this.held = wider
    }
    this.held[this.length] = value
    this.length += 1
  }

  /** Adds a value unless it is there already, from a place on. */
  pushNew(value: number, from: number): void {
    for (let at = from; at < this.length; at += 1) if (this.held[at] === value) return
    this.push(value)
  }

  /** The numbers so far, without a copy: valid until the next is added. */
  get values(): Int32Array {
    return this.held.subarray(0, this.length)
  }
}
