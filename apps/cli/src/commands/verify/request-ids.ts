import { sha256 } from '#libs/tlog'

const idBytes = 16
const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const none = -1

/**
 * Request ids in the order in which they were first added, each once: 16 bytes and its place in a table, so that the ids of
 * millions of requests are held at once.
 */
export class RequestIds {
  private count = 0
  private bytes = Buffer.alloc(idBytes * 512)
  /** Places by the last bits of ids; twice as many as ids, so that one is found soon. */
  private table = new Int32Array(1_024).fill(none)

  get size(): number {
    return this.count
  }

  /** @returns the place of this id, in the order of those added first */
  add(id: string): number {
    const wanted = bytesOf(id)
    const at = this.slotOf(wanted)
    const known = this.table[at] ?? none
    if (known !== none) return known
    const place = this.count
    wanted.copy(this.bytes, place * idBytes)
    this.table[at] = place
    this.count += 1
    if (this.count * idBytes === this.bytes.length) this.grow()
    return place
  }

  /** @returns nothing where it was not added */
  placeOf(id: string): number | undefined {
    const place = this.table[this.slotOf(bytesOf(id))] ?? none
    return place === none ? undefined : place
  }

  /** The UUID that was added there. */
  at(place: number): string {
    const hex = this.bytes.toString('hex', place * idBytes, (place + 1) * idBytes)
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }

  /** Where an id is in the table, or would be. */
  private slotOf(id: Buffer): number {
    const last = this.table.length - 1
    for (let slot = mixed(id) & last; ; slot = (slot + 1) & last) {
      const place = this.table[slot] ?? none
      const start = place * idBytes
      if (place === none || id.equals(this.bytes.subarray(start, start + idBytes))) return slot
    }
  }

  private grow(): void {
    this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2)
    this.table = new Int32Array(this.table.length * 2).fill(none)
    for (let place = 0; place < this.count; place += 1) {
      this.table[this.slotOf(this.bytes.subarray(place * idBytes, (place + 1) * idBytes))] = place
    }
  }
}

/** What is no UUID is held as its digest. */
function bytesOf(id: string): Buffer {
  if (idForm.test(id)) return Buffer.from(id.replaceAll('-', ''), 'hex')
  return sha256(Buffer.from(id, 'utf8')).subarray(0, idBytes)
}

/** Ids made by one clock differ in few of their first bits, and those that somebody counts in few of their last. */
function mixed(id: Buffer): number {
  const folded = id.readInt32LE(0) ^ id.readInt32LE(4) ^ id.readInt32LE(8) ^ id.readInt32LE(12)
  return Math.imul(folded ^ (folded >>> 15), 0x2c1b3c6d) >>> 8
}
