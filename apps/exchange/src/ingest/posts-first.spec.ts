import { describe, expect, it } from '@jest/globals'
import { PostsFirst } from './posts-first.js'

/** Posts first by a clock that only waiting and work move. */
function anHour() {
  let nowMs = 0
  const work = (ms: number) => {
    nowMs += ms
  }
  const posts = new PostsFirst(
    () => nowMs,
    async (ms) => {
      work(ms)
      await Promise.resolve()
    },
  )
  return { posts, work, now: () => nowMs }
}

const never = () => new Promise<never>(() => undefined)

/** Posts that have pressed for a while: sixteen clients, each with its next event as soon as the last is answered. */
function pressed() {
  const it = anHour()
  for (let client = 0; client < 16; client++) void it.posts.taking(1, never)
  it.work(2_000)
  expect(it.posts.isPressing()).toBe(true)
  return it
}

describe('what an event causes', () => {
  it('does not wait while few events are in hand', async () => {
    const { posts, work, now } = anHour()
    const take = posts.pace()
    for (let n = 0; n < 9; n++) void posts.taking(1, never)
    work(5_000)
    await take()
    await take()
    expect(now()).toBe(5_000)
  })

  it('does not wait for a heap of posts after a short pause, nor for one batch', async () => {
    const { posts, work, now } = anHour()
    const take = posts.pace()
    void posts.taking(500, never)
    work(300)
    await take()
    await take()
    expect(now()).toBe(300)
  })

  it('goes on in fewer and larger steps while posts press, however long', async () => {
    const { posts, now } = pressed()
    const take = posts.pace()
    const from = now()
    for (let n = 0; n < 100; n++) await take()
    expect(now()).toBe(from + 99 * 250)
  })

  it('keeps no record of an access back for longer than a second', async () => {
    const { posts, now } = pressed()
    const take = posts.pace(true)
    await take()
    const from = now()
    await take()
    expect(now() - from).toBe(1_000)
  })

  it('goes on at once when posts press no more, also when one of them failed', async () => {
    const { posts, work, now } = anHour()
    let fail: (error: Error) => void = () => undefined
    const taken = posts.taking(400, () => new Promise((_, reject) => (fail = reject)))
    work(2_000)
    expect(posts.isPressing()).toBe(true)
    fail(new Error('refused'))
    await expect(taken).rejects.toThrow('refused')
    work(1_500)
    const take = posts.pace()
    const from = now()
    await take()
    await take()
    expect(now()).toBe(from)
  })

  it('does not wait for a while after an urgent event', async () => {
    const { posts, work, now } = pressed()
    const take = posts.pace()
    await take()
    posts.hasten()
    const from = now()
    await take()
    expect(now()).toBe(from)
    work(2_000)
    expect(posts.isPressing()).toBe(true)
  })
})
