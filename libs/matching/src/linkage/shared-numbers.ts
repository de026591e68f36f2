/** Numbers in memory that threads share. */
export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT))
}

/** The same numbers in memory that threads share. */
export function sharedCopy(numbers: Int32Array): Int32Array {
  const copy = sharedInt32(numbers.length)
  copy.set(numbers)
  return copy
}
