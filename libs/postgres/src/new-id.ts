import { randomFillSync } from 'node:crypto'

let lastMs = 0
let counter = 0

const pool = Buffer.alloc(4096)
let used = pool.length

/**
 * A new UUID version 7: sorts by time, and within one process each sorts after the one before.
 *
 * @param nowMs - the millisecond it shall carry; the clock's unless told, and then the order above is kept even when
 *   the clock steps back
 * @see RFC 9562 §5.7 and §6.2, method 1 (a 12-bit counter, seeded at random each millisecond)
 */
export function newId(nowMs?: number): string {
  if (nowMs !== undefined) return uuid(nowMs, fresh(2).readUInt16BE() & 0xfff)
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    counter = fresh(2).readUInt16BE() & 0x7ff // the upper half is room to count
  } else if (counter < 0xfff) {
    counter += 1
  } else {
    lastMs += 1
    counter = 0
  }
  return uuid(lastMs, counter)
}

function uuid(ms: number, sub: number): string {
  const bytes = fresh(16)
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt16BE(0x7000 | sub, 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Random bytes that were never given out, drawn from the system in blocks; valid until the next call. */
function fresh(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}
