/**
 * The life of a handover: what may follow what. Time alone never closes one. `retracted` is one whose child never left: the
 * departure that opened it was taken back.
 */
export const handoverMoves = {
  open: ['overdue', 'confirmed', 'declined', 'closed-by-custodian', 'retracted'],
  overdue: ['overdue', 'confirmed', 'declined', 'closed-by-custodian', 'retracted'],
  declined: ['open', 'closed-by-custodian'],
  confirmed: [],
  'closed-by-custodian': [],
  retracted: [],
} as const satisfies Record<string, readonly string[]>

/** Where a handover stands. */
export type HandoverState = keyof typeof handoverMoves

/** What is handed over. */
export type HandoverKind =
  'school' | 'protection-file' | 'area' | 'placement' | 'gp' | 'temporary-accommodation' | 'return-interview'

/** The part of a handover that decides what may become of it. */
export interface Handover {
  readonly id: string
  readonly kind: HandoverKind
  readonly state: HandoverState
  readonly openedBy: string
  /** Absent where nobody is known to receive the child. */
  readonly expectedReceiver: string | undefined
  /** The child's council. */
  readonly council: string | undefined
  readonly wasDeclined: boolean
  readonly level: number
  readonly dueAtMs: number
  readonly isHalved: boolean
}

/** Whether one state may follow another. */
export function mayBecome(from: HandoverState, to: HandoverState): boolean {
  return (handoverMoves[from] as readonly HandoverState[]).includes(to)
}

/** Whether nothing may follow. */
export function isClosed({ state }: Pick<Handover, 'state'>): boolean {
  return handoverMoves[state].length === 0
}

/** Whether it still waits for its receiver. */
export function isWaiting({ state }: Pick<Handover, 'state'>): boolean {
  return state === 'open' || state === 'overdue'
}

/**
 * Whether an agency's word closes this handover: the receiver it waits for; the child's council where nobody is expected,
 * or the one expected said no; for a family in temporary accommodation the 0-19 service too.
 */
export function mayConfirm(
  handover: Handover,
  by: { readonly id: string; readonly isHealthVisiting: boolean },
): boolean {
  if (by.id === handover.expectedReceiver) return true
  if (handover.kind === 'temporary-accommodation' && by.isHealthVisiting) return true
  return by.id === handover.council && (handover.expectedReceiver === undefined || handover.wasDeclined)
}

/** Only the one it waits for can decline. */
export function mayDecline(handover: Handover, agencyId: string): boolean {
  return agencyId === handover.expectedReceiver
}
