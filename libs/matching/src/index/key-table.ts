import { lineWords } from './line-words.js'

/** Words of a line of a processor's cache: every key has a line, where its rows begin. */
const wordsInLine = 16
const slotBits = 3
const fewestRowBits = 10
const fewestWords = 8192
/** Of all words, those that may be taken before finding a free one takes long. */
const fullest = 0.92
/** How full it is once it holds as many rows as were expected. */
const usual = 0.75
/** More than one row and the lists that are placed anew for it can take. */
const reserve = 2048
const gone = -1
const keys = 4_294_967_296

/**
 * Rows by keys of 32 bits: an open-addressed table whose words hold a row and, in the bits that are left, its place among the
 * keys and a few bits of the key. Rows of a key stand one after another, so that most keys are looked up by reading one line
 * of memory, and next to none of the rows that it holds besides.
 */
export class KeyTable {
  private readonly words: Int32Array
  private readonly lines: number
  private readonly rowBits: number
  private readonly rowMask: number
  private readonly keyMask: number
  private used = 0
  private held = 0
  /** What was read to have it at hand: the reading counts, and not what was read. */
  private readonly touched = new Int32Array(1)

  /**
   * @param rows - rows, roughly
   * @param keysEach - keys of a row
   */
  constructor(
    rows: number,
    private readonly keysEach: number,
  ) {
    this.lines = Math.ceil(Math.max(fewestWords, (rows * keysEach) / usual) / wordsInLine)
    const words = lineWords(this.lines * wordsInLine)
    this.words = new Int32Array(words.buffer, words.byteOffset, words.length)
    this.rowBits = Math.max(fewestRowBits, Math.ceil(Math.log2(rows * 1.25 + 3)))
    this.rowMask = 2 ** this.rowBits - 1
    this.keyMask = 2 ** (32 - this.rowBits - slotBits) - 1
  }

  /** Whether another row, of a number below `rows`, would be too many. */
  isFull(rows: number): boolean {
    return (
      this.used + reserve > this.words.length || this.used > this.words.length * fullest || rows >= this.rowMask - 1
    )
  }

  /** How many rows a table should be made for that takes this one's place, and lets half as many come. */
  roomFor(rows: number): number {
    return Math.max(rows, Math.ceil((this.held / this.keysEach) * 1.5))
  }

  /** @returns how many rows there are that cannot be told from rows of the key, but for this one */
  add(key: number, slot: number, row: number): number {
    const { rowBits } = this
    const tag = this.tagOf(key, slot)
    let alike = 0
    let free = -1
    let at = this.startOf(key)
    for (let word = this.at(at); word !== 0; word = this.at(at)) {
      if (word === gone) free = at
      else if (word >>> rowBits === tag) alike += 1
      at = this.after(at)
    }
    this.held += 1
    if (free < 0) this.used += 1
    this.words[free < 0 ? at : free] = (tag << rowBits) | (row + 1)
    return alike
  }

  /** @returns whether the row was there */
  remove(key: number, slot: number, row: number): boolean {
    const wanted = (this.tagOf(key, slot) << this.rowBits) | (row + 1)
    let at = this.startOf(key)
    for (let word = this.at(at); word !== 0; word = this.at(at)) {
      if (word === wanted) {
        this.words[at] = gone
        this.held -= 1
        return true
      }
      at = this.after(at)
    }
    return false
  }

  /** Gathers the rows of a key, and maybe a few others. */
  gather(key: number, slot: number, into: number[]): void {
    const { rowBits, rowMask } = this
    const tag = this.tagOf(key, slot)
    let at = this.startOf(key)
    for (let word = this.at(at); word !== 0; word = this.at(at)) {
      if (word >>> rowBits === tag && word !== gone) into.push((word & rowMask) - 1)
      at = this.after(at)
    }
  }

  /** Has a processor fetch the line of a key while it does something else. */
  touch(key: number): void {
    this.touched[0] = (this.touched[0] ?? 0) ^ (this.words[this.startOf(key)] ?? 0)
  }

  /** The same of some keys: nothing is done between, so that their lines are fetched at once. */
  touchAll(some: Uint32Array): void {
    const { words } = this
    let sum = 0
    for (let at = 0; at < some.length; at += 1) sum ^= words[this.startOf(some[at] ?? 0)] ?? 0
    this.touched[0] = sum
  }

  get bytes(): number {
    return this.words.byteLength
  }

  private at(place: number): number {
    return this.words[place] ?? 0
  }

  private after(place: number): number {
    return place + 1 === this.words.length ? 0 : place + 1
  }

  private startOf(key: number): number {
    return Math.floor((key / keys) * this.lines) * wordsInLine
  }

  private tagOf(key: number, slot: number): number {
    return ((key & this.keyMask) << slotBits) | slot
  }
}
