import { performance } from 'node:perf_hooks'
import { batch, gatewayDoor, signedDoor, single, type BenchDoor } from './doors.js'
import { eventAbout, inventChildren, posterOf, type Child } from './invented.js'
import { closedLoop, type Load } from './load.js'
import type { Bench } from './measure.js'
import { RawCommits } from './raw-commits.js'
import type { Figure } from './result.js'
import { ceilingOf, percentile, seeded } from './statistics.js'

const kind = 'attendance'
const poster = posterOf(kind)
const connections = 16
const batchSize = 200
const batchConnections = 2
/** The warm-up of a load, in those of other measures. */
const warmUps = 3

/**
 * P4, P4g and P5: how fast events are taken in, each answered when it is durable. The children are known, and each event
 * names one by two identifiers and its particulars; everything behind (relay, routing, projection, log) runs meanwhile.
 */
export async function measureIngest(bench: Bench): Promise<readonly Figure[]> {
  const { hub, sizes, seed, say } = bench
  const children = inventChildren(seed, sizes.children)
  const random = seeded(seed)
  const next = () => eventAbout(children[Math.floor(random() * children.length)] as Child, kind)
  const direct = signedDoor(hub, 'exchange', poster, connections)
  say('children are registered')
  const url = await hub.databaseUrl()
  const raw = await RawCommits.prepare(url, () => register(direct, children))
  await hub.settle()
  const figures = [
    await held(bench, raw, { id: 'P4', eventsEach: 1 }, (seconds) => postFor(direct, seconds, next)),
    await throughGateway(bench, next),
    await held(bench, raw, { id: 'P5', eventsEach: batchSize }, (seconds) => postBatches(bench, seconds, next)),
  ]
  await direct.close()
  return figures
}

async function register(door: BenchDoor, children: readonly Child[]): Promise<void> {
  for (let from = 0; from < children.length; from += 50) {
    const events = children.slice(from, from + 50).map((child) => eventAbout(child, 'admitted'))
    const answer = JSON.parse(await door.ask(batch(events))) as { results: { eventId?: string; code?: string }[] }
    const refused = answer.results.find(({ eventId }) => eventId === undefined)
    if (refused) throw new Error(`An invented child was refused: ${JSON.stringify(refused)}`)
  }
}

function postFor(door: BenchDoor, seconds: number, next: () => object): Promise<Load> {
  return closedLoop(connections, seconds, async () => {
    await door.ask(single(next()))
  })
}

async function postBatches({ hub }: Bench, seconds: number, next: () => object): Promise<Load> {
  const door = signedDoor(hub, 'exchange', poster, batchConnections)
  const load = await closedLoop(batchConnections, seconds, async () => {
    await door.ask(batch(Array.from({ length: batchSize }, next)))
  })
  await door.close()
  return load
}

/**
 * A load between two runs of its ceiling, each with nothing else to do. Both are warm: a program that has just started runs
 * uncompiled, at half its speed. How long all that the events cause takes to come to rest afterwards is told beside it.
 */
async function held(
  { hub, sizes, say }: Bench,
  raw: RawCommits,
  what: { readonly id: string; readonly eventsEach: number },
  work: (seconds: number) => Promise<Load>,
): Promise<Figure> {
  const rawLoad = {
    connections: what.eventsEach === 1 ? connections : 1,
    eventsEach: what.eventsEach,
    warmUpSeconds: sizes.ceilingSeconds / 2,
    seconds: sizes.ceilingSeconds,
  }
  say(`${what.id}: warm-up, ceiling, load, ceiling`)
  await work(sizes.warmUpSeconds * warmUps)
  await hub.settle()
  const before = await raw.perSecond(rawLoad)
  const load = await work(sizes.loadSeconds)
  const settledFrom = performance.now()
  await hub.settle()
  const settledMs = performance.now() - settledFrom
  const after = await raw.perSecond(rawLoad)
  const { ceiling, note } = ceilingOf(before, after)
  const settled = `all it causes was done ${(settledMs / 1000).toFixed(1)} s after the last`
  const notes = [latencyNote(load), settled, ...(note === undefined ? [] : [note])]
  return { id: what.id, value: load.perSecond * what.eventsEach, ceiling, note: notes.join('; ') }
}

async function throughGateway({ hub, sizes, say }: Bench, next: () => object): Promise<Figure> {
  say('P4g: the same through the gateway')
  const door = gatewayDoor(hub, poster, connections)
  await postFor(door, sizes.warmUpSeconds, next)
  const load = await postFor(door, sizes.loadSeconds, next)
  await door.close()
  await hub.settle()
  return { id: 'P4g', value: load.perSecond, note: latencyNote(load) }
}

function latencyNote({ latenciesMs }: Load): string {
  const [p50, p99] = [percentile(latenciesMs, 0.5), percentile(latenciesMs, 0.99)]
  return `answered in p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms`
}
