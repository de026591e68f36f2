/**
 * The partition of a key: its first four bytes as an unsigned number, modulo the number of partitions.
 *
 * Keys are uniform (an HMAC, or random bytes), so no hash is taken. The partition count belongs to the version of a topic:
 * changing it would tear a lane in two.
 *
 * @throws RangeError when the key has less than four bytes or `partitions` is not positive
 */
export function partitionOf(key: Buffer, partitions: number): number {
  if (partitions < 1) throw new RangeError('partitions must be positive')
  return key.readUInt32BE(0) % partitions
}
