import type { PostedEvent } from '#libs/events'

/** A person is paged for it and has minutes (U0). */
export function isImmediate({ data }: PostedEvent): boolean {
  return data.urgency === 'U0'
}
