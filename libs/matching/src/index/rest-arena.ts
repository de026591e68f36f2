import { RestPlaces } from './rest-places.js'

const pageBytes = 1 << 20
const wasteBeforeTidying = 8 * pageBytes
/** Texts begin at every eighth byte, so that 32 bits tell places in 32 GiB. */
const step = 8
const lengthBytes = 4

/**
 * Texts by row, one after another in large pages; what is freed is won back when much of it has gathered. As many rows as
 * there are may have one.
 */
export class RestArena {
  private pages: Uint8Array[] = []
  private end = 0
  private wasted = 0
  /** Where the text of each row begins, in steps and one more; 0 for none. */
  private readonly places = new RestPlaces()
  private readonly encoder = new TextEncoder()
  private readonly decoder = new TextDecoder()

  set(row: number, text: string): void {
    this.delete(row)
    this.put(row, this.encoder.encode(text))
  }

  /** The text of a row; empty where it has none. */
  get(row: number): string {
    const place = this.places.get(row)
    return place === 0 ? '' : this.decoder.decode(this.read(place))
  }

  delete(row: number): void {
    const place = this.places.get(row)
    if (place === 0) return
    this.wasted += spaceOf(this.read(place).length)
    this.places.set(row, 0)
    if (this.wasted > wasteBeforeTidying && this.wasted * 2 > this.pages.length * pageBytes) this.tidy()
  }

  get bytes(): number {
    return this.pages.reduce((sum, page) => sum + page.length, 0) + this.places.bytes
  }

  /** A text never crosses a page: its page is as large as it needs. */
  private put(row: number, bytes: Uint8Array): void {
    const size = spaceOf(bytes.length)
    const page = this.pages.at(-1)
    if (!page || this.end + size > page.length) {
      this.pages.push(new Uint8Array(Math.max(pageBytes, size)))
      this.end = 0
    }
    const target = this.pages.at(-1) ?? new Uint8Array(size)
    new DataView(target.buffer).setUint32(this.end, bytes.length)
    target.set(bytes, this.end + lengthBytes)
    this.places.set(row, ((this.pages.length - 1) * pageBytes + this.end) / step + 1)
    this.end += size
  }

  private read(place: number): Uint8Array {
    const byte = (place - 1) * step
    const page = this.pages[Math.floor(byte / pageBytes)] ?? new Uint8Array(lengthBytes)
    const start = byte % pageBytes
    const length = new DataView(page.buffer).getUint32(start)
    return page.subarray(start + lengthBytes, start + lengthBytes + length)
  }

  private tidy(): void {
    const kept = [...this.places.all()]
    const texts = kept.map(({ place }) => this.read(place))
    this.pages = []
    this.wasted = 0
    this.end = 0
    for (const [at, { row }] of kept.entries()) this.put(row, texts[at] ?? new Uint8Array(0))
  }
}

function spaceOf(length: number): number {
  return Math.ceil((length + lengthBytes) / step) * step
}
