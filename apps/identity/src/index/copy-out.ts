import type { Duplex } from 'node:stream'
import type { Client, Connection, Submittable } from 'pg'

const atOnce = 500

/**
 * The rows that `COPY (select …) TO STDOUT (FORMAT BINARY)` sends, some hundred at a time, each as PostgreSQL wrote it. While
 * one lot is worked on PostgreSQL waits, so that a table of any size passes through little memory.
 *
 * @throws what PostgreSQL says, or that the connection broke
 */
export async function* copyOut(client: Client, select: string): AsyncGenerator<readonly Buffer[]> {
  const copy = client.query(new CopyOut(`copy (${select}) to stdout (format binary)`))
  for (;;) {
    const rows = await copy.take()
    if (rows.length === 0) return
    yield rows
  }
}

/** What `pg` calls while it is the query of a connection. */
class CopyOut implements Submittable {
  private readonly rows: Buffer[] = []
  private stream: Duplex | undefined
  private isDone = false
  private fault: unknown
  private wake: () => void = () => undefined

  constructor(private readonly text: string) {}

  submit(connection: Connection): void {
    this.stream = connection.stream
    connection.query(this.text)
  }

  /** The next rows; none after the last. */
  async take(): Promise<readonly Buffer[]> {
    while (!this.isDone && this.rows.length < atOnce) {
      const woken = new Promise<void>((resolve) => (this.wake = resolve))
      this.stream?.resume()
      await woken
    }
    if (this.fault !== undefined) throw this.fault as Error
    return this.rows.splice(0, atOnce)
  }

  /** The bytes are those of a buffer that `pg` fills again. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.rows.push(Buffer.from(chunk))
    if (this.rows.length < atOnce) return
    this.stream?.pause()
    this.wake()
  }

  handleCommandComplete(): void {
    // what ends it is that the connection is ready again
  }

  handleReadyForQuery(): void {
    this.end()
  }

  handleError(fault: unknown): void {
    this.fault = fault
    this.end()
  }

  /** The end may stand in the very bytes that filled a lot: nobody takes another, and the connection must read on. */
  private end(): void {
    this.isDone = true
    this.stream?.resume()
    this.wake()
  }
}
