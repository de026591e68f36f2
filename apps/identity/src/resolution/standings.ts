import type { KnownRecord, OverrideSide } from './known-children.js'
import type { Submission } from './submission.js'

/** What people decided about a record and children, by child; it counts for every model. */
export type Standings = ReadonlyMap<string, 'must-link' | 'cannot-link'>

/**
 * The overrides of a record that hold for what is submitted now: `agency:` for records of that agency, `system:` for records
 * that bear an identifier of that system. A cannot-link wins.
 *
 * @see identity.md §1
 */
export function standingsOf(record: KnownRecord | undefined, submission: Submission): Standings {
  const found = new Map<string, 'must-link' | 'cannot-link'>()
  for (const side of record?.overrides ?? []) {
    if (isInScope(side, submission) && found.get(side.childId) !== 'cannot-link') found.set(side.childId, side.kind)
  }
  return found
}

function isInScope({ scope, source }: OverrideSide, { agencyId, details }: Submission): boolean {
  if (scope === 'all') return true
  if (scope.startsWith('agency:')) return scope === `agency:${agencyId}` || scope === `agency:${source}`
  return details.identifiers?.some(({ system }) => scope === `system:${system}`) === true
}
