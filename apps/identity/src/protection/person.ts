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
 * Whether a person stands behind the request, whatever their role is called. A program's own doing (`system-client`) is
 * nobody's decision: two reasons that it gives are not two persons.
 */
export function isByPerson({ actor }: Caller): boolean {
  return actor !== undefined && actor.role !== 'system-client'
}
