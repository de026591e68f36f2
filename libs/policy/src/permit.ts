import type { AccessAction } from './access-question.js'

/**
 * The right to do one thing, once, as it was decided: a repository that returns personal data asks for it.
 * Only this library makes one; there is no other way to a value of this type.
 */
export class Permit<A extends AccessAction> {
  readonly #made = true

  constructor(
    readonly action: A,
    readonly agencyId: string,
    readonly ruleId: string,
    readonly policyVersion: string,
  ) {}

  /** Whether a value came from this library, whatever its type says. */
  static isMade(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #made in value
  }
}
