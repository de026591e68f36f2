import type { PairCounts } from './pairs.js'
import type { Tally } from './tally.js'

/** One figure beside the least and the wanted value. */
interface Figure {
  readonly measure: string
  readonly value: number
  readonly floor: number
  readonly goal: number
  readonly isHeld: boolean
}

/** What an evaluation found. */
export interface Evaluation {
  readonly model: string
  readonly isReviewed: boolean
  readonly figures: readonly Figure[]
  readonly counts: Readonly<Record<string, number>>
  readonly reasons: Readonly<Record<string, number>>
  readonly groups: Readonly<
    Record<string, { readonly known: number; readonly automatic: number; readonly reviewed: number }>
  >
  /** The commonest ways in which a known child was not linked. */
  readonly missed: readonly (readonly [pattern: string, times: number])[]
}

const shownPatterns = 300

/** The figures of the issue, each beside its floor and its goal. */
export function figuresOf(tally: Tally, pairs: PairCounts): Omit<Evaluation, 'model' | 'isReviewed'> {
  const { known, linked, reviewedRight, links, wrongLinks, reviews, submissions, waiting } = tally
  const groups = groupsOf(tally)
  const recalls = Object.values(groups).map(({ automatic }) => automatic)
  const { persons, several } = tally.duplicates
  const precision = 1 - share(wrongLinks, links)
  return {
    figures: [
      atLeast('automatic precision', precision, 0.9999, 0.9999),
      atLeast('automatic recall', share(linked, known), 0.97, 0.985),
      atLeast('recall with review', share(linked + reviewedRight, known), 0.99, 0.998),
      atMost('review share of submissions', share(reviews, submissions), 0.025, 0.015),
      atMost('false merges per 100,000 twin pairs', share(pairs.mergedMultiples, pairs.multiples) * 100_000, 1, 0),
      atMost('adoption links leaked', pairs.leaks, 0, 0),
      atMost('recall gap between name-origin groups', Math.max(...recalls) - Math.min(...recalls), 0.02, 0.01),
      atMost('expected calibration error', tally.calibrationError, 0.02, 0.01),
      atMost('persons with several UCIs', share(several, persons), 0.003, 0.003),
    ],
    counts: {
      submissions,
      waiting,
      links,
      wrongLinks,
      reviews,
      registered: tally.registered,
      known,
      linked,
      reviewedRight,
      persons,
      several,
      twinPairs: pairs.multiples,
      mergedTwinPairs: pairs.mergedMultiples,
      pairPrecision: pairs.precision,
      pairRecall: pairs.recall,
    },
    reasons: Object.fromEntries(tally.reasons),
    groups,
    missed: [...tally.missed].sort(([, one], [, two]) => two - one).slice(0, shownPatterns),
  }
}

/** The figures as a table, for people. */
export function tableOf({ figures }: Evaluation): string {
  const lines = figures.map(
    ({ measure, value, floor, goal, isHeld }) =>
      `${isHeld ? '✓' : '✗'} ${measure.padEnd(40)} ${shown(value).padStart(10)}  floor ${shown(floor)}, goal ${shown(goal)}`,
  )
  return lines.join('\n')
}

function groupsOf(tally: Tally): Evaluation['groups'] {
  return Object.fromEntries(
    [...tally.groups].map(([name, { known, linked, reviewedRight }]) => [
      name,
      { known, automatic: share(linked, known), reviewed: share(linked + reviewedRight, known) },
    ]),
  )
}

function atLeast(measure: string, value: number, floor: number, goal: number): Figure {
  return { measure, value, floor, goal, isHeld: value >= floor }
}

function atMost(measure: string, value: number, floor: number, goal: number): Figure {
  return { measure, value, floor, goal, isHeld: value <= floor }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(5)
}
