import { performance } from 'node:perf_hooks'
import type { BenchHub } from './bench-hub.js'
import { signedDoor, usualHeaders, type BenchDoor } from './doors.js'
import { heldChild, recordOf, type HeldChild } from './held-children.js'
import { seeded } from './statistics.js'
import { combined, twoSidedAuc, type Seen } from './tell-apart.js'

const holder = 'northbridge-council'
const stranger = 'larkhill-primary'
const guardian = { 'waymark-purpose': 'safeguard-child', 'waymark-actor': 'guardian-desk;bench-1' }
const at = '2026-11-02T09:00:00Z'
const connections = 8
/** A planted early return of this part of the time must be seen, or the measure measures nothing. */
const plantedShare = 0.2
/** Answers before these are not counted: what is compiled and remembered on the way. */
const warmUp = 200

/** What is asked of a child by who may not know of it. */
type Question = (door: BenchDoor, child: HeldChild, serial: number) => Promise<string>

const byNumber = 'query ($s: String!, $v: String!) { childByIdentifier(system: $s, value: $v) { uci status } }'
const questions: Readonly<Record<string, Question>> = {
  graphql: (door, { upn }) =>
    door.ask({
      ...{ method: 'POST', path: '/graphql', headers: usualHeaders },
      body: JSON.stringify({ query: byNumber, variables: { s: 'urn:waymark:upn', v: upn } }),
    }),
  resolve: (door, child, serial) =>
    door.ask({
      ...{ method: 'POST', path: '/v1/resolve', headers: usualHeaders },
      body: JSON.stringify(recordOf(child, { agency: stranger, id: `alike-${String(serial)}`, at })),
    }),
}

/** How well one feature of one door tells hidden children from unknown ones. */
export interface Apart {
  readonly door: string
  readonly feature: string
  readonly auc: number
}

/**
 * Hides children at both levels, asks for each of them and for one nobody knows, in an order drawn by chance, one request
 * at a time, and tells how well time and size of the answers tell the two apart (security-and-audit.md §7).
 */
export async function measureAlike(
  hub: BenchHub,
  { pairs, seed, say }: { readonly pairs: number; readonly seed: number; readonly say: (line: string) => void },
): Promise<readonly Apart[]> {
  await hideChildren(hub, { pairs, seed, say })
  await hub.settle()
  const door = signedDoor(hub, 'identity', stranger, 1)
  const found: Apart[] = []
  try {
    for (const [name, question] of Object.entries(questions)) {
      say(`${name}: ${String(2 * pairs)} questions`)
      const seen = await ask(door, question, { pairs, seed })
      found.push(...judged(name, seen.slice(warmUp)))
    }
  } finally {
    await door.close()
  }
  return found
}

async function hideChildren(
  hub: BenchHub,
  { pairs, seed, say }: { readonly pairs: number; readonly seed: number; readonly say: (line: string) => void },
): Promise<void> {
  say(`${String(pairs)} children are hidden`)
  const [council, desk] = [
    signedDoor(hub, 'identity', holder, connections),
    signedDoor(hub, 'identity', 'guardian-desk', connections),
  ]
  const hide = async (n: number): Promise<void> => {
    const record = recordOf(heldChild(seed, n), { agency: holder, id: `held-${String(n)}`, at })
    const resolving = {
      method: 'POST',
      path: '/v1/resolve',
      body: JSON.stringify(record),
      headers: usualHeaders,
    } as const
    const { uci } = JSON.parse(await council.ask(resolving)) as { uci: string }
    const level = n % 2 === 0 ? 'location-hidden' : 'existence-hidden'
    const body = JSON.stringify({ level, reason: 'A benchmark.', reviewOn: '2099-06-01', child: { uci } })
    await desk.ask({ method: 'POST', path: '/v1/protections', body, headers: guardian })
  }
  try {
    for (let from = 0; from < pairs; from += connections)
      await Promise.all(Array.from({ length: Math.min(connections, pairs - from) }, (_, n) => hide(from + n)))
  } finally {
    await Promise.all([council.close(), desk.close()])
  }
}

/** Children from 0 are hidden, those from `pairs` on are known to nobody. */
async function ask(
  door: BenchDoor,
  question: Question,
  { pairs, seed }: { readonly pairs: number; readonly seed: number },
): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  for (const n of shuffled(2 * pairs, seed)) {
    const child = heldChild(seed, n)
    const from = performance.now()
    const text = await question(door, child, n)
    seen.push({ isHidden: n < pairs, features: { ms: performance.now() - from, bytes: Buffer.byteLength(text) } })
  }
  return seen
}

function judged(door: string, seen: readonly Seen[]): readonly Apart[] {
  const aucOf = (name: string, of: readonly Seen[]): number =>
    twoSidedAuc(of.map(({ isHidden, features }) => ({ isHidden, value: features[name] ?? 0 })))
  const planted = seen.map(({ isHidden, features }) => ({
    isHidden,
    features: { ...features, ms: (features['ms'] ?? 0) * (isHidden ? 1 - plantedShare : 1) },
  }))
  return [
    ...['ms', 'bytes'].map((feature) => ({ door, feature, auc: aucOf(feature, seen) })),
    { door, feature: 'all', auc: twoSidedAuc(combined(seen)) },
    { door, feature: 'planted', auc: aucOf('ms', planted) },
  ]
}

function shuffled(count: number, seed: number): readonly number[] {
  const random = seeded(seed)
  return Array.from({ length: count }, (_, n) => ({ n, place: random() }))
    .sort((one, two) => one.place - two.place)
    .map(({ n }) => n)
}
