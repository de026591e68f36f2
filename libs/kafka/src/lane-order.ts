import type { ParkClass } from './refusal.js'

/** What orders one message: its lane within its topic, and its place in it. */
export interface LaneItem {
  /** Topic and lane as one text. */
  readonly stream: string
  readonly lane: string
  /** The header `seq`; none where the topic has no order of its own. */
  readonly seq: bigint | undefined
  readonly refusal: { readonly class: ParkClass; readonly code: string } | undefined
}

/** What to do with one message. */
export type Placing =
  | { readonly kind: 'apply' }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'park'; readonly class: ParkClass; readonly code: string }

/** What is known of the lanes before a batch. Changed by {@link placeInLanes} to what will be known after it. */
export interface LaneState {
  /** Why a lane is parked; a lane that only waits for a missing message (`sequence`) is not closed. */
  readonly parked: Map<string, { readonly class: ParkClass; readonly code: string }>
  /** The last `seq` applied per stream; none: 0. */
  readonly last: Map<string, bigint>
}

/**
 * Decides for each message, in order, whether it is applied, dropped as a repeat, or kept for later.
 *
 * A message at or below the last of its lane is a repeat; the next one is applied; one beyond it waits for those between.
 * A message that cannot be read parks its lane, and all that follow in a parked lane are kept behind it.
 */
export function placeInLanes(items: readonly LaneItem[], state: LaneState): readonly Placing[] {
  return items.map((item) => {
    const placing = place(item, state)
    if (placing.kind === 'apply' && item.seq !== undefined) state.last.set(item.stream, item.seq)
    if (placing.kind === 'park') close(item.lane, placing, state)
    return placing
  })
}

function place({ stream, lane, seq, refusal }: LaneItem, { parked, last }: LaneState): Placing {
  const why = parked.get(lane)
  if (why !== undefined && why.class !== 'sequence') return { kind: 'park', ...why }
  return placeBySequence(seq, last.get(stream) ?? 0n) ?? (refusal ? { kind: 'park', ...refusal } : { kind: 'apply' })
}

function placeBySequence(seq: bigint | undefined, last: bigint): Placing | undefined {
  if (seq === undefined || seq === last + 1n) return undefined
  return seq <= last ? { kind: 'repeat' } : { kind: 'park', class: 'sequence', code: 'SEQUENCE_GAP' }
}
function close(lane: string, { class: kind, code }: { class: ParkClass; code: string }, { parked }: LaneState): void {
  const known = parked.get(lane)
  if (!known || known.class === 'sequence') parked.set(lane, { class: kind, code })
}
