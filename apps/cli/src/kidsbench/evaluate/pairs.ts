import type { Truth } from './truth.js'

/** Pairs of records in one child, against pairs of one person. */
export interface PairCounts {
  readonly precision: number
  readonly recall: number
  /** Pairs of twins and triplets, and how many of them share a child. */
  readonly multiples: number
  readonly mergedMultiples: number
  /** Adoptions whose two identities share a child. */
  readonly leaks: number
}

/**
 * Counts pairs. Records without a child count as alone; those of a sealed person are left out, since they must not be
 * found.
 */
export function countPairs(clusters: Int32Array, truth: Truth, isSealed: (person: number) => boolean): PairCounts {
  const together = new Map<number, number>()
  const ofPerson = new Float64Array(truth.origin.length)
  const ofCluster = new Map<number, number>()
  const base = truth.origin.length
  clusters.forEach((cluster, record) => {
    const person = truth.person[record] ?? -1
    if (isSealed(person) || cluster < 0) return
    ofPerson[person] = (ofPerson[person] ?? 0) + 1
    ofCluster.set(cluster, (ofCluster.get(cluster) ?? 0) + 1)
    const cell = cluster * base + person
    together.set(cell, (together.get(cell) ?? 0) + 1)
  })
  const right = pairsIn(together.values())
  return {
    precision: right / Math.max(1, pairsIn(ofCluster.values())),
    recall: right / Math.max(1, pairsIn(ofPerson)),
    ...shared(clusters, truth),
  }
}

function pairsIn(sizes: Iterable<number>): number {
  let pairs = 0
  for (const size of sizes) pairs += (size * (size - 1)) / 2
  return pairs
}

/** Children that hold records of two twins, or of both identities of one adoption. */
function shared(clusters: Int32Array, truth: Truth): Pick<PairCounts, 'multiples' | 'mergedMultiples' | 'leaks'> {
  const births = new Map<number, Set<number>>()
  const persons = new Map<number, Set<number>>()
  truth.multiple.forEach((birth, person) => {
    if (birth >= 0) setIn(births, birth).add(person)
  })
  clusters.forEach((cluster, record) => {
    const person = truth.person[record] ?? -1
    const isWatched = (truth.multiple[person] ?? -1) >= 0 || (truth.succession[person] ?? -1) >= 0
    if (cluster >= 0 && isWatched) setIn(persons, cluster).add(person)
  })
  const merged = new Set<string>()
  const leaks = new Set<number>()
  for (const people of persons.values()) {
    for (const [one, two] of pairsOf([...people])) {
      if (isShared(truth.multiple, one, two)) merged.add(`${Math.min(one, two)}-${Math.max(one, two)}`)
      if (isShared(truth.succession, one, two)) leaks.add(truth.succession[one] ?? -1)
    }
  }
  const sizes = [...births.values()].map(({ size }) => size)
  return { multiples: pairsIn(sizes), mergedMultiples: merged.size, leaks: leaks.size }
}

function isShared(sets: Int32Array, one: number, two: number): boolean {
  return (sets[one] ?? -1) >= 0 && sets[one] === sets[two]
}

function pairsOf<T>(list: readonly T[]): readonly (readonly [T, T])[] {
  return list.flatMap((one, at) => list.slice(at + 1).map((two) => [one, two] as const))
}

function setIn(sets: Map<number, Set<number>>, key: number): Set<number> {
  const found = sets.get(key) ?? new Set<number>()
  sets.set(key, found)
  return found
}
