/** Castagnoli's polynomial, its bits in reverse. */
const polynomial = 0x82f63b78
const slices = 8

/** One table for each of eight bytes that are taken at once: what a byte there leaves of itself after all that follow. */
const tables = makeTables()

function makeTables(): Int32Array {
  const made = new Int32Array(slices * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    made[byte] = crc
  }
  for (let at = 256; at < made.length; at += 1) {
    const before = made[at - 256] as number
    made[at] = (before >>> 8) ^ (made[before & 0xff] as number)
  }
  return made
}

/** As an array of bytes that is read by whole numbers of a known range: no look is outside. */
function look(slice: number, byte: number): number {
  return tables[slice * 256 + byte] as number
}

/**
 * CRC-32C (Castagnoli) of some bytes, eight at a time.
 *
 * @returns 0 to 2^32 - 1
 * @see RFC 3720 appendix B.4; "slicing by 8", Kounavis and Berry 2005
 */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = -1
  let at = from
  for (const last = to - slices; at <= last; at += slices) crc = eightMore(crc, bytes, at)
  for (; at < to; at += 1) crc = look(0, (crc ^ (bytes[at] as number)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

function eightMore(crc: number, bytes: Uint8Array, at: number): number {
  const first = crc ^ fourBytes(bytes, at)
  const second = fourBytes(bytes, at + 4)
  return (
    look(7, first & 0xff) ^
    look(6, (first >>> 8) & 0xff) ^
    look(5, (first >>> 16) & 0xff) ^
    look(4, first >>> 24) ^
    look(3, second & 0xff) ^
    look(2, (second >>> 8) & 0xff) ^
    look(1, (second >>> 16) & 0xff) ^
    look(0, second >>> 24)
  )
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}
