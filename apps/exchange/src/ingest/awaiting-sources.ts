/**
 * The agencies whose events wait for `identity`: what they post later queues behind, so that their order is kept.
 * One program accepts events; a second one would have to ask the database instead.
 */
export class AwaitingSources {
  private stored: ReadonlySet<string> = new Set()
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
    if (isWaiting) this.stored = new Set([...this.stored, source])
  }

  /** What the database says; events being written meanwhile still count. */
  replace(stored: readonly string[]): void {
    this.stored = new Set(stored)
  }
}
