/** SQLSTATE classes that speak of the data: what cannot be stored, what breaks a constraint, what is too large. */
const ofData = /^(22|23|54)/

/**
 * Whether PostgreSQL refused what it was given: the same statement fails again, and one with less in it may not. Any other
 * failure speaks of the server, of a rival or of us.
 */
export function isRefusedData(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && ofData.test(code)
}
