import { describe, expect, it } from '@jest/globals'
import type { Caller } from '#libs/security'
import { AcceptEvents } from './accept-events.js'
import { OutboxRoom } from './outbox-room.js'
import { PostsFirst } from './posts-first.js'

type Parts = ConstructorParameters<typeof AcceptEvents>[0]

describe('an outbox that is full', () => {
  const room = new OutboxRoom(1_000)
  const parts: Partial<Parts> = {
    isOutboxFull: () => room.isFull(),
    posts: new PostsFirst(),
    agreements: { get: () => Promise.resolve({}) } as unknown as Parts['agreements'],
    references: { ofOneBatch: () => undefined } as unknown as Parts['references'],
  }
  const accept = () => new AcceptEvents(parts as Parts).accept([], {} as Caller)

  it('takes nothing more and says when to come again, until the relay has made room', async () => {
    room.note(999)
    await expect(accept()).resolves.toEqual([])
    room.note(1_000)
    await expect(accept()).rejects.toMatchObject({ code: 'OUTBOX_FULL', retryAfterSeconds: 10 })
    room.note(999)
    await expect(accept()).resolves.toEqual([])
  })
})
