import type { Comparison, FrequencyOf, Model } from '../model.js'

/** One level of one comparison, under a number. */
interface NumberedLevel {
  readonly comparison: Comparison
  readonly level: string
  readonly tf: FrequencyOf | undefined
}

/** All levels of a model in a row, so that what is learned of them stands in arrays. */
export class LevelTable {
  readonly levels: readonly NumberedLevel[]
  /** Number of the comparison of each level. */
  readonly comparisonOf: readonly number[]
  readonly comparisons: number
  private readonly numbers: Readonly<Record<string, ReadonlyMap<string, number>>>

  constructor(readonly model: Model) {
    const comparisons = Object.keys(model.levels) as Comparison[]
    this.comparisons = comparisons.length
    this.levels = comparisons.flatMap((comparison) =>
      Object.entries(model.levels[comparison]).map(([level, { tf }]) => ({ comparison, level, tf })),
    )
    this.comparisonOf = this.levels.map(({ comparison }) => comparisons.indexOf(comparison))
    const numbered = this.levels.map(({ comparison, level }, at) => ({ comparison, level, at }))
    this.numbers = Object.fromEntries(
      comparisons.map((comparison) => {
        const own = numbered.filter((one) => one.comparison === comparison)
        return [comparison, new Map(own.map(({ level, at }) => [level, at]))]
      }),
    )
  }

  get size(): number {
    return this.levels.length
  }

  numberOf(comparison: Comparison, level: string): number {
    return this.numbers[comparison]?.get(level) ?? -1
  }

  /** The model's own weight of a level, in milli-bits. */
  weightOf(level: number): { readonly m: number; readonly s: number } {
    const { comparison, level: name } = this.levels[level] as NumberedLevel
    return this.model.levels[comparison][name] ?? { m: 0, s: 0 }
  }

  /** How many levels the comparison of a level has. */
  siblingsOf(level: number): number {
    const comparison = this.comparisonOf[level]
    return this.comparisonOf.filter((other) => other === comparison).length
  }
}
