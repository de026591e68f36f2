const slots = 4096
const within = slots - 1
/** Half of the slots: where more are filled, finding a free one takes long, and where all are, for ever. */
const most = slots / 2

/**
 * A small set of rows: emptied and filled again for every record, so that nothing is allocated. It is asked to hold a
 * thousand; once it holds 2,048 it turns every further row away.
 */
export class RowSet {
  private readonly slots = new Uint32Array(slots)
  private held = 0

  clear(): void {
    this.slots.fill(0)
    this.held = 0
  }

  /** @returns whether the row was not there yet, and is now */
  add(row: number): boolean {
    for (let at = Math.imul(row, 0x9e3779b1) >>> 20; ; at = (at + 1) & within) {
      const slot = this.slots[at] ?? 0
      if (slot === row + 1) return false
      if (slot !== 0) continue
      if (this.held === most) return false
      this.slots[at] = row + 1
      this.held += 1
      return true
    }
  }
}
