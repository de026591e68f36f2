/** Remembers a small number (0 to 126) for pairs of numbers, either way round; grows as it fills. */
export class PairCache {
  private size = 1 << 12
  private used = 0
  private lesser = new Int32Array(this.size)
  private greater = new Int32Array(this.size)
  /** 0: free; else what is remembered, plus one. */
  private held = new Uint8Array(this.size)

  /** @returns what was remembered, or -1 */
  get(one: number, two: number): number {
    return (this.held[this.slotOf(Math.min(one, two), Math.max(one, two))] as number) - 1
  }

  set(one: number, two: number, value: number): void {
    if (this.used * 2 > this.size) this.grow()
    const lesser = Math.min(one, two)
    const greater = Math.max(one, two)
    const slot = this.slotOf(lesser, greater)
    if (this.held[slot] === 0) this.used += 1
    this.lesser[slot] = lesser
    this.greater[slot] = greater
    this.held[slot] = value + 1
  }

  clear(): void {
    this.held.fill(0)
    this.used = 0
  }

  private slotOf(lesser: number, greater: number): number {
    const mask = this.size - 1
    let slot = Math.imul(Math.imul(lesser, 0x9e3779b1) ^ greater, 0x85ebca6b)
    slot = (slot ^ (slot >>> 15)) & mask
    while (this.held[slot] !== 0 && (this.lesser[slot] !== lesser || this.greater[slot] !== greater)) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private grow(): void {
    const { lesser, greater, held } = this
    this.size *= 2
    this.lesser = new Int32Array(this.size)
    this.greater = new Int32Array(this.size)
    this.held = new Uint8Array(this.size)
    for (let at = 0; at < held.length; at += 1) {
      if (held[at] === 0) continue
      const slot = this.slotOf(lesser[at] as number, greater[at] as number)
      this.lesser[slot] = lesser[at] as number
      this.greater[slot] = greater[at] as number
      this.held[slot] = held[at] as number
    }
  }
}
