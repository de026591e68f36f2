import type { RoutedEvent } from '#libs/events'
import { open, type KeyRing } from '#libs/security'

/** The key that sealed it was destroyed: the event is erased. */
export class EventErased extends Error {
  constructor() {
    super('the event is erased')
    this.name = 'EventErased'
  }
}

/**
 * Opens a sealed event.
 *
 * @throws EventErased when its key is gone; SealBroken when it was altered
 */
export async function openEvent(
  keyRing: Pick<KeyRing, 'keyById'>,
  sealed: { readonly eventId: string; readonly keyId: string; readonly sealed: Buffer },
): Promise<Omit<RoutedEvent, 'seq'>> {
  const key = await keyRing.keyById(sealed.keyId)
  if (!key) throw new EventErased()
  return JSON.parse(open(key, sealed.sealed, sealed.eventId).toString('utf8')) as Omit<RoutedEvent, 'seq'>
}
