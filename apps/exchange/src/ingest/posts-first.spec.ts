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
    const pass = posts.turnstile()
    for (let n = 0; n < 9; n++) void posts.taking(1, never)
    work(5_000)
    await pass()
    expect(now()).toBe(5_000)
    expect(await posts.pace()()).toBe(Infinity)
  })

  it('does not wait for a heap of posts after a short pause, nor for one batch', async () => {
    const { posts, work, now } = anHour()
    const pass = posts.turnstile()
    void posts.taking(500, never)
    work(300)
    await pass()
    expect(now()).toBe(300)
  })

  it('gives posts four times what it took for itself, and has a fifth of the time while they press', async () => {
    const { posts, work, now } = pressed()
    const pass = posts.turnstile()
    let worked = 0
    const from = now()
    while (now() < 10_000) {
      await pass()
      work(100)
      worked += 100
    }
    expect(worked / (now() - from)).toBeCloseTo(0.2, 1)
  })

  it('never rests for longer than two seconds at once, and not at all after ten seconds', async () => {
    const { posts, work, now } = pressed()
    const pass = posts.turnstile()
    work(5_000)
    await pass()
    expect(now()).toBe(9_000)
    work(60_000)
    await pass()
    expect(now()).toBe(69_000)
    expect(await posts.pace()()).toBe(Infinity)
  })

  it('gives way again when posts press anew', async () => {
    const { posts, work, now } = anHour()
    const pressFor = async (ms: number) => {
      let answer: () => void = () => undefined
      const taken = posts.taking(16, () => new Promise<void>((resolve) => (answer = resolve)))
      work(2_000)
      expect(posts.isPressing()).toBe(true)
      work(ms - 2_000)
      const seen = posts.isPressing()
      answer()
      await taken
      return seen
    }
    expect(await pressFor(60_000)).toBe(false)
    work(31_000)
    expect(await pressFor(2_000)).toBe(true)
    expect(now()).toBe(93_000)
  })

  it('does not give way again and again to a load that presses now and then', async () => {
    const { posts, work } = anHour()
    const seen: boolean[] = []
    for (let second = 0; second < 40; second += 4) {
      let answer: () => void = () => undefined
      const taken = posts.taking(16, () => new Promise<void>((resolve) => (answer = resolve)))
      work(2_000)
      seen.push(posts.isPressing())
      answer()
      await taken
      work(2_000)
      expect(posts.isPressing()).toBe(false)
    }
    expect(seen).toEqual([true, true, true, ...Array.from({ length: 7 }, () => false)])
  })

  it('goes on soon after the posts are answered, also when one of them failed', async () => {
    const { posts, work, now } = anHour()
    let fail: (error: Error) => void = () => undefined
    const taken = posts.taking(400, () => new Promise((_, reject) => (fail = reject)))
    work(1_000)
    const pass = posts.turnstile()
    work(1_000)
    const waited = pass()
    fail(new Error('refused'))
    await expect(taken).rejects.toThrow('refused')
    await waited
    expect(now()).toBeLessThan(3_500)
    expect(posts.isPressing()).toBe(false)
  })

  it('does not wait for a while after an urgent event', async () => {
    const { posts, work, now } = pressed()
    const [pass, take] = [posts.turnstile(), posts.pace()]
    work(100)
    posts.hasten()
    const from = now()
    await pass()
    expect([await take(), now()]).toEqual([Infinity, from])
    work(2_000)
    expect(posts.isPressing()).toBe(true)
  })

  it('waits together where it asks together', async () => {
    const { posts, work, now } = pressed()
    const pass = posts.turnstile()
    work(100)
    const from = now()
    await Promise.all([pass(), pass(), pass()])
    expect(now()).toBe(from + 400)
  })

  it('goes on in fewer and larger steps, one event of five that are accepted, and a few in any case', async () => {
    const { posts, now } = pressed()
    const take = posts.pace()
    expect(await take()).toBe(20)
    const from = now()
    await posts.taking(1_000, () => Promise.resolve())
    expect(await take()).toBe(200)
    expect(now() - from).toBe(2_000)
    expect(await take()).toBe(20)
  })

  it('keeps no record of an access back for longer than a second', async () => {
    const { posts, now } = pressed()
    const take = posts.pace(true)
    await take()
    const from = now()
    expect([await take(), now() - from]).toEqual([Infinity, 1_000])
  })
})
