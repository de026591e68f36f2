const pageWords = 1 << 16
/** Pairs a block may hold. */
const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128]
/** The block of a list that is too long for pages. */
const apart = 255
/** By how much such a list grows. */
const growth = 1.2
const none = new Uint32Array(0)

/**
 * Lists of pairs of words, each list in one piece, so that it is read from its beginning to its end without a jump. A list
 * that outgrows its block moves to a larger one; what it leaves serves the next. A long list has an array of its own, of which
 * nothing is left when it is cleared. At most 65,535 pairs a list.
 */
export class PairLists {
  private readonly pages: Uint32Array[] = []
  private readonly long = new Map<number, Uint32Array>()
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
    if (length === this.roomOf(list)) this.move(list)
    const words = this.wordsOf(list)
    const at = this.startOf(list) + length * 2
    words[at] = one
    words[at + 1] = two
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
    this.leaveBlock(list)
    this.blocks[list] = 0
    this.lengths[list] = 0
  }

  /** The pairs of a list, until it is changed. */
  pairsOf(list: number): Uint32Array {
    const length = this.lengths[list] ?? 0
    if (length === 0) return none
    const start = this.startOf(list)
    return this.wordsOf(list).subarray(start, start + length * 2)
  }

  get bytes(): number {
    let long = 0
    for (const { byteLength } of this.long.values()) long += byteLength
    const lists = this.starts.byteLength + this.lengths.byteLength + this.blocks.byteLength
    return this.pages.length * pageWords * 4 + lists + long
  }

  /** Pairs that a list's block holds. */
  private roomOf(list: number): number {
    const block = this.blocks[list] ?? 0
    return block === apart ? this.wordsOf(list).length / 2 : (sizes[block - 1] ?? 0)
  }

  /** What the block of a list is in, and where it begins there. */
  private wordsOf(list: number): Uint32Array {
    const known = this.blocks[list] === apart ? this.long.get(list) : undefined
    return known ?? this.pages[Math.floor((this.starts[list] ?? 0) / pageWords)] ?? none
  }

  private startOf(list: number): number {
    return this.blocks[list] === apart ? 0 : (this.starts[list] ?? 0) % pageWords
  }

  private move(list: number): void {
    const pairs = this.pairsOf(list)
    const before = this.blocks[list] ?? 0
    if (before >= sizes.length) {
      const words = new Uint32Array(Math.ceil((pairs.length / 2) * growth) * 2)
      words.set(pairs)
      this.leaveBlock(list)
      this.long.set(list, words)
      this.blocks[list] = apart
      return
    }
    const start = this.take(before)
    this.pages[Math.floor(start / pageWords)]?.set(pairs, start % pageWords)
    this.leaveBlock(list)
    this.starts[list] = start
    this.blocks[list] = before + 1
  }

  /** What a list leaves serves others; an array of its own is forgotten. */
  private leaveBlock(list: number): void {
    const block = this.blocks[list] ?? 0
    if (block === apart) this.long.delete(list)
    else if (block > 0) this.left[block - 1]?.push(this.starts[list] ?? 0)
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
