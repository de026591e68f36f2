const mostBytes = 8 * 1024 * 1024

/** A message as far as it is kept here. */
interface Written {
  readonly eventId: string
  readonly value: Buffer
}

/**
 * The values of messages that this program wrote to its outbox a moment ago, so that its relay need not read them back: as
 * digits in a row they cost more than all else of it. Bounded in size, the oldest go first; nothing relies on it.
 *
 * What is found belongs to the row of that id: an id has one value, and whether the row is there is asked of the database.
 */
export class JustWritten {
  private readonly values = new Map<string, Buffer>()
  private bytes = 0

  constructor(private readonly most: number = mostBytes) {}

  /** What was written, or is about to be: a row that is not there in the end is not asked for. */
  add(messages: readonly Written[]): void {
    for (const { eventId, value } of messages) {
      this.drop(eventId)
      this.values.set(eventId, value)
      this.bytes += value.length
    }
    for (const eventId of this.values.keys()) {
      if (this.bytes <= this.most) return
      this.drop(eventId)
    }
  }

  valueOf(eventId: string): Buffer | undefined {
    return this.values.get(eventId)
  }

  /** It was published. */
  drop(eventId: string): void {
    this.bytes -= this.values.get(eventId)?.length ?? 0
    this.values.delete(eventId)
  }
}
