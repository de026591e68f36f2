import { ClusterEvidence, sizePriorOf, type SizePrior } from './cluster-evidence.js'
import { Clusters } from './clusters.js'
import type { Comparison } from './comparison.js'
import type { Features } from './features.js'
import { InformationIndex } from './information-index.js'
import type { Model } from './model.js'
import { PairStore } from './pair-store.js'
import { neighbourScore, refine } from './refine.js'
import type { Population } from './sample-pairs.js'

/** After so many arrivals sizes are learned again; after so many, the components they touched are settled. */
const [sizesEvery, settleEvery] = [1000, 5000] as const
const settlingRounds = 2

/** Persons found one record at a time, by a model that does not change. */
export class Arrivals {
  readonly pairs: PairStore
  readonly clusters: Clusters
  private readonly index: InformationIndex
  private readonly evidence: ClusterEvidence
  private readonly near: number[][]
  private readonly arrived: number[] = []
  /** Records whose surroundings have changed since the last settling. */
  private touched = new Set<number>()
  private sizePrior: SizePrior = () => 0

  constructor(parts: {
    readonly comparisons: readonly Comparison[]
    readonly features: Features
    readonly population: Population
    readonly model: Model
  }) {
    const { records, source } = parts.population
    this.pairs = new PairStore(parts.comparisons)
    this.clusters = new Clusters(records)
    this.index = new InformationIndex(parts.features, source)
    this.evidence = new ClusterEvidence(this.pairs, parts.model, source)
    this.near = Array.from({ length: records }, () => [])
  }

  /** Takes in a record: it joins a person or begins one, and those around it may merge or change sides. */
  add(record: number): void {
    const found = this.lookAround(record)
    this.index.add(record)
    this.arrived.push(record)
    const around = new Set(found.map((other) => this.clusters.clusterOf(other)))
    const best = this.best([record], around)
    if (best !== undefined) {
      around.delete(best)
      const joined = this.mergeAround(this.clusters.merge(best, this.clusters.clusterOf(record)), around)
      this.attract(record, found, joined)
    }
    if (this.arrived.length % sizesEvery === 0) this.learnSizes()
    if (this.arrived.length % settleEvery === 0) this.settle()
  }

  /** Groups again what arrivals have touched, by what clusters as wholes say. */
  settle(): void {
    refine(this.evidence, this.clusters, this.near, { rounds: settlingRounds, only: this.touched })
    this.touched = new Set()
  }

  /** Retrieved records that score near even odds or better. */
  private lookAround(record: number): readonly number[] {
    const found: number[] = []
    for (const other of this.index.find(record)) {
      const pair = this.pairs.pairOf(record, other, this.evidence.model)
      if ((this.pairs.scores[pair] as number) <= neighbourScore) continue
      found.push(other)
      this.near[record]?.push(other)
      this.near[other]?.push(record)
      this.touched.add(other)
    }
    if (found.length > 0) this.touched.add(record)
    return found
  }

  private best(members: readonly number[], around: Iterable<number>): number | undefined {
    let best: number | undefined
    let most = 0
    for (const cluster of around) {
      const found = this.evidenceOf(members, this.clusters.members(cluster))
      if (found >= most) [best, most] = [cluster, found]
    }
    return best
  }

  private mergeAround(start: number, around: Set<number>): number {
    let cluster = start
    for (;;) {
      const next = this.best(this.clusters.members(cluster), around)
      if (next === undefined) return cluster
      around.delete(next)
      cluster = this.clusters.merge(cluster, next)
    }
  }

  /** Records around a new one follow it if its person suits them better than their own. */
  private attract(record: number, found: readonly number[], cluster: number): void {
    for (const other of found) {
      const own = this.clusters.clusterOf(other)
      const rest = this.clusters.members(own).filter((member) => member !== other)
      if (own === cluster || rest.length === 0) continue
      const pair = this.pairs.pairOf(record, other, this.evidence.model)
      if ((this.pairs.scores[pair] as number) < 0) continue
      const there = this.evidenceOf([other], this.clusters.members(cluster))
      if (there >= 0 && there > this.evidenceOf([other], rest)) this.clusters.move(other, cluster)
    }
  }

  private evidenceOf(left: readonly number[], right: readonly number[]): number {
    if (right.length === 0 || this.evidence.clashes(left, right)) return -Infinity
    return this.evidence.mean(left, right) + this.sizePrior(left.length, right.length)
  }

  private learnSizes(): void {
    const known = new Set(this.arrived.map((record) => this.clusters.clusterOf(record)))
    this.sizePrior = sizePriorOf([...known].map((cluster) => this.clusters.members(cluster)))
  }
}
