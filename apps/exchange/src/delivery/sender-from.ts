import type { DeliveredEvent } from '#libs/events'
import type { AgencyKind } from '#libs/policy'
import type { Agency } from '../routing/directory.js'

type Sender = NonNullable<DeliveredEvent['data']['sender']>

/** Who answers the telephone of an agency's directory entry. */
const deskRoles: Readonly<Record<Exclude<AgencyKind, 'hub'>, string>> = {
  council: 'duty-social-worker',
  school: 'designated-safeguarding-lead',
  nhs: 'safeguarding-nurse',
  police: 'police-safeguarding-officer',
  housing: 'housing-officer',
}

/** An agency as the sender of an event that does not say more exactly who sends: its organisation, and whom to phone. */
export function senderFrom({ kind, organisation, phone, outOfHoursPhone }: Agency): Sender {
  return {
    ...(organisation && { org: organisation }),
    ...(phone !== undefined && kind !== 'hub' && { contact: { role: deskRoles[kind], phone } }),
    ...(outOfHoursPhone !== undefined && { outOfHoursPhone }),
  }
}
