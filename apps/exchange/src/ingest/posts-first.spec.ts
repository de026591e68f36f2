import { describe, expect, it } from '@jest/globals'
import { PostsFirst } from './posts-first.js'

/** Posts first by a clock that only waiting moves, and work. */
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

describe('what an event causes', () => {
  it('does not wait while few events are in hand', async () => {
    const { posts, work, now } = anHour()
    const pass = posts.turnstile()
    void posts.taking(11, never)
    work(500)
    await pass()
    expect(now()).toBe(500)
  })

  it('gives posts four times what it took for itself, and has a fifth of the time however long they press', async () => {
    const { posts, work, now } = anHour()
    const pass = posts.turnstile()
    void posts.taking(400, never)
    let worked = 0
    while (now() < 60_000) {
      await pass()
      work(100)
      worked += 100
    }
    expect(worked / now()).toBeCloseTo(0.2, 1)
  })

  it('never waits for longer than two seconds at once', async () => {
    const { posts, work, now } = anHour()
    const pass = posts.turnstile()
    void posts.taking(400, never)
    work(60_000)
    await pass()
    expect(now()).toBe(62_000)
  })

  it('goes on as soon as the posts are answered, also when one of them failed', async () => {
    const { posts, work, now } = anHour()
    const pass = posts.turnstile()
    let fail: (error: Error) => void = () => undefined
    const taken = posts.taking(400, () => new Promise((_, reject) => (fail = reject)))
    work(1000)
    const waited = pass()
    fail(new Error('refused'))
    await expect(taken).rejects.toThrow('refused')
    await waited
    expect(now()).toBeLessThan(1100)
    expect(posts.isPressing()).toBe(false)
  })

  it('waits together where it asks together', async () => {
    const { posts, work, now } = anHour()
    const pass = posts.turnstile()
    void posts.taking(400, never)
    work(100)
    await Promise.all([pass(), pass(), pass()])
    expect(now()).toBe(500)
  })
})
