const slots = 4096
const within = slots - 1

/** A small set of rows, at most a thousand: emptied and filled again for every record, so that nothing is allocated. */
export class RowSet {
  private readonly slots = new Uint32Array(slots)

  clear(): void {
    this.slots.fill(0)
  }

  /** @returns whether the row was not there yet */
  add(row: number): boolean {
    for (let at = Math.imul(row, 0x9e3779b1) >>> 20; ; at = (at + 1) & within) {
      const slot = this.slots[at] ?? 0
      if (slot === row + 1) return false
      if (slot !== 0) continue
      this.slots[at] = row + 1
      return true
    }
  }
}
