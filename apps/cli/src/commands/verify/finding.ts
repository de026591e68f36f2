/** What was found: the lines to print, and whether everything held. */
export interface Finding {
  readonly holds: boolean
  readonly lines: readonly string[]
}
