import { sizesOf, type ClusterEvidence, type SizePrior } from './cluster-evidence.js'
import type { Clusters } from './clusters.js'

/** Neighbours from this score on are looked at, in milli-bits. */
export const neighbourScore = -2000
/** Larger clusters do not look for another one to join. */
const mostMerging = 8

/** Records that were retrieved together, and scored not far below even odds. */
export type Neighbours = readonly (readonly number[])[]

export function neighboursOf(evidence: ClusterEvidence, records: number, retrieved: number): Neighbours {
  const { one, two, scores } = evidence.pairs
  const near: number[][] = Array.from({ length: records }, () => [])
  for (let pair = 0; pair < retrieved; pair += 1) {
    if ((scores[pair] as number) <= neighbourScore) continue
    near[one[pair] as number]?.push(two[pair] as number)
    near[two[pair] as number]?.push(one[pair] as number)
  }
  return near
}

/** What clusters as wholes say: small ones merge, and single records move, to where profile evidence is greatest. */
export function refine(
  evidence: ClusterEvidence,
  clusters: Clusters,
  near: Neighbours,
  { rounds, only }: { readonly rounds: number; readonly only?: ReadonlySet<number> },
): void {
  const parts: Parts = {
    evidence,
    clusters,
    near,
    sizePrior: sizesOf(clusters),
    only,
    merges: new Map(),
    moves: new Map(),
  }
  for (let round = 0; round < rounds; round += 1) {
    const merged = mergeSmall(parts)
    const moved = moveSingles(parts)
    if (merged + moved === 0) return
  }
}

interface Parts {
  readonly evidence: ClusterEvidence
  readonly clusters: Clusters
  readonly near: Neighbours
  readonly sizePrior: SizePrior
  /** Records to be looked at; undefined: all. */
  readonly only: ReadonlySet<number> | undefined
  /** When clusters and single records were last looked at in vain: nothing comes of it again until something changes. */
  readonly merges: Map<number, number>
  readonly moves: Map<number, number>
}

/** Whether a cluster of one of some records, or of a neighbour of theirs, has changed since a time. */
function hasChanged({ clusters, near }: Parts, members: readonly number[], since: number | undefined): boolean {
  if (since === undefined) return true
  return members.some(
    (record) =>
      clusters.changedAt(clusters.clusterOf(record)) > since ||
      near[record]?.some((other) => clusters.changedAt(clusters.clusterOf(other)) > since),
  )
}

function mergeSmall(parts: Parts): number {
  const { clusters } = parts
  const order = clustersToLookAt(parts).map((cluster) => [clusters.members(cluster).length, cluster] as const)
  order.sort((one, two) => one[0] - two[0] || one[1] - two[1])
  let merged = 0
  for (const [, cluster] of order) {
    const members = clusters.members(cluster)
    if (members.length === 0 || members.length > mostMerging) continue
    if (!hasChanged(parts, members, parts.merges.get(cluster))) continue
    const best = bestNeighbour(parts, members, cluster)
    if (best.cluster !== undefined && best.evidence > 0) {
      clusters.merge(cluster, best.cluster)
      merged += 1
    } else parts.merges.set(cluster, clusters.now)
  }
  return merged
}

function moveSingles(parts: Parts): number {
  const { clusters, near, only } = parts
  let moved = 0
  for (let record = 0; record < near.length; record += 1) {
    if (only?.has(record) === false) continue
    if (!hasChanged(parts, [record], parts.moves.get(record))) continue
    if (moveSingle(parts, record)) moved += 1
    else parts.moves.set(record, clusters.now)
  }
  return moved
}

/** @returns whether a record was moved, to another cluster or to one of its own */
function moveSingle(parts: Parts, record: number): boolean {
  const { clusters, evidence, sizePrior } = parts
  const cluster = clusters.clusterOf(record)
  const rest = clusters.members(cluster).filter((member) => member !== record)
  if (rest.length === 0) return false
  const own = evidence.profile([record], rest) + sizePrior(1, rest.length)
  const best = bestNeighbour(parts, [record], cluster)
  const isBetter = best.evidence > Math.max(own, 0)
  if (!isBetter && own >= 0) return false
  clusters.move(record, isBetter ? best.cluster : undefined)
  return true
}

function clustersToLookAt({ clusters, only }: Parts): readonly number[] {
  if (only === undefined) return [...clusters.all.keys()]
  return [...new Set([...only].map((record) => clusters.clusterOf(record)))]
}

function bestNeighbour(
  { clusters, evidence, near, sizePrior }: Parts,
  members: readonly number[],
  own: number,
): { readonly cluster: number | undefined; readonly evidence: number } {
  const around = new Set(members.flatMap((record) => near[record]?.map((other) => clusters.clusterOf(other)) ?? []))
  let best: number | undefined
  let most = -Infinity
  for (const cluster of around) {
    const others = clusters.members(cluster)
    if (cluster === own || evidence.clashes(members, others)) continue
    const found = evidence.profile(members, others) + sizePrior(members.length, others.length)
    if (found > most) [best, most] = [cluster, found]
  }
  return { cluster: best, evidence: most }
}
