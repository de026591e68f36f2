import type { Comparable } from './comparable.js'
import type { Comparison, Model, Weight } from './model.js'
import { frequenciesOf, type Correction, type Frequencies } from './term-frequency.js'

/** One comparison's part of a score, in milli-bits; `tf` is the part of it that frequencies made of M. */
export interface Evidence {
  readonly comparison: Comparison
  readonly level: string
  readonly m: number
  readonly s: number
  readonly tf: number
}

const groupNames = ['identifiers', 'names', 'birth', 'residence', 'family', 'institutions'] as const

/** What evidence is about; comparisons of one group depend on each other. */
export type EvidenceGroup = (typeof groupNames)[number]

const groupOf: Readonly<Record<Comparison, number>> = {
  names: 1,
  middle: 1,
  birth: 2,
  sex: 2,
  'birth-order': 2,
  residence: 3,
  'nhs-number': 0,
  upn: 0,
  uln: 0,
  'master-index': 0,
  'local-number': 0,
  mother: 4,
  'other-parent': 4,
  contact: 4,
  school: 5,
  practice: 5,
}

/** Most that a group may add, in milli-bits. */
const familyCap = 8000
const institutionCap = 4000
const uncorrected: Correction = { m: 0, s: 0 }

/** Adds the levels of a pair up, group by group; used again for the next pair. */
export class Tally {
  readonly frequencies: Frequencies
  private readonly m = new Int32Array(groupNames.length)
  private readonly s = new Int32Array(groupNames.length)
  private left: Comparable | undefined
  private right: Comparable | undefined

  /** @param evidence - where each part is put; left out where only sums are asked for */
  constructor(
    private readonly model: Model,
    private readonly evidence?: Evidence[],
  ) {
    this.frequencies = frequenciesOf(model)
  }

  /** Begins a pair: nothing is known of it yet. */
  begin(left: Comparable, right: Comparable): void {
    this.left = left
    this.right = right
    this.m.fill(0)
    this.s.fill(0)
  }

  /** Adds the level of a comparison; `undefined` is *not known* and adds nothing. */
  add(comparison: Comparison, level: string | undefined): void {
    if (level === undefined) return
    const weight = this.model.levels[comparison][level]
    if (weight === undefined) return
    const { m, s } = this.correctionOf(weight)
    const group = groupOf[comparison]
    this.m[group] = (this.m[group] ?? 0) + weight.m + m
    this.s[group] = (this.s[group] ?? 0) + weight.s + s
    this.evidence?.push({ comparison, level, m: weight.m + m, s: weight.s + s, tf: m })
  }

  /** Adds evidence that was stored. */
  addStored({ comparison, m, s }: Evidence): void {
    const group = groupOf[comparison]
    this.m[group] = (this.m[group] ?? 0) + m
    this.s[group] = (this.s[group] ?? 0) + s
  }

  /** Sums with the prior, in milli-bits. */
  total(): { readonly m: number; readonly s: number } {
    return { m: this.sum(this.m, this.model.prior.m), s: this.sum(this.s, this.model.prior.s) }
  }

  /** Sum of M with the prior, as far as it was added up. */
  get same(): number {
    return this.sum(this.m, this.model.prior.m)
  }

  /** Groups whose M counts, in the order of their names. */
  groups(): readonly EvidenceGroup[] {
    return groupNames.filter((_, group) => capped(this.m, group) >= this.model.gates.groupFrom).sort()
  }

  private correctionOf({ tf }: Weight): Correction {
    if (tf === undefined || !this.left || !this.right) return uncorrected
    return this.frequencies.correct(tf, this.left, this.right)
  }

  private sum(sums: Int32Array, prior: number): number {
    let total = prior
    for (let group = 0; group < sums.length; group += 1) total += capped(sums, group)
    return total
  }
}

function capped(sums: Int32Array, group: number): number {
  const sum = sums[group] ?? 0
  return group === 4 ? Math.min(familyCap, sum) : group === 5 ? Math.min(institutionCap, sum) : sum
}
