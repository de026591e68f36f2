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

const groupsByName = [...groupNames].sort().map((name) => groupNames.indexOf(name))
const family = groupNames.indexOf('family')
const institutions = groupNames.indexOf('institutions')

/** What evidence is about; comparisons of one group depend on each other. */
export type EvidenceGroup = (typeof groupNames)[number]

/** Comparisons in the order in which evidence is told, each with the number of its group. */
const groupOf: readonly (readonly [Comparison, number])[] = [
  ['names', 1],
  ['middle', 1],
  ['birth', 2],
  ['sex', 2],
  ['birth-order', 2],
  ['nhs-number', 0],
  ['upn', 0],
  ['uln', 0],
  ['master-index', 0],
  ['residence', 3],
  ['local-number', 0],
  ['mother', 4],
  ['other-parent', 4],
  ['contact', 4],
  ['school', 5],
  ['practice', 5],
]
const comparisons = groupOf.map(([comparison]) => comparison)
const groups = Uint8Array.from(groupOf, ([, group]) => group)
const placeOf = Object.fromEntries(comparisons.map((comparison, at) => [comparison, at])) as Readonly<
  Record<Comparison, number>
>

/** Most that a group may add, in milli-bits. */
const familyCap = 8000
const institutionCap = 4000
const uncorrected: Correction = { m: 0, s: 0 }

/**
 * Adds the levels of a pair up, group by group; used again for the next pair. It keeps the level of each comparison, so that
 * the evidence of a pair that turns out to matter can be told without comparing again.
 */
export class Tally {
  readonly frequencies: Frequencies
  private readonly m = new Int32Array(groupNames.length)
  private readonly s = new Int32Array(groupNames.length)
  private readonly levels: (string | undefined)[] = comparisons.map(() => undefined)
  private readonly corrections: Correction[] = comparisons.map(() => uncorrected)
  private left: Comparable | undefined
  private right: Comparable | undefined

  constructor(private readonly model: Model) {
    this.frequencies = frequenciesOf(model)
  }

  /** Begins a pair: nothing is known of it yet. */
  begin(left: Comparable, right: Comparable): void {
    this.left = left
    this.right = right
    for (let group = 0; group < this.m.length; group += 1) {
      this.m[group] = 0
      this.s[group] = 0
    }
    for (let at = 0; at < this.levels.length; at += 1) this.levels[at] = undefined
  }

  /** Adds the level of a comparison; `undefined` is *not known* and adds nothing. */
  add(comparison: Comparison, level: string | undefined): void {
    if (level === undefined) return
    const weight = this.model.levels[comparison][level]
    if (weight === undefined) return
    const correction = this.correctionOf(weight)
    const place = placeOf[comparison]
    this.levels[place] = level
    this.corrections[place] = correction
    this.addTo(groups[place] ?? 0, weight.m + correction.m, weight.s + correction.s)
  }

  /** What was added, told in the order of comparisons. */
  evidence(): readonly Evidence[] {
    const found: Evidence[] = []
    for (let at = 0; at < comparisons.length; at += 1) {
      const [comparison, level, correction] = [comparisons[at], this.levels[at], this.corrections[at]]
      if (comparison === undefined || level === undefined || correction === undefined) continue
      const weight = this.model.levels[comparison][level]
      if (weight === undefined) continue
      found.push({
        comparison,
        level,
        m: weight.m + correction.m,
        s: weight.s + correction.s,
        tf: correction.m,
      })
    }
    return found
  }

  /** Tells what was added likewise, level by level with what frequencies made of it, and makes nothing for it. */
  forEach(tell: (comparison: Comparison, level: string, correction: Correction) => void): void {
    for (let at = 0; at < comparisons.length; at += 1) {
      const [comparison, level, correction] = [comparisons[at], this.levels[at], this.corrections[at]]
      if (comparison !== undefined && level !== undefined && correction !== undefined)
        tell(comparison, level, correction)
    }
  }

  /** The level of a comparison of the pair, if it could be made. */
  levelOf(comparison: Comparison): string | undefined {
    return this.levels[placeOf[comparison]]
  }

  /** Adds evidence that was stored. */
  addStored({ comparison, m, s }: Evidence): void {
    this.addTo(groups[placeOf[comparison]] ?? 0, m, s)
  }

  /** Sum of M with the prior, in milli-bits, as far as it was added up. */
  get same(): number {
    return this.sum(this.m, this.model.prior.m)
  }

  /** Sum of S with the prior, likewise. */
  get sibling(): number {
    return this.sum(this.s, this.model.prior.s)
  }

  /** The most that {@link same} can become by what is known of the family. */
  get sameWithFamily(): number {
    return this.same - capped(this.m, family) + familyCap
  }

  /** Groups whose M counts, in the order of their names. */
  groups(): readonly EvidenceGroup[] {
    return groupsIn(this.groupBits)
  }

  /** The same as bits, to be gathered over pairs and read by {@link groupsIn}. */
  get groupBits(): number {
    let bits = 0
    for (let group = 0; group < this.m.length; group += 1)
      if (capped(this.m, group) >= this.model.gates.groupFrom) bits |= 1 << group
    return bits
  }

  private addTo(group: number, m: number, s: number): void {
    this.m[group] = (this.m[group] ?? 0) + m
    this.s[group] = (this.s[group] ?? 0) + s
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

/** Groups by their bits, in the order of their names. */
export function groupsIn(bits: number): readonly EvidenceGroup[] {
  const found: EvidenceGroup[] = []
  for (const group of groupsByName) {
    const name = groupNames[group]
    if (name !== undefined && (bits & (1 << group)) > 0) found.push(name)
  }
  return found
}

function capped(sums: Int32Array, group: number): number {
  const sum = sums[group] ?? 0
  return group === family ? Math.min(familyCap, sum) : group === institutions ? Math.min(institutionCap, sum) : sum
}
