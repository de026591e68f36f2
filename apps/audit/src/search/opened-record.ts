import type { SealedRecord } from '#libs/security'

/** An access record as it stands in the log: its place, and both halves still sealed. */
export interface StoredRecord extends Omit<SealedRecord, 'atMs'> {
  /** ISO 8601. */
  readonly at: string
  /** Zero-based index in the log. */
  readonly seq: number
}

/** The members of an opened half; which there are depends on what was recorded. */
export type OpenedHalf = Readonly<Record<string, unknown>>

/**
 * A half that was opened and is what was committed to, or the reason why it is not: its key was destroyed, or it was altered.
 * One that is `misfiled` is what was committed to, and the row around it says something else.
 */
export type Opened =
  { readonly half: OpenedHalf; readonly isMisfiled: boolean } | { readonly closed: 'erased' | 'altered' }

/** A text member of an opened half, or null where it has none. */
export function textIn(opened: Opened, name: string): string | null {
  const value = 'half' in opened ? opened.half[name] : undefined
  return typeof value === 'string' ? value : null
}

/** A list of texts in an opened half; empty where it has none. */
export function textsIn(opened: Opened, name: string): string[] {
  const value = 'half' in opened ? opened.half[name] : undefined
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
