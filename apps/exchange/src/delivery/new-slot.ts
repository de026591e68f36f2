/** Why a slot holds no copy. */
export type TombstoneReason =
  'basis-withdrawn' | 'objection-upheld' | 'no-longer-entitled' | 'corrected' | 'erased' | 'expired'

/** A slot to be numbered. */
export interface NewSlot {
  readonly recipient: string
  /** The event's id; of a withdrawal an id of its own. */
  readonly eventId: string
  /** The event it tells of. */
  readonly about: string
  readonly childId?: string
  readonly decisionId: string
  readonly ackDueAt: Date
  readonly content:
    { readonly keyId: string; readonly copy: Buffer } | { readonly reason: TombstoneReason; readonly withdraws: string }
}
