/**
 * How a record stands to what is buried: `live` meets nothing of it; `stale` is a record of the sealed identity itself, all
 * of whose names are buried or which gives none; `mixed` meets it and says another name too, so it might join the two.
 */
export type Burial = 'live' | 'stale' | 'mixed'

/**
 * What the tombstones say of a group of records. A stale record is compared with what other stale records registered, as an
 * unknown child's would be; one that might join the two identities is compared with nobody.
 *
 * @see identity.md §8
 */
export class DeadRecords<R> {
  /** @param staleChildren - children that stale records registered */
  constructor(
    private readonly burials: ReadonlyMap<R, Burial> = new Map(),
    private readonly staleChildren: Set<string> = new Set(),
  ) {}

  /** Whether it meets what is buried: the guardian desk learns of it, the sender never. */
  isDead(record: R): boolean {
    return this.of(record) !== 'live'
  }

  isStale(record: R): boolean {
    return this.of(record) === 'stale'
  }

  /** Who of the children a record may speak of. */
  among<C extends { readonly childId: string }>(record: R, candidates: readonly C[]): readonly C[] {
    const burial = this.of(record)
    if (burial === 'live') return candidates
    return burial === 'mixed' ? [] : candidates.filter(({ childId }) => this.staleChildren.has(childId))
  }

  /** A stale record registered this child. */
  addStale(childId: string): void {
    this.staleChildren.add(childId)
  }

  private of(record: R): Burial {
    return this.burials.get(record) ?? 'live'
  }
}
