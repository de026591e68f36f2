import { createHash } from 'node:crypto'
import { canonicalJson } from '#libs/tlog'
import type { AddedVariants } from './added-variants.js'
import type { Calibration } from './calibration-map.js'
import { normaliserVersion } from './profile.js'

/** Weight of a level in milli-bits: the same child, and a sibling or household, each against unrelated children. */
export interface Weight {
  readonly m: number
  readonly s: number
  /** Which frequency corrects it: rare values say more, common ones less. */
  readonly tf?: FrequencyOf
}

/** What is rare or common: the whole name (wholly, or by seven tenths), the surname, a given name, a day of birth. */
export type FrequencyOf = 'full-name' | 'near-full-name' | 'family' | 'given' | 'middle' | 'day'

const weight = (m: number, s: number, tf?: FrequencyOf): Weight => (tf === undefined ? { m, s } : { m, s, tf })

/** The levels of every comparison with their day-one weights, in the order in which they are tried. */
const dayOneLevels = {
  names: {
    'both-exact': weight(17060, 8280, 'full-name'),
    'swapped-exact': weight(14010, 3000),
    'swapped-near': weight(8000, 1000),
    'same-tokens': weight(14000, 5000),
    'exact-through-former-name': weight(14000, 6000, 'family'),
    'exact-through-alias': weight(14000, 6000, 'family'),
    'surname-exact-given-variant': weight(13000, 6400, 'family'),
    'surname-exact-given-one-edit': weight(12500, 10400, 'family'),
    'given-exact-surname-near': weight(11000, 4300, 'given'),
    'tokens-shared': weight(11480, 12000),
    'tokens-shared-many': weight(9150, 11000),
    'surname-exact-given-near': weight(11000, 11600, 'family'),
    'surname-exact-given-missing': weight(10200, 10000, 'family'),
    'surname-exact-given-english': weight(10200, 10000, 'family'),
    'surname-exact-other-name-near': weight(9000, 8000, 'family'),
    'surname-exact-initial': weight(7500, 10600, 'family'),
    'whole-name-near': weight(7300, 5000, 'near-full-name'),
    'both-parts-alike': weight(3340, 3000),
    'given-exact': weight(-20, -3100, 'given'),
    'surname-exact-given-differ': weight(0, 9950, 'family'),
    'unnamed-surname-differs': weight(-2000, -2000),
    nothing: weight(-7910, -2300),
  },
  middle: { exact: weight(6240, 1700, 'middle'), near: weight(3630, 1300), differ: weight(-4580, 0) },
  birth: {
    exact: weight(12600, 7500, 'day'),
    'earlier-few': weight(9680, 4500),
    'earlier-many': weight(8840, 4500),
    'day-month-swapped': weight(5000, 0),
    'year-off': weight(3000, 0),
    'one-edit': weight(2500, 0),
    'same-month-default-day': weight(2500, -2000),
    'newborn-near': weight(1000, -4000),
    'within-five-years': weight(-5500, 700),
    else: weight(-8600, -1100),
  },
  sex: { same: weight(1000, 0), differ: weight(-8800, 0) },
  'birth-order': {
    same: weight(3000, -4000),
    another: weight(-10000, 1000),
    singleton: weight(0, -6000),
    multiple: weight(0, 5000),
  },
  residence: {
    place: weight(16000, 16800),
    'postcode-rare': weight(15060, 15500),
    'postcode-common': weight(12030, 12500),
    'postcode-hot': weight(7130, 7600),
    sector: weight(6500, 5500),
    'one-edit': weight(6000, 5000),
    outcode: weight(5250, 4400),
    none: weight(-2320, -4000),
  },
  'nhs-number': {
    'same-cross-checked': weight(22000, 11000),
    same: weight(8000, 4000),
    'one-edit': weight(10000, 1000),
    'differ-verified': weight(-8000, 0),
    differ: weight(-5000, 0),
  },
  upn: { same: weight(21600, 8000), 'same-temporary': weight(8000, 4000), differ: weight(-4000, 0) },
  uln: { same: weight(21600, 8000), differ: weight(-6000, 0) },
  'master-index': { same: weight(19930, 2000) },
  'local-number': { 'both-live': weight(-6000, 0), 'same-day': weight(-15000, 0) },
  mother: {
    number: weight(6000, 6300),
    'name-and-birth': weight(6000, 6300),
    name: weight(5000, 5200),
    differ: weight(-1500, -1000),
  },
  'other-parent': { same: weight(4000, 4200) },
  contact: { same: weight(4000, 4200), differ: weight(-300, -300) },
  school: { same: weight(2500, 2300), differ: weight(-300, -300) },
  practice: { same: weight(2000, 2000), differ: weight(-300, -300) },
} as const satisfies Record<string, Record<string, Weight>>

type Levels = typeof dayOneLevels

/** What is compared. */
export type Comparison = keyof Levels

/** One level of one comparison. */
export type LevelOf<C extends Comparison> = keyof Levels[C] & string

type Shares = Readonly<Record<string, number>>

/** What a source's own records of one child add to M where they reach a level, in milli-bits. */
export type SourceWeights = Readonly<
  Record<string, Readonly<Partial<Record<Comparison, Readonly<Record<string, number>>>>>>
>

/** All that a score depends on besides the two profiles. Integers, so that sums do not depend on order or processor. */
export interface Model {
  readonly name: string
  readonly normaliser: string
  /** Milli-bits; for twelve million children. */
  readonly prior: { readonly m: number; readonly s: number }
  readonly levels: Readonly<Record<Comparison, Readonly<Record<string, Weight>>>>
  /**
   * Shares in a million, from a snapshot and never live; what is not listed keeps its weight. Days are keyed by date, by
   * month and day (`01-01`) or by day of the month (`15`); postcodes are written without a space.
   */
  readonly perMillion: {
    readonly family: Shares
    readonly given: Shares
    readonly day: Shares
    readonly postcode: Shares
  }
  /** What sources that err unlike all others together add to M, in milli-bits: by source, comparison and level. */
  readonly bySource?: SourceWeights
  /**
   * What a probability is worth, by pair of sources and of all together: told to people, and by which questions are ordered.
   * Gates are rules of bits, and know nothing of it.
   */
  readonly calibration?: Readonly<Record<string, Calibration>>
  /** Forms of one name besides those that everybody knows: stewards accepted them. A model without any has no list. */
  readonly variants?: AddedVariants
  /** Values that say nothing, by a hash that does not tell them, and how many surnames were written at each. */
  readonly generic?: Readonly<Record<string, { readonly kind: string; readonly surnames: number }>>
  readonly gates: {
    /** Link from this probability on, in ten-thousandths. */
    readonly linkFrom: number
    /** Register below this one, in ten-thousandths. */
    readonly registerBelow: number
    /** Milli-bits by which the leader must beat the next person. */
    readonly advantage: number
    /** Milli-bits M from which an evidence group counts. */
    readonly groupFrom: number
  }
}

/** The model of the first day: published weights where there are any, our own elsewhere; to be replaced by learning. */
export const dayOneModel: Model = {
  name: 'day-one',
  normaliser: normaliserVersion,
  prior: { m: -23670, s: -23380 },
  levels: dayOneLevels,
  // Names given by custom to a great part of a community: alone they say what their frequency says, and no more.
  perMillion: {
    family: {
      khan: 3000,
      begum: 2500,
      singh: 3000,
      kaur: 3000,
      bibi: 2000,
      khatun: 2000,
      miah: 2000,
      kumar: 2000,
      syed: 2000,
    },
    given: { mohammed: 20000 },
    // Where the day of birth is not known, clerks write these.
    day: { '01-01': 600, '01': 190, '15': 170 },
    postcode: {},
  },
  gates: { linkFrom: 9995, registerBelow: 500, advantage: 6000, groupFrom: 3000 },
}

/** The model with these additions and no others; without any, as a model is that never had some. */
export function withVariants(model: Model, added: AddedVariants | undefined): Model {
  if (added) return { ...model, variants: added }
  const kept = Object.entries(model).filter(([part]) => part !== 'variants')
  return Object.fromEntries(kept) as unknown as Model
}

const hashes = new WeakMap<Model, string>()
/** Models as they weigh one source each, and the model that each is part of. */
const weighed = new WeakMap<Model, Map<string, Model>>()
const wholes = new WeakMap<Model, Model>()

/** Names a model by its content: `sha256:` and hex, over RFC 8785. A model is never changed, so it is hashed once. */
export function modelHash(model: Model): string {
  const whole = wholes.get(model) ?? model
  const known = hashes.get(whole)
  if (known !== undefined) return known
  const hash = `sha256:${createHash('sha256').update(canonicalJson(whole)).digest('hex')}`
  hashes.set(whole, hash)
  return hash
}

/**
 * The model as it weighs the records of one source: made once, and told by the hash of the model it is part of. A source
 * without weights of its own is weighed as all are, by the model itself.
 *
 * @see identity.md §10, Per-source m
 */
export function weighedFor(model: Model, source: string): Model {
  const whole = wholes.get(model) ?? model
  const own = whole.bySource && Object.hasOwn(whole.bySource, source) ? whole.bySource[source] : undefined
  if (!own) return whole
  const known = weighed.get(whole) ?? new Map<string, Model>()
  weighed.set(whole, known)
  const made = known.get(source) ?? { ...whole, levels: withOwn(whole.levels, own) }
  known.set(source, made)
  wholes.set(made, whole)
  return made
}

function withOwn(levels: Model['levels'], own: SourceWeights[string]): Model['levels'] {
  const entries = (Object.keys(levels) as Comparison[]).map((comparison) => {
    const added = own[comparison] ?? {}
    const changed = Object.entries(levels[comparison]).map(
      ([level, weight]) => [level, { ...weight, m: weight.m + (added[level] ?? 0) }] as const,
    )
    return [comparison, own[comparison] ? Object.fromEntries(changed) : levels[comparison]] as const
  })
  return Object.fromEntries(entries) as Model['levels']
}
