import { shortType, type PostedEvent } from '#libs/events'

/** What stands against sharing what a sender posts of a child: its own decision, or somebody's objection. */
export interface Restraint {
  readonly kind: 'declined' | 'pending' | 'upheld' | 'refused'
  /** Whom it is about; all, where it names nobody. */
  readonly agencies?: readonly string[]
  /** The one event of the sender's that it is about; all it posts of the child, where it names none. */
  readonly eventId?: string
}

/** What an event sets against sharing, if its type does. */
export function restraintBy({ type, data: { body } }: PostedEvent): Restraint | undefined {
  const short = shortType(type)
  if (short === 'any.sharing.declined') return { kind: 'declined', ...scopeOf(body) }
  if (short !== 'any.objection.recorded') return undefined
  return { kind: body['outcome'] as 'pending' | 'upheld' | 'refused', ...scopeOf(body) }
}

function scopeOf({ agencies, eventId }: PostedEvent['data']['body']): Omit<Restraint, 'kind'> {
  return {
    ...(Array.isArray(agencies) && { agencies: agencies as readonly string[] }),
    ...(typeof eventId === 'string' && { eventId: eventId.toLowerCase() }),
  }
}

/** Those of some restraints that concern one recipient. */
export function concerning(agencyId: string, restraints: readonly Restraint[]): readonly Restraint[] {
  return restraints.filter(({ agencies }) => agencies?.includes(agencyId) ?? true)
}
