import type { ClusterEvidence, SizePrior } from './cluster-evidence.js'
import { Clusters } from './clusters.js'

/**
 * Groups records by average evidence: pairs that are likelier one person than not, best first, join their clusters
 * while the mean evidence and the size prior together are not against it.
 */
export function agglomerate(
  evidence: ClusterEvidence,
  records: number,
  retrieved: number,
  sizePrior: SizePrior,
): Clusters {
  const { pairs } = evidence
  const clusters = new Clusters(records)
  for (const pair of bestFirst(pairs.scores, retrieved)) {
    const one = clusters.clusterOf(pairs.one[pair] as number)
    const two = clusters.clusterOf(pairs.two[pair] as number)
    if (one === two) continue
    const left = clusters.members(one)
    const right = clusters.members(two)
    if (evidence.clashes(left, right)) continue
    const isPair = left.length === 1 && right.length === 1
    if (isPair || evidence.mean(left, right) + sizePrior(left.length, right.length) >= 0) clusters.merge(one, two)
  }
  return clusters
}

/** Pairs from 0 bits, best first; ties in the order they were found. */
function bestFirst(scores: Int32Array, retrieved: number): Float64Array {
  const keys: number[] = []
  for (let pair = 0; pair < retrieved; pair += 1) {
    const score = scores[pair] as number
    if (score >= 0) keys.push((1_000_000 - score) * 4294967296 + pair)
  }
  return Float64Array.from(keys)
    .sort()
    .map((key) => key % 4294967296)
}
