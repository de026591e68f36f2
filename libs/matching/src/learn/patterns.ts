import type { Profile } from '../profile.js'
import { score } from '../score.js'
import type { LevelTable } from './level-table.js'

/** Frequencies are rounded to half a bit, so that pairs alike in all else share a pattern. */
const step = 500

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

  constructor(private readonly table: LevelTable) {}

  /** The number of the pattern of a pair. */
  observe(left: Profile, right: Profile): number {
    const { evidence } = score(left, right, this.table.model)
    let tfM = 0
    let tfS = 0
    const levels = evidence.map(({ comparison, level, s, tf }) => {
      const number = this.table.numberOf(comparison, level)
      tfM += tf
      tfS += s - this.table.weightOf(number).s
      return number
    })
    return this.numberOf({ levels, tfM: rounded(tfM), tfS: rounded(tfS) })
  }

  private numberOf(pattern: Pattern): number {
    const key = `${pattern.levels.join()}|${pattern.tfM}|${pattern.tfS}`
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.list.length)
    return this.list.push(pattern) - 1
  }
}

function rounded(milliBits: number): number {
  return Math.round(milliBits / step) * step
}
