import type { PostedEvent } from '#libs/events'

/** Somebody is to act on it within hours (U0, U1). */
export function isUrgent({ data }: PostedEvent): boolean {
  return data.urgency === 'U0' || data.urgency === 'U1'
}
