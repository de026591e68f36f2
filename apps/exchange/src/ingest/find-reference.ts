import { shortType, type PostedEvent } from '#libs/events'
import type { Caller, KeyRing } from '#libs/security'
import type { Withdrawal } from './event-rows.js'
import type { EventRepository, ReferencedEvent } from './event.repository.js'
import { openEvent } from './open-event.js'
import type { Reference } from './posting.js'
import { restraintBy } from './restraint.js'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Types that name an earlier event of the same sender, and the member that names it. */
const referring: Readonly<Record<string, string>> = {
  'any.basis.withdrawn': 'withdrawsEventId',
  'any.correction.issued': 'correctsEventId',
  'any.sharing.declined': 'eventId',
  'any.objection.recorded': 'eventId',
}

/**
 * What an event does to the one it names: a withdrawn basis and a retracted or misdirected event stop what has not left;
 * an amendment leaves the original where it is, and so does what only stands against sharing it from then on.
 */
export function withdrawalBy(event: PostedEvent, eventId: string): Withdrawal | undefined {
  if (shortType(event.type) === 'any.basis.withdrawn') return { eventId, because: 'basis-withdrawn' }
  if (restraintBy(event)) return undefined
  return event.data.body['kind'] === 'amended' ? undefined : { eventId, because: 'corrected' }
}

/** The id of the earlier event that an event names, if its type does; in small letters, as ids are kept (RFC 9562 §4). */
export function referredBy(event: PostedEvent): string | undefined {
  const member = referring[shortType(event.type)]
  const id = member === undefined ? undefined : event.data.body[member]
  return typeof id === 'string' ? id.toLowerCase() : undefined
}

/**
 * Finds the earlier event that a withdrawal or correction names. The new event follows it, whatever child its own data
 * names: whoever has the wrong child's event must hear of it, and must not learn of the right child thereby.
 */
export class FindReference {
  constructor(
    private readonly events: Pick<EventRepository, 'ownEvent'>,
    private readonly keyRing: Pick<KeyRing, 'keyById'>,
  ) {}

  /**
   * Finds what the events of one batch name, each of it as it was when it was first asked for: were it to go on meanwhile, the
   * later of two that name it would go ahead of the earlier.
   */
  ofOneBatch(): FindReference {
    const found = new Map<string, ReturnType<EventRepository['ownEvent']>>()
    const ownEvent: EventRepository['ownEvent'] = (source, eventId) => {
      const event = found.get(eventId) ?? this.events.ownEvent(source, eventId)
      found.set(eventId, event)
      return event
    }
    return new FindReference({ ownEvent }, this.keyRing)
  }

  /** @returns `not-yours` alike for an event of another agency and for none */
  async find(event: PostedEvent, caller: Pick<Caller, 'agencyId'>): Promise<Reference | 'not-yours' | undefined> {
    const id = referredBy(event)
    if (id === undefined) return undefined
    const original = uuid.test(id) ? await this.events.ownEvent(caller.agencyId, id) : undefined
    if (!original) return 'not-yours'
    const { child } = await openEvent(this.keyRing, original)
    const withdrawal = withdrawalBy(event, original.eventId)
    return {
      ...referenceTo(original, child),
      ...(withdrawal && { withdrawal }),
      ...(waitsBehind(original, withdrawal) && { behind: original.eventId }),
    }
  }
}

function referenceTo({ eventId, stream, place }: ReferencedEvent, child: Reference['child']): Reference {
  return { stream: stream ?? child?.childId ?? eventId, ...(child && { child }), ...(place && { place }) }
}

/**
 * What says that an event never was goes ahead of it, where nobody was told of it yet: whoever projects events is not to open
 * what it would close at once.
 */
function waitsBehind({ stream, place, keepsWaiting }: ReferencedEvent, withdrawal: Withdrawal | undefined): boolean {
  const isUntold = stream === undefined && place === undefined
  return keepsWaiting === true && !(isUntold && withdrawal?.because === 'corrected')
}
