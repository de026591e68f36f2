/** A child as a change of identity names it. */
export interface ChangedChild {
  readonly childId: string
  /** Ten symbols; absent while too little is known of it. */
  readonly uci?: string
  readonly part: 'kept' | 'joined' | 'new' | 'revived' | 'closed'
}

/** A message of `waymark.identity-changes.v1`, opened. */
export interface IdentityChange extends Partial<ChangedChild> {
  readonly v: 1
  readonly changeId: string
  readonly at: string
  readonly kind: string
  readonly childId: string
  readonly status?: 'active' | 'provisional' | 'withdrawn'
  readonly others?: readonly ChangedChild[]
  /** Agencies that have a record of its children, or were told of them; at the kept child only. */
  readonly holders?: readonly string[]
}

/** A change that rows and holders follow. */
export interface ToldChange extends IdentityChange {
  readonly kind: 'merged' | 'superseded' | 'split' | 'mislinked'
  readonly part: 'kept'
  readonly others: readonly ChangedChild[]
}

const told: readonly string[] = ['merged', 'superseded', 'split', 'mislinked']

/** One event a child and change: that of the kept child is told, since it names the others. */
export function isTold(change: IdentityChange): change is ToldChange {
  return told.includes(change.kind) && change.part === 'kept' && change.others !== undefined
}

/** What holders write anew because of one other child; nothing where either has no identifier. */
export function identifiersIn(
  { kind, uci }: ToldChange,
  other: ChangedChild,
): { readonly oldUci: string; readonly newUci: string } | undefined {
  if (uci === undefined || other.uci === undefined) return undefined
  const isJoin = kind === 'merged' || kind === 'superseded'
  return isJoin ? { oldUci: other.uci, newUci: uci } : { oldUci: uci, newUci: other.uci }
}
