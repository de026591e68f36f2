/** One answer as somebody sees it who tries to tell hidden children from unknown ones. */
export interface Seen {
  readonly isHidden: boolean
  readonly features: Readonly<Record<string, number>>
}

/**
 * How well a feature tells the hidden from the unknown: the chance that of a hidden and an unknown one the larger value is
 * the hidden one's, or the unknown one's if that is likelier. .5 tells nothing.
 *
 * @see security-and-audit.md §7: at most .52
 */
export function twoSidedAuc(values: readonly { readonly isHidden: boolean; readonly value: number }[]): number {
  const sorted = [...values].sort((one, two) => one.value - two.value)
  const hidden = sorted.filter(({ isHidden }) => isHidden).length
  const unknown = sorted.length - hidden
  if (hidden === 0 || unknown === 0) return 0.5
  const auc = (ranksOfHidden(sorted) - (hidden * (hidden + 1)) / 2) / (hidden * unknown)
  return Math.max(auc, 1 - auc)
}

/** The sum of the hidden ones' places in the order, equal values sharing theirs. */
function ranksOfHidden(sorted: readonly { readonly isHidden: boolean; readonly value: number }[]): number {
  let ranks = 0
  let from = 0
  for (let until = 1; until <= sorted.length; until += 1) {
    if (until < sorted.length && sorted[until]?.value === sorted[from]?.value) continue
    const same = sorted.slice(from, until).filter(({ isHidden }) => isHidden).length
    ranks += (same * (from + 1 + until)) / 2
    from = until
  }
  return ranks
}

const steps = 300
const rate = 0.5

/** All features at once, weighed by a logistic regression over the same answers: what the best guess would make of them. */
export function combined(seen: readonly Seen[]): readonly { readonly isHidden: boolean; readonly value: number }[] {
  const names = Object.keys(seen[0]?.features ?? {})
  const columns = names.map((name) => standardised(seen.map(({ features }) => features[name] ?? 0)))
  const weights = names.map(() => 0)
  const scoreOf = (at: number): number => weights.reduce((sum, weight, n) => sum + weight * (columns[n]?.[at] ?? 0), 0)
  for (let step = 0; step < steps; step += 1) {
    const errors = seen.map(({ isHidden }, at) => Number(isHidden) - 1 / (1 + Math.exp(-scoreOf(at))))
    names.forEach((_, n) => {
      const slope = errors.reduce((sum, error, at) => sum + error * (columns[n]?.[at] ?? 0), 0) / seen.length
      weights[n] = (weights[n] ?? 0) + rate * slope
    })
  }
  return seen.map(({ isHidden }, at) => ({ isHidden, value: scoreOf(at) }))
}

function standardised(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  return values.map((value) => (deviation === 0 ? 0 : (value - mean) / deviation))
}
