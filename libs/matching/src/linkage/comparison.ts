/**
 * How one kind of field is compared. A comparison answers a number: -1 if either side lacks the field, else
 * `rarity * 64 + level`, where rarity is -log2 of the frequency of what agrees, in milli-bits (0: nothing to tell).
 */
export interface Comparison {
  readonly label: string
  /** Levels are 0 (nothing agrees) to `levels - 1` (everything agrees). */
  readonly levels: number
  /** A grid of two roles of `side` levels each (level = first * side + second); absent: a plain ladder. */
  readonly side?: number
  /** Whether a level speaks of agreement rather than of difference. */
  readonly agrees: (level: number) => boolean
  /** Records of one person differ in these ways at most so often; absent: no bound. The last one holds to the letter. */
  readonly differs?: readonly Difference[]
  /** How often the top level is reached by chance at least, were the parts of a value independent. */
  readonly chance: number
  readonly compare: (one: number, two: number) => number
  /**
   * How relatives compare. `surname`: theirs agrees as one person's would, their given names as anybody's. Else the
   * share of them who have the field in common as one person would have it, as guessed before anything is known.
   */
  readonly kin: 'surname' | number
  /** Whether the field is meant to name one person: whether it does is seen from the pairs that share a value. */
  readonly namesOne?: true
  /**
   * Told how many records a person has on average, since a value's own repetitions do not make it common: what full
   * agreement says may change.
   */
  readonly expectRepeats?: (recordsPerPerson: number) => void
  /** What records are found by; absent: the field finds nobody. */
  readonly units?: IndexUnits
  /** What the comparison takes for variants of each other; set from learned pairs. */
  readonly variants?: VariantSource
}

/** A way to differ, and the share of one person's pairs of records that may differ so. */
export interface Difference {
  readonly most: number
  readonly at: (level: number) => boolean
}

/** Guesses of how often relatives have something in common: home, parents and school; a birthday; an identifier. */
export const kinship = { home: 0.5, seldom: 1 / 32, hardly: 1 / 1024 } as const

/** The things of a field by which the information index finds records: whole values, or the tokens of a name. */
export interface IndexUnits {
  /** Units of record r: `list[from[r]]` to `list[from[r + 1] - 1]`. */
  readonly from: Int32Array
  readonly list: Int32Array
  readonly count: number
  /** Visits the features of a unit: the texts that records are posted under. */
  readonly features: (unit: number, visit: (feature: string) => void) => void
  /** Units whose features are asked for as well, though not posted: tokens one edit away. */
  readonly near?: () => readonly (readonly number[])[]
}

/** Values of which some turn out to be two ways to say one thing. */
interface VariantSource {
  /** Value sets, a list each, in which variants are looked for: a name has two (given, surname), others one. */
  readonly roles: readonly IndexLists[]
  /** Takes pairs of values for variants, and forgets those before. */
  readonly learn: (pairs: readonly (readonly [number, number])[]) => Concerned
}

/** Whether a record has a value that variants were learned of: two that have may compare otherwise than before. */
export type Concerned = (record: number) => boolean

/** Lists of numbers, one a record: `list[from[r]]` to `list[from[r + 1] - 1]`. */
export interface IndexLists {
  readonly from: Int32Array
  readonly list: Int32Array
}

export const missing = -1
/** Room for levels in what a comparison answers. */
export const levelRoom = 64

/** -log2 of a frequency, in milli-bits, at least 1 so that it is told from *no frequency*. */
export function rarityOf(count: number, total: number): number {
  return Math.max(1, Math.round(1000 * Math.log2(total / Math.max(count, 1))))
}

/** Lists of one value a record (none where missing). */
export function singleLists(values: Int32Array): IndexLists {
  const from = new Int32Array(values.length + 1)
  values.forEach((value, record) => {
    from[record + 1] = (from[record] as number) + (value >= 0 ? 1 : 0)
  })
  return { from, list: values.filter((value) => value >= 0) }
}

/** How often each value occurs. */
export function countsOf(values: Iterable<number>, distinct: number): Int32Array {
  const counts = new Int32Array(distinct)
  for (const value of values) if (value >= 0) counts[value] = (counts[value] as number) + 1
  return counts
}
