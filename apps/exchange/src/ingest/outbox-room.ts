/** Whether the outbox may take more; looked at between requests, never by one. */
export class OutboxRoom {
  private isOverLimit = false

  /** @param limit - rows not yet published, above which nothing is accepted */
  constructor(private readonly limit: number) {}

  isFull(): boolean {
    return this.isOverLimit
  }

  note(unpublished: number): void {
    this.isOverLimit = unpublished >= this.limit
  }
}
