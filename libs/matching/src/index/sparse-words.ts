const pageBits = 10
const pageRows = 1 << pageBits
const within = pageRows - 1

/** A 32-bit word for some rows: of a page where no row has one nothing is held. */
export class SparseWords {
  private readonly pages: (Uint32Array | undefined)[] = []
  private held = 0

  /** 0 for a row that has none. */
  get(row: number): number {
    return this.pages[row >>> pageBits]?.[row & within] ?? 0
  }

  set(row: number, value: number): void {
    const page = this.pages[row >>> pageBits] ?? (value === 0 ? undefined : this.begin(row >>> pageBits))
    if (page) page[row & within] = value
  }

  /** Bytes held. */
  get bytes(): number {
    return this.held * pageRows * Uint32Array.BYTES_PER_ELEMENT
  }

  private begin(number: number): Uint32Array {
    while (this.pages.length < number) this.pages.push(undefined)
    const page = new Uint32Array(pageRows)
    this.pages[number] = page
    this.held += 1
    return page
  }
}
