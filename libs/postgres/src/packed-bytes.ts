/** Byte strings as three parameters of one statement. */
interface PackedBytes {
  /** All of them, one after another. */
  readonly bytes: Buffer
  /** Where each begins, counted from 1 as `substr` counts; null for one that is null. */
  readonly starts: readonly (number | null)[]
  readonly lengths: readonly (number | null)[]
}

/**
 * Packs byte strings for a statement that takes them apart with `substr(bytes, start, length)`. An array of bytea travels as
 * text, two digits a byte and escaped; one bytea travels as it is.
 */
export function packBytes(parts: readonly (Buffer | null)[]): PackedBytes {
  let next = 1
  const starts = parts.map((part) => {
    const start = part && next
    next += part?.length ?? 0
    return start
  })
  const bytes = Buffer.concat(parts.filter((part) => part !== null))
  return { bytes, starts, lengths: parts.map((part) => part && part.length) }
}
