/**
 * The channel of PostgreSQL on which the consumers of a schema announce each commit, where they do: heard by a consumer that
 * may not overtake them.
 */
export function progressChannel(schema: string): string {
  return `waymark_progress_${schema}`
}
