/** Bytes of a line of a processor's cache. */
const line = 64
/** What the C library puts before a large piece of memory, which begins with a page. */
const before = 16
/** Smaller pieces begin anywhere. */
const large = 1 << 17

/** Words of 32 bits that begin with a line, where the memory is large: sixteen of them are then one line, not parts of two. */
export function lineWords(count: number): Uint32Array {
  const bytes = count * Uint32Array.BYTES_PER_ELEMENT
  return bytes < large ? new Uint32Array(count) : new Uint32Array(new ArrayBuffer(bytes + line - before), line - before)
}
