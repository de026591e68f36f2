import type { Contact } from '#libs/events'
import type { Protection } from '#libs/policy'

/** Whom to phone about a child: as it stands, or the guardian desk where the child's place is hidden. */
export function shieldContact(contact: Contact, protection: Protection, guardianDesk: Contact): Contact {
  return protection === 'none' ? contact : guardianDesk
}

/** Practice, school and provider count as places: of a hidden child only the responsible council is named, and the asker itself. */
export function showsPlace(
  involvement: { readonly kind: string; readonly agencyId: string },
  askedBy: string,
): boolean {
  return involvement.kind !== 'responsible' && involvement.agencyId !== askedBy
}
