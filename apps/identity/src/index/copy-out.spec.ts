import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import type { Client } from 'pg'
import { copyOut } from './copy-out.js'

interface Query {
  submit(connection: object): void
  handleCopyData(data: { readonly chunk: Buffer }): void
  handleReadyForQuery(): void
  handleError(fault: unknown): void
}

/** A connection on which a whole lot and what follows it arrive in the same bytes. */
function arriving(last: (query: Query) => void): { readonly client: Client; readonly stream: PassThrough } {
  const stream = new PassThrough()
  const query = (copy: Query): Query => {
    copy.submit({ stream, query: () => undefined })
    setImmediate(() => {
      for (let row = 0; row < 500; row += 1) copy.handleCopyData({ chunk: Buffer.from([row & 255]) })
      last(copy)
    })
    return copy
  }
  return { client: { query } as unknown as Client, stream }
}

describe('a table whose end comes with a full lot', () => {
  it('leaves a connection that reads on', async () => {
    const { client, stream } = arriving((copy) => {
      copy.handleReadyForQuery()
    })
    const lots: number[] = []
    for await (const rows of copyOut(client, 'select 1')) lots.push(rows.length)
    expect(lots).toEqual([500])
    expect(stream.isPaused()).toBe(false)
  })

  it('leaves one when the end is an error, too', async () => {
    const { client, stream } = arriving((copy) => {
      copy.handleError(new Error('division by zero'))
    })
    const taking = async (): Promise<void> => {
      for await (const rows of copyOut(client, 'select 1')) expect(rows).toHaveLength(0)
    }
    await expect(taking()).rejects.toThrow('division by zero')
    expect(stream.isPaused()).toBe(false)
  })
})
