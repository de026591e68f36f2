import type { Caller } from '#libs/security'
import { hubId } from '../routing/directory.js'

/** Whose line it is: an agency's, or that of one of the hub's offices. */
export interface LineOwner {
  readonly agencyId: string
  /** At the hub, its office. */
  readonly role?: string
}

/**
 * The numbered line that somebody is delivered by. An agency has one; at the hub each office has its own, since what one of them
 * is entitled to the others must not see, nor acknowledge (security-and-audit.md §7).
 */
export function lineOf({ agencyId, role }: LineOwner): string {
  return agencyId === hubId && role !== undefined ? `${hubId}.${role}` : agencyId
}

export function ownerOf(line: string): LineOwner {
  return line.startsWith(`${hubId}.`) ? { agencyId: hubId, role: line.slice(hubId.length + 1) } : { agencyId: line }
}

/** The line that a caller reads and acknowledges. */
export function ownLine({ agencyId, role }: Pick<Caller, 'agencyId' | 'role'>): string {
  return lineOf({ agencyId, ...(role !== undefined && { role }) })
}
