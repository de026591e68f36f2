import type { Caller } from '#libs/security'
import { requireActor } from '#libs/service'

/**
 * A person, not a client: until people sign in, two are told apart by the reference that their program gives, however it is
 * written. Who acts in two roles is one person.
 */
export function personOf(caller: Caller): string {
  const { reference } = requireActor(caller)
  return `${caller.agencyId} ${reference.trim().toLowerCase()}`
}

/**
 * Whether a person decides, in the role that the client was registered for. A program's own doing (`system-client`) is
 * nobody's decision: two reasons that it gives are not two persons.
 *
 * @see domain.md §9, security-and-audit.md §2
 */
export function actsInOwnRole({ role, actor }: Caller): boolean {
  return role !== undefined && actor?.role === role
}
