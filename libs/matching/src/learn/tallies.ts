import type { LevelTable } from './level-table.js'
import type { Pattern } from './patterns.js'

/** Weighted counts of levels, and of pairs in which their comparison could be made. */
export class LevelCounts {
  readonly byLevel: Float64Array
  private readonly byComparison: Float64Array

  constructor(private readonly table: LevelTable) {
    this.byLevel = new Float64Array(table.size)
    this.byComparison = new Float64Array(table.comparisons)
  }

  add({ levels }: Pattern, weight: number): void {
    for (const level of levels) this.addLevel(level, weight)
  }

  addLevel(level: number, weight: number): void {
    const comparison = this.table.comparisonOf[level] ?? 0
    this.byLevel[level] = (this.byLevel[level] ?? 0) + weight
    this.byComparison[comparison] = (this.byComparison[comparison] ?? 0) + weight
  }

  countOf(level: number): number {
    return this.byLevel[level] ?? 0
  }

  ofComparison(level: number): number {
    return this.byComparison[this.table.comparisonOf[level] ?? 0] ?? 0
  }

  /** The chance of a level where its comparison can be made; every level gets `smoothing` pairs beforehand. */
  chance(level: number, smoothing: number): number {
    const whole = this.ofComparison(level) + smoothing * this.table.siblingsOf(level)
    return whole === 0 ? 0 : ((this.byLevel[level] ?? 0) + smoothing) / whole
  }
}
