/**
 * The groups in which an event's fields are minimised, in the order they are written down: core, status, reason,
 * location, other people, narrative.
 *
 * @see docs/architecture.md, "What each agency may have"
 */
export const fieldGroups = ['core', 's', 'r', 'l', 'p', 'n'] as const

/** One of {@link fieldGroups}. */
export type FieldGroup = (typeof fieldGroups)[number]
