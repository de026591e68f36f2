import type { ChangePlan, ChildState } from '../change/change.js'

/** One thing a holder has to write anew: in one of its records, or wherever else it keeps the old identifier. */
export interface NewRekey {
  readonly holder: string
  readonly sourceRecordId?: string
  readonly oldUci: string
  readonly newUci: string
}

/** `overdue` after five working days without a confirmation. */
export type RekeyState = 'open' | 'sent' | 'confirmed' | 'overdue'

/** The times from which a state follows; nothing else is kept. */
export interface RekeyTimes {
  readonly sentAt?: Date
  readonly confirmedAt?: Date
  readonly dueAt: Date
}

/** Where an item stands at an instant. */
export function rekeyStateOf({ sentAt, confirmedAt, dueAt }: RekeyTimes, now: Date): RekeyState {
  if (confirmedAt) return 'confirmed'
  if (now > dueAt) return 'overdue'
  return sentAt ? 'sent' : 'open'
}

/**
 * What a change leaves for holders to do: an item for each record that moved, and one for each other agency that was told
 * of a child whose records moved and has no record of it. Whoever has one that stayed keeps the identifier; that the child
 * was parted it is told in its feed.
 *
 * @param parties - by child, the agencies that posted, were sent something about it, or work with it
 */
export function rekeysOf(
  { moves, children }: ChangePlan,
  states: readonly ChildState[],
  parties: ReadonlyMap<string, readonly string[]>,
): readonly NewRekey[] {
  const uciOf = new Map(children.flatMap(({ childId, uci }) => (uci === undefined ? [] : [[childId, uci] as const])))
  const items = moves.flatMap(({ record, from, to }) => {
    const [oldUci, newUci] = [uciOf.get(from), uciOf.get(to)]
    if (oldUci === undefined || newUci === undefined) return []
    return [{ holder: record.source, sourceRecordId: record.sourceRecordId, oldUci, newUci, from }]
  })
  const others = [...new Map(items.map((item) => [item.from, item])).values()].flatMap(({ from, oldUci, newUci }) => {
    const isProtected = states.some(({ childId, isProtected: is }) => childId === from && is)
    const told = isProtected ? [] : (parties.get(from) ?? [])
    const own = new Set(sourcesOf(states, from))
    return told.filter((holder) => !own.has(holder)).map((holder) => ({ holder, oldUci, newUci }))
  })
  return [
    ...items.map(({ holder, sourceRecordId, oldUci, newUci }) => ({ holder, sourceRecordId, oldUci, newUci })),
    ...others,
  ]
}

function sourcesOf(states: readonly ChildState[], child: string): readonly string[] {
  return states.filter(({ childId }) => childId === child).flatMap(({ records }) => records.map(({ source }) => source))
}

/** Everybody who is to be told of a change: whoever has a record of its children, or was told of them. */
export function holdersOf(
  states: readonly ChildState[],
  parties: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const all = states.flatMap(({ childId, records, isProtected }) => [
    ...records.map(({ source }) => source),
    ...(isProtected ? [] : (parties.get(childId) ?? [])),
  ])
  return [...new Set(all)].filter((agency) => agency !== 'waymark-hub').sort()
}
