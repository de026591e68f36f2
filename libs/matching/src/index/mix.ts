/** Mixes up to four numbers into 32 bits; never 0, which stands for *nothing*. */
export function mix(kind: number, one: number, two = 0, three = 0): number {
  let hash = Math.imul(one ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul((two + 0x7f4a7c15) | 0, 0xc2b2ae35)
  hash ^= Math.imul((three + 0x165667b1) | 0, 0x27d4eb2f) ^ Math.imul(kind + 1, 0x2545f491)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  const mixed = (hash ^ (hash >>> 15)) >>> 0
  return mixed === 0 ? 1 : mixed
}

/** Mixes a whole number of up to 53 bits. */
export function mixLong(kind: number, value: number): number {
  return mix(kind, value >>> 0, Math.floor(value / 4_294_967_296))
}
