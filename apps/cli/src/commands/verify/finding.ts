/** What was found: the lines to print, and whether everything held. */
export interface Finding {
  readonly holds: boolean
  readonly lines: readonly string[]
}

/** Evidence that cannot be what it says it is: told in one line, exit code 1. Anything else thrown was not checked at all. */
export class DoesNotHold extends Error {
  override readonly name = 'DoesNotHold'
}
