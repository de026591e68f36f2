import { likenessWith } from '../added-variants.js'
import type { Comparable } from '../comparable.js'
import type { Profile } from '../profile.js'
import { compare, type Work } from '../score.js'
import { LikenessCache } from '../similarity.js'
import { Tally } from '../tally.js'
import type { Cut } from './cut.js'
import type { LevelTable } from './level-table.js'

/** Frequencies are rounded to half a bit, so that pairs alike in all else share a pattern. */
const step = 500
/** Where no step up or down stands in the key of a pattern. */
const middle = 0x8000

/** A pattern of levels, and what frequencies add to it, in milli-bits. */
export interface Pattern {
  readonly levels: readonly number[]
  readonly tfM: number
  readonly tfS: number
}

/** Which levels pairs of profiles reach together: many pairs, few patterns. */
export class Patterns {
  readonly list: Pattern[] = []
  private readonly numbers = new Map<string, number>()
  private readonly work: Work
  /** Of the pair that is observed. */
  private readonly levels: number[] = []
  private last: { readonly profile: Profile; readonly cut: Comparable } | undefined

  constructor(
    private readonly table: LevelTable,
    private readonly cut: Cut,
  ) {
    const { model } = table
    this.work = { alike: new LikenessCache(likenessWith(model.variants)).of, tally: new Tally(model) }
  }

  /** The number of the pattern of a pair; pairs of one profile are best observed one after the other. */
  observe(left: Profile, right: Profile): number {
    const { levels, table, work } = this
    if (this.last?.profile !== left) this.last = { profile: left, cut: this.cut(left) }
    compare(this.last.cut, this.cut(right), work)
    let tfM = 0
    let tfS = 0
    levels.length = 0
    work.tally.forEach((comparison, level, { m, s }) => {
      levels.push(table.numberOf(comparison, level))
      tfM += m
      tfS += s
    })
    return this.numberOf(levels, Math.round(tfM / step), Math.round(tfS / step))
  }

  private numberOf(levels: readonly number[], stepsM: number, stepsS: number): number {
    const key = String.fromCharCode(...levels, middle + stepsM, middle + stepsS)
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.list.length)
    return this.list.push({ levels: [...levels], tfM: stepsM * step, tfS: stepsS * step }) - 1
  }
}
