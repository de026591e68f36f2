const pageWords = 1 << 16
/** Pairs a block may hold. */
const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072]
const none = new Uint32Array(0)

/**
 * Lists of pairs of words, each list in one piece, so that it is read from its beginning to its end without a jump. A list
 * that outgrows its block moves to a larger one; what it leaves serves the next. At most 3,072 pairs a list.
 */
export class PairLists {
  private readonly pages: Uint32Array[] = []
  private end = pageWords
  private readonly left: number[][] = sizes.map(() => [])
  private starts = new Uint32Array(1024)
  private lengths = new Uint16Array(1024)
  /** The size of a list's block, from 1 on; 0 for a list that has none. */
  private blocks = new Uint8Array(1024)

  /** Adds a pair to the end of a list. */
  push(list: number, one: number, two: number): void {
    this.makeRoom(list)
    const length = this.lengths[list] ?? 0
    if (length === (sizes[(this.blocks[list] ?? 0) - 1] ?? 0)) this.move(list)
    const at = (this.starts[list] ?? 0) + length * 2
    const page = this.pages[Math.floor(at / pageWords)] ?? none
    page[at % pageWords] = one
    page[(at % pageWords) + 1] = two
    this.lengths[list] = length + 1
  }

  /** Takes the pair with a first word out of a list; the last one takes its place. */
  remove(list: number, one: number): void {
    const pairs = this.pairsOf(list)
    for (let at = 0; at < pairs.length; at += 2) {
      if (pairs[at] !== one) continue
      pairs.copyWithin(at, pairs.length - 2)
      this.lengths[list] = (this.lengths[list] ?? 1) - 1
      return
    }
  }

  /** Empties a list. */
  clear(list: number): void {
    const block = this.blocks[list] ?? 0
    if (block > 0) this.left[block - 1]?.push(this.starts[list] ?? 0)
    this.blocks[list] = 0
    this.lengths[list] = 0
  }

  /** The pairs of a list, until it is changed. */
  pairsOf(list: number): Uint32Array {
    const length = this.lengths[list] ?? 0
    if (length === 0) return none
    const start = this.starts[list] ?? 0
    const within = start % pageWords
    return (this.pages[Math.floor(start / pageWords)] ?? none).subarray(within, within + length * 2)
  }

  get bytes(): number {
    const lists = this.starts.byteLength + this.lengths.byteLength + this.blocks.byteLength
    return this.pages.length * pageWords * 4 + lists
  }

  private move(list: number): void {
    const pairs = this.pairsOf(list)
    const before = this.blocks[list] ?? 0
    const start = this.take(before)
    this.pages[Math.floor(start / pageWords)]?.set(pairs, start % pageWords)
    if (before > 0) this.left[before - 1]?.push(this.starts[list] ?? 0)
    this.starts[list] = start
    this.blocks[list] = before + 1
  }

  /** A block never crosses a page. */
  private take(size: number): number {
    const known = this.left[size]?.pop() ?? this.split(size)
    if (known !== undefined) return known
    const words = (sizes[size] ?? 0) * 2
    if (this.end + words > pageWords) {
      this.pages.push(new Uint32Array(pageWords))
      this.end = 0
    }
    const start = (this.pages.length - 1) * pageWords + this.end
    this.end += words
    return start
  }

  /** The beginning of a larger block that was left; what remains of it is left in smaller ones. */
  private split(size: number): number | undefined {
    let larger = size + 1
    while (larger < sizes.length && this.left[larger]?.length === 0) larger += 1
    const start = this.left[larger]?.pop()
    if (start === undefined) return undefined
    const wanted = sizes[size] ?? 0
    this.leave(start + wanted * 2, (sizes[larger] ?? 0) - wanted)
    return start
  }

  /** Leaves room for some pairs in as few blocks as there are sizes for. */
  private leave(start: number, pairs: number): void {
    let [at, rest] = [start, pairs]
    for (let size = sizes.length - 1; size >= 0; size -= 1)
      for (const most = sizes[size] ?? 1; rest >= most; rest -= most) {
        this.left[size]?.push(at)
        at += most * 2
      }
  }

  private makeRoom(list: number): void {
    if (list < this.lengths.length) return
    const size = Math.max(list + 1, this.lengths.length * 2)
    const { starts, lengths, blocks } = this
    this.starts = new Uint32Array(size)
    this.starts.set(starts)
    this.lengths = new Uint16Array(size)
    this.lengths.set(lengths)
    this.blocks = new Uint8Array(size)
    this.blocks.set(blocks)
  }
}
