import { performance } from 'node:perf_hooks'
import { signedDoor, single, batch, usualHeaders, type BenchDoor } from './doors.js'
import { eventAbout, inventChildren, posterOf, type Child, type EventKind } from './invented.js'
import { openLoop } from './load.js'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'
import { percentile } from './statistics.js'

const recipients = ['larkhill-primary', 'st-brannocs-primary', 'northbridge-hospitals', 'vale-police']
const patienceMs = 60_000
/** The warm-up, in those of other measures: the door, the router and the feeds share a thread and are compiled in turn. */
const warmUps = 4

/**
 * P6: from the answer to a post to the moment its copy is in the answer of a feed that waits, at a fixed rate and with four
 * recipients an event. Feeds and posts go to exchange's own door; each feed is asked again as soon as it has answered.
 */
export async function measureDelivery({ hub, sizes, seed, say }: Bench): Promise<readonly Figure[]> {
  const children = inventChildren(seed + 1, Math.max(4, Math.round(sizes.children / 4)))
  say('P6: children with two schools')
  for (const kind of ['admitted', 'admittedElsewhere'] as const) await post(signedDoorOf(kind), children, kind)
  await hub.settle()
  const door = signedDoorOf('plan')
  const feeds = await Promise.all(recipients.map((name) => Feed.open(signedDoor(hub, 'exchange', name, 2))))
  const answeredAt = new Map<string, number>()
  let at = 0
  const work = async () => {
    const child = children[at++ % children.length] as Child
    const { eventId } = JSON.parse(await door.ask(single(eventAbout(child, 'plan')))) as { eventId: string }
    answeredAt.set(eventId, performance.now())
  }
  await openLoop(sizes.deliveriesPerSecond, sizes.warmUpSeconds * warmUps, work)
  await Promise.all(feeds.map((feed) => feed.sawAll(answeredAt)))
  answeredAt.clear()
  say(`P6: ${String(sizes.deliveriesPerSecond)} events a second`)
  await openLoop(sizes.deliveriesPerSecond, sizes.deliverySeconds, work)
  const missing = await Promise.all(feeds.map((feed) => feed.sawAll(answeredAt)))
  await Promise.all([door.close(), ...feeds.map((feed) => feed.close())])
  return figures(
    feeds,
    answeredAt,
    missing.reduce((sum, count) => sum + count, 0),
  )

  function signedDoorOf(kind: EventKind): BenchDoor {
    return signedDoor(hub, 'exchange', posterOf(kind), 64)
  }
}

async function post(door: BenchDoor, children: readonly Child[], kind: EventKind): Promise<void> {
  for (let from = 0; from < children.length; from += 50)
    await door.ask(batch(children.slice(from, from + 50).map((child) => eventAbout(child, kind))))
  await door.close()
}

function figures(feeds: readonly Feed[], answeredAt: ReadonlyMap<string, number>, missing: number): readonly Figure[] {
  const latencies = feeds.flatMap(({ seenAt }) =>
    [...answeredAt].flatMap(([eventId, at]) => {
      const seen = seenAt.get(eventId)
      return seen === undefined ? [] : [Math.max(0, seen - at)]
    }),
  )
  if (missing > 0) throw new Error(`${String(missing)} copies did not reach their feeds`)
  const note = `${String(latencies.length)} copies, at exchange's signed door; the slowest took ${Math.max(...latencies).toFixed(0)} ms`
  return [
    { id: 'P6.p50', value: percentile(latencies, 0.5), note },
    { id: 'P6.p99', value: percentile(latencies, 0.99), note },
  ]
}

/** A recipient that asks for its feed without a pause. */
class Feed {
  readonly seenAt = new Map<string, number>()
  private isClosed = false
  private readonly reading: Promise<void>

  private constructor(
    private readonly door: BenchDoor,
    private after: number,
  ) {
    this.reading = this.read()
    this.reading.catch(() => undefined) // told by close
  }

  static async open(door: BenchDoor): Promise<Feed> {
    const status = await door.ask({ method: 'GET', path: '/v1/feed/status', headers: usualHeaders })
    return new Feed(door, (JSON.parse(status) as { head: number }).head)
  }

  /** Waits until every event has arrived. @returns how many have not in a minute */
  async sawAll(answered: ReadonlyMap<string, unknown>): Promise<number> {
    const missing = () => [...answered.keys()].filter((id) => !this.seenAt.has(id)).length
    for (const until = performance.now() + patienceMs; performance.now() < until && missing() > 0;)
      await Promise.race([this.reading, new Promise((resolve) => setTimeout(resolve, 50))])
    return missing()
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.reading
    await this.door.close()
  }

  private async read(): Promise<void> {
    while (!this.isClosed) {
      const path = `/v1/feed?after=${String(this.after)}&limit=500&wait=1`
      const page = JSON.parse(await this.door.ask({ method: 'GET', path, headers: usualHeaders })) as FeedSlot[]
      const now = performance.now()
      for (const { id, sequence } of page) {
        this.seenAt.set(id, now)
        this.after = Number(sequence)
      }
    }
  }
}

interface FeedSlot {
  readonly id: string
  readonly sequence: string
}
