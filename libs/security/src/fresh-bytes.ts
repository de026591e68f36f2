import { randomFillSync } from 'node:crypto'

const poolBytes = 8192
let pool = Buffer.alloc(0)

/**
 * Random bytes from the system's generator, drawn in blocks: a call to it costs more than what sealing does with the bytes.
 * No byte is given out twice.
 */
export function freshBytes(count: number): Buffer {
  if (pool.length < count) pool = randomFillSync(Buffer.allocUnsafeSlow(Math.max(poolBytes, count)))
  const bytes = Buffer.from(pool.subarray(0, count))
  pool = pool.subarray(count)
  return bytes
}
