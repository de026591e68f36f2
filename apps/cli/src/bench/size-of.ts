const units: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 }

/** A number, or one with k or m after it; NaN for anything else. */
export function sizeOf(text: string): number {
  const match = /^(\d+)([km]?)$/i.exec(text)
  return match ? Number(match[1]) * (units[(match[2] ?? '').toLowerCase()] ?? 1) : NaN
}
