import type { PostedEvent } from '#libs/events'
import type { Caller } from '#libs/security'
import type { Withdrawal } from './event-rows.js'
import type { ResolvedChild } from './resolution.client.js'
import type { Refusal } from './judge-event.js'
import type { LinePlace } from './sender-line.js'

/** The earlier event that a posting withdraws or corrects; the new one belongs to the same child and stream. */
export interface Reference {
  readonly child?: ResolvedChild
  /** The earlier event's stream: its child, or its own id. */
  readonly stream: string
  readonly withdrawal?: Withdrawal
  /** Where the earlier event still waits in a line of its sender's: who names it goes on behind it. */
  readonly place?: LinePlace
  /** Where the earlier event still waits for its child, or for its time, or who named it before waits behind it: its id. */
  readonly behind?: string
}

/** A posted event that passed the door. */
export interface Posting {
  readonly caller: Caller
  readonly event: PostedEvent
  readonly bodyDigest: string
  /** When an event that lies ahead is released. */
  readonly heldUntil?: Date
  readonly reference?: Reference
}

/** How a posted value is answered. */
export type Answer =
  | {
      readonly outcome: 'accepted' | 'duplicate'
      /** Its RFC 8785 form, without a signature. */
      readonly receipt: string
    }
  | { readonly outcome: 'refused'; readonly refusal: Refusal; readonly source?: string; readonly id?: string }

/** The child an event is about, as far as it is known when the event is written. */
export type Identified =
  | { readonly state: 'accepted'; readonly child: ResolvedChild | undefined; readonly stream: string | undefined }
  | { readonly state: 'held' | 'awaiting-identity' }
  | { readonly state: 'refused'; readonly refusal: Refusal }
