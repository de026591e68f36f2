import { lineWords } from './line-words.js'

const fewestBits = 12
const mostBits = 19
/** Of how many pages rows are to be, where it is known how many come. */
const pagesWanted = 16
const noWords = new Uint32Array(0)

/**
 * Rows of 32-bit words that grow page by page, so that growing copies nothing. Where many rows are expected pages are
 * large: an operating system that backs large pieces of memory by large pages then finds words without asking twice.
 */
export class PagedWords {
  private readonly pages: Uint32Array[] = []
  private readonly bits: number
  private readonly within: number
  /** What was read to have it at hand: the reading counts, and not what was read. */
  private readonly touched = new Uint32Array(1)

  /**
   * @param stride - words a row
   * @param expected - rows, roughly
   */
  constructor(
    private readonly stride: number,
    expected = 0,
  ) {
    this.bits = Math.min(mostBits, Math.max(fewestBits, Math.ceil(Math.log2(expected / pagesWanted + 1))))
    this.within = (1 << this.bits) - 1
  }

  /** Makes room for a row. */
  reserve(row: number): void {
    while (this.pages.length << this.bits <= row) this.pages.push(lineWords(this.stride << this.bits))
  }

  /** A word of a row that has room. */
  get(row: number, word: number): number {
    return this.pages[row >>> this.bits]?.[(row & this.within) * this.stride + word] ?? 0
  }

  set(row: number, word: number, value: number): void {
    const page = this.pages[row >>> this.bits]
    if (page) page[(row & this.within) * this.stride + word] = value
  }

  /** The page of a row that has room, to be written to from {@link startOf} on. */
  pageOf(row: number): Uint32Array {
    return this.pages[row >>> this.bits] ?? noWords
  }

  /** Where the words of a row begin in its page. */
  startOf(row: number): number {
    return (row & this.within) * this.stride
  }

  /** Reads a word of each of some rows: a processor fetches them all at once, and has them when they are read. */
  touch(rows: readonly number[]): void {
    let sum = 0
    for (const row of rows) sum ^= this.get(row, 0)
    this.touched[0] = sum
  }

  /** Empties a row. */
  clear(row: number): void {
    const start = (row & this.within) * this.stride
    this.pages[row >>> this.bits]?.fill(0, start, start + this.stride)
  }

  /** Bytes held. */
  get bytes(): number {
    return (this.pages.length << this.bits) * this.stride * Uint32Array.BYTES_PER_ELEMENT
  }
}
