import type { Contact, RoutedEvent } from '#libs/events'
import { acknowledgeBy } from '../delivery/acknowledge-by.js'
import { hubId, type Directory } from './directory.js'

/** Whom to phone where a child's place is hidden: the hub's own desk stands for the sender. */
export function guardianDeskOf(directory: Directory): Contact {
  const { phone = '', outOfHoursPhone } = directory.find(hubId) ?? {}
  return { role: 'guardian-desk', phone, ...(outOfHoursPhone !== undefined && { outOfHoursPhone }) }
}

/** When an event must be acknowledged: as its sender says, else by its urgency. */
export function dueAtOf({ event }: Pick<RoutedEvent, 'event'>, hubNowMs: number): Date {
  const { ackRequiredBy, urgency } = event.data
  return ackRequiredBy === undefined ? acknowledgeBy(urgency, hubNowMs) : new Date(ackRequiredBy)
}
