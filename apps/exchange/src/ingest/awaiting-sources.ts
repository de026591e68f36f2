/**
 * The agencies whose events wait for `identity`: what they post later queues behind, so that their order is kept.
 * One program accepts events; a second one would have to ask the database instead.
 */
export class AwaitingSources {
  private stored: ReadonlySet<string> = new Set()
  /** Those of which an event was written while the database was asked: its answer may not have it yet. */
  private readonly writtenMeanwhile = new Set<string>()
  private readonly beingWritten = new Map<string, number>()

  has(source: string): boolean {
    return this.stored.has(source) || this.beingWritten.has(source)
  }

  /** An event of this source is going to wait; to be settled when it is written, or was not. */
  begin(source: string): void {
    this.beingWritten.set(source, (this.beingWritten.get(source) ?? 0) + 1)
  }

  settle(source: string, isWaiting: boolean): void {
    const left = (this.beingWritten.get(source) ?? 1) - 1
    if (left === 0) this.beingWritten.delete(source)
    else this.beingWritten.set(source, left)
    if (!isWaiting) return
    this.writtenMeanwhile.add(source)
    this.stored = new Set([...this.stored, source])
  }

  /**
   * Takes what the database says; events that are being written meanwhile, or were, still count.
   *
   * @param ask - the sources of which events wait
   */
  async refresh(ask: () => Promise<readonly string[]>): Promise<void> {
    this.writtenMeanwhile.clear()
    const stored = await ask()
    this.stored = new Set([...stored, ...this.writtenMeanwhile])
  }
}
