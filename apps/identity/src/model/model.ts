/** The life of a model. Only an active one decides; a shadow is asked beside it and told on. */
export const modelMoves = {
  draft: ['shadow', 'retired'],
  shadow: ['active', 'retired'],
  active: ['retired'],
  retired: ['active'],
} as const satisfies Record<string, readonly string[]>

export type ModelStatus = keyof typeof modelMoves

/** A model on file, without what it is made of. */
export interface ModelOnFile {
  readonly hash: string
  readonly name: string
  readonly normaliser: string
  readonly status: ModelStatus
  readonly proposedBy?: string
}

export type ProposalStep =
  /** A draft is asked beside the active model from now on; one person may have that. */
  | { readonly step: 'shadow' }
  /** The first of two persons proposes that it decide. */
  | { readonly step: 'propose' }
  /** The second, who is another, agrees. */
  | { readonly step: 'activate' }
  | { readonly step: 'refuse'; readonly because: 'is-active' | 'same-person' }

/** What becomes of a model when a person proposes it; a retired one comes back by the same two persons, without a shadow. */
export function stepFor(
  { status, proposedBy }: Pick<ModelOnFile, 'status' | 'proposedBy'>,
  person: string,
): ProposalStep {
  if (status === 'draft') return { step: 'shadow' }
  if (status === 'active') return { step: 'refuse', because: 'is-active' }
  if (proposedBy === undefined) return { step: 'propose' }
  return proposedBy === person ? { step: 'refuse', because: 'same-person' } : { step: 'activate' }
}
