/** Records grouped into persons. Every record begins as a person of its own. */
export class Clusters {
  /** Record → cluster. */
  readonly of: Int32Array
  private readonly held = new Map<number, number[]>()
  private next: number
  private changes = 0
  private readonly changed = new Map<number, number>()

  constructor(records: number) {
    this.of = Int32Array.from({ length: records }, (_, record) => record)
    for (let record = 0; record < records; record += 1) this.held.set(record, [record])
    this.next = records
  }

  get all(): ReadonlyMap<number, readonly number[]> {
    return this.held
  }

  /** How many changes there have been. */
  get now(): number {
    return this.changes
  }

  /** When a cluster was last changed, by {@link now}; 0: never. */
  changedAt(cluster: number): number {
    return this.changed.get(cluster) ?? 0
  }

  /** The records of a cluster; none if it has gone. */
  members(cluster: number): readonly number[] {
    return this.held.get(cluster) ?? []
  }

  clusterOf(record: number): number {
    return this.of[record] as number
  }

  /** Joins two clusters under the number of the larger one. @returns that number */
  merge(one: number, two: number): number {
    const isLarger = this.members(one).length >= this.members(two).length
    const [kept, gone] = isLarger ? [one, two] : [two, one]
    const into = this.held.get(kept)
    for (const record of this.members(gone)) {
      this.of[record] = kept
      into?.push(record)
    }
    this.held.delete(gone)
    this.changed.set(kept, ++this.changes)
    return kept
  }

  /** Moves a record to another cluster, or to one of its own. */
  move(record: number, to?: number): void {
    const from = this.clusterOf(record)
    const left = this.members(from).filter((member) => member !== record)
    if (left.length > 0) this.held.set(from, left)
    else this.held.delete(from)
    const target = to ?? this.next++
    this.of[record] = target
    this.changes += 1
    this.changed.set(from, this.changes).set(target, this.changes)
    const members = this.held.get(target)
    if (members === undefined) this.held.set(target, [record])
    else members.push(record)
  }
}
