import { hashText } from './records.js'

/** Numbers for texts, by a 64-bit hash of the text: two texts share a number only by a collision of both halves. */
export class FeatureTable {
  size = 0
  private room = 1 << 14
  private low = new Uint32Array(this.room)
  private high = new Uint32Array(this.room)
  /** 0: free; else the number plus one. */
  private held = new Int32Array(this.room)

  numberOf(text: string, salt: number): number {
    if (this.size * 2 > this.room) this.grow()
    const low = hashText(text, salt * 2 + 1)
    const high = hashText(text, 0x5bd1e995 - salt)
    const slot = this.slotOf(low, high)
    const held = this.held[slot] as number
    if (held > 0) return held - 1
    this.low[slot] = low
    this.high[slot] = high
    this.size += 1
    this.held[slot] = this.size
    return this.size - 1
  }

  private slotOf(low: number, high: number): number {
    const mask = this.room - 1
    let slot = low & mask
    while (this.held[slot] !== 0 && (this.low[slot] !== low || this.high[slot] !== high)) slot = (slot + 1) & mask
    return slot
  }

  private grow(): void {
    const { low, high, held } = this
    this.room *= 2
    this.low = new Uint32Array(this.room)
    this.high = new Uint32Array(this.room)
    this.held = new Int32Array(this.room)
    for (let at = 0; at < held.length; at += 1) {
      if (held[at] === 0) continue
      const slot = this.slotOf(low[at] as number, high[at] as number)
      this.low[slot] = low[at] as number
      this.high[slot] = high[at] as number
      this.held[slot] = held[at] as number
    }
  }
}
