import type { NamePair, NamePart } from '#libs/matching'

/** The life of a pair of names. Only accepted ones go into a model; one that is settled otherwise a steward may propose again. */
export const variantMoves = {
  proposed: ['accepted', 'refused'],
  accepted: ['withdrawn'],
  refused: ['proposed'],
  withdrawn: ['proposed'],
} as const satisfies Record<string, readonly string[]>

export type VariantState = keyof typeof variantMoves

/** What a steward says of a pair on the table. */
export type VariantVerdict = 'accepted' | 'refused' | 'withdrawn'

/** Who found it: mining, by numbers alone; mining, with what persons had decided in reviews; or a steward, who named it. */
export type VariantOrigin = 'mined' | 'reviewed' | 'steward'

/** A pair on the table. */
export interface NameVariant {
  readonly id: string
  readonly part: NamePart
  readonly pair: NamePair
  readonly state: VariantState
  readonly origin: VariantOrigin
  /** Of those that were mined. */
  readonly children?: number
  readonly lift?: number
  readonly proposedAt: Date
  /** The steward who named it last; mining is nobody. */
  readonly proposedBy?: string
  /** When it was last settled, if it was. */
  readonly decidedAt?: Date
}

export type VariantStep =
  | { readonly ok: true; readonly to: VariantVerdict }
  | { readonly ok: false; readonly because: 'settled' | 'same-person' }

/** What a verdict comes to. Who named a pair may take it back, and another accepts it. */
export function settleVariant(
  { state, origin, proposedBy }: Pick<NameVariant, 'state' | 'origin' | 'proposedBy'>,
  verdict: VariantVerdict,
  person: string,
): VariantStep {
  const moves: readonly string[] = variantMoves[state]
  if (!moves.includes(verdict)) return { ok: false, because: 'settled' }
  if (verdict === 'accepted' && origin === 'steward' && proposedBy === person)
    return { ok: false, because: 'same-person' }
  return { ok: true, to: verdict }
}

/** The place in a list of what a person named: before whatever children say. */
export const namedFirst = 2_147_483_647

/** Where a pair stands in a list, by whose number pages follow each other. */
export function rankOf({ children = namedFirst }: Pick<NameVariant, 'children'>): number {
  return children
}

/** Whether a steward may propose a pair that is on the table. */
export function mayBeProposed(state: VariantState): boolean {
  const moves: readonly string[] = variantMoves[state]
  return moves.includes('proposed')
}
