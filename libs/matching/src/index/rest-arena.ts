const pageBytes = 1 << 20
const wasteBeforeTidying = 8 * pageBytes

/** Texts by row, one after another in large pages; what is freed is won back when much of it has gathered. */
export class RestArena {
  private pages: Uint8Array[] = []
  private end = 0
  private wasted = 0
  private readonly places = new Map<number, number>()
  private readonly encoder = new TextEncoder()
  private readonly decoder = new TextDecoder()

  set(row: number, text: string): void {
    this.put(row, this.encoder.encode(text))
  }

  get(row: number): string {
    return this.decoder.decode(this.read(row))
  }

  delete(row: number): void {
    if (!this.places.has(row)) return
    this.wasted += this.read(row).length + 4
    this.places.delete(row)
    if (this.wasted > wasteBeforeTidying && this.wasted * 2 > this.pages.length * pageBytes) this.tidy()
  }

  get bytes(): number {
    return this.pages.reduce((sum, page) => sum + page.length, 0) + this.places.size * 40
  }

  /** A text never crosses a page: its page is as large as it needs. */
  private put(row: number, bytes: Uint8Array): void {
    const size = bytes.length + 4
    const page = this.pages.at(-1)
    if (!page || this.end + size > page.length) {
      this.pages.push(new Uint8Array(Math.max(pageBytes, size)))
      this.end = 0
    }
    const target = this.pages.at(-1) ?? new Uint8Array(size)
    new DataView(target.buffer).setUint32(this.end, bytes.length)
    target.set(bytes, this.end + 4)
    this.places.set(row, (this.pages.length - 1) * pageBytes + this.end)
    this.end += size
  }

  private read(row: number): Uint8Array {
    const place = this.places.get(row) ?? 0
    const page = this.pages[Math.floor(place / pageBytes)] ?? new Uint8Array(4)
    const start = place % pageBytes
    const length = new DataView(page.buffer).getUint32(start)
    return page.subarray(start + 4, start + 4 + length)
  }

  private tidy(): void {
    const kept = [...this.places.keys()].map((row): readonly [number, Uint8Array] => [row, this.read(row).slice()])
    this.pages = []
    this.wasted = 0
    this.end = 0
    for (const [row, bytes] of kept) this.put(row, bytes)
  }
}
