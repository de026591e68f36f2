import type { Comparable } from '../comparable.js'
import type { Comparison, FrequencyOf, LevelOf, Model, Weight } from '../model.js'
import { frequenciesOf, mostCorrection, type Frequencies } from '../term-frequency.js'
import type { Token } from '../token.js'

type Corrections = Readonly<Record<FrequencyOf, number>>

const all: Corrections = {
  family: mostCorrection,
  given: mostCorrection,
  middle: mostCorrection,
  day: mostCorrection,
  'full-name': mostCorrection,
  'near-full-name': mostCorrection,
}

/** The most that levels of a comparison say: of those that no frequency corrects, and of those that each corrects. */
interface Mosts {
  readonly plain: number
  readonly corrected: readonly (readonly [FrequencyOf, number])[]
}

/** The most that levels can say of a record, whomever it is compared with: weights, with what its own names and day add. */
export class MostOf {
  private readonly frequencies: Frequencies
  private readonly mosts: ReadonlyMap<Comparison, Mosts>
  private corrections = all
  private record: Comparable | undefined

  constructor(private readonly model: Model) {
    this.frequencies = frequenciesOf(model)
    const comparisons = Object.keys(model.levels) as Comparison[]
    this.mosts = new Map(comparisons.map((one) => [one, mostsOf(Object.values(model.levels[one]))]))
  }

  /** Takes the record that is asked about. */
  seek(record: Comparable): void {
    if (this.record === record) return
    this.record = record
    this.corrections = this.correctionsOf(record)
  }

  /** In milli-bits of M; 0 where nothing can be compared. */
  of(comparison: Comparison, level: string | undefined): number {
    const weight = level === undefined ? undefined : this.model.levels[comparison][level]
    return weight ? this.weighed(weight) : 0
  }

  names(level: LevelOf<'names'>): number {
    return this.of('names', level)
  }

  /** The most of any of a comparison's levels, or of none of them. */
  any(comparison: Comparison): number {
    const mosts = this.mosts.get(comparison)
    let most = mosts?.plain ?? 0
    for (const [kind, m] of mosts?.corrected ?? []) most = Math.max(most, m + this.corrections[kind])
    return most
  }

  private weighed({ m, tf }: Weight): number {
    return tf === undefined ? m : m + this.corrections[tf]
  }

  /** Names are corrected where both sides have the same one, and the record's is known. */
  private correctionsOf(record: Comparable): Corrections {
    const of = (kind: FrequencyOf): number => this.frequencies.correct(kind, record, record).m
    const [name] = record.names
    const [family, given] = [Math.max(0, of('family')), Math.max(0, of('given'))]
    const isListed = [name?.first, name?.family.distinct[0]].some((token) => this.isListed(token))
    const [, ...further] = name?.given ?? []
    return {
      family,
      given,
      day: of('day'),
      middle: further.some((token) => this.isListed(token)) ? mostCorrection : 0,
      'full-name': Math.max(family, given, of('full-name')),
      'near-full-name': isListed ? mostCorrection : 0,
    }
  }

  private isListed(token: Token | undefined): boolean {
    const { given, family } = this.model.perMillion
    return token !== undefined && (Object.hasOwn(given, token.text) || Object.hasOwn(family, token.text))
  }
}

function mostsOf(weights: readonly Weight[]): Mosts {
  let plain = 0
  const corrected = new Map<FrequencyOf, number>()
  for (const { m, tf } of weights)
    if (tf === undefined) plain = Math.max(plain, m)
    else corrected.set(tf, Math.max(m, corrected.get(tf) ?? -Infinity))
  return { plain, corrected: [...corrected] }
}
