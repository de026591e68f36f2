const pageBits = 12
const pageRows = 1 << pageBits
const within = pageRows - 1

/** Rows of 32-bit words that grow page by page, so that growing copies nothing. */
export class PagedWords {
  private readonly pages: Uint32Array[] = []

  /** @param stride - words a row */
  constructor(private readonly stride: number) {}

  /** Makes room for a row. */
  reserve(row: number): void {
    while (this.pages.length << pageBits <= row) this.pages.push(new Uint32Array(pageRows * this.stride))
  }

  /** A word of a row that has room. */
  get(row: number, word: number): number {
    return this.pages[row >>> pageBits]?.[(row & within) * this.stride + word] ?? 0
  }

  set(row: number, word: number, value: number): void {
    const page = this.pages[row >>> pageBits]
    if (page) page[(row & within) * this.stride + word] = value
  }

  /** Empties a row. */
  clear(row: number): void {
    const start = (row & within) * this.stride
    this.pages[row >>> pageBits]?.fill(0, start, start + this.stride)
  }

  /** Bytes held. */
  get bytes(): number {
    return this.pages.length * pageRows * this.stride * 4
  }
}
