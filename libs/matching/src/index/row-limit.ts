import { compareBirth, compareSex } from '../compare-birth.js'
import type { Comparable, ComparableNumber } from '../comparable.js'
import type { Comparison, LevelOf, Model } from '../model.js'
import type { NameForm } from '../name-form.js'
import { isTemporaryUpnCode, outcodeOf } from '../number-codes.js'
import { likeness, type Likeness } from '../similarity.js'
import { mostCorrection } from '../term-frequency.js'
import type { Token } from '../token.js'
import { dayAt } from './row-codes.js'
import { RowFacts } from './row-words.js'
import type { Rows } from './rows.js'
import { doStartApart, startOf } from './token-codes.js'

/** Levels of names that take the same given name, the same surname, or another name of the child's. */
const sharing: ReadonlySet<string> = new Set<LevelOf<'names'>>([
  'both-exact',
  'exact-through-former-name',
  'exact-through-alias',
  'surname-exact-given-variant',
  'surname-exact-given-one-edit',
  'surname-exact-given-near',
  'surname-exact-given-missing',
  'surname-exact-given-english',
  'surname-exact-other-name-near',
  'surname-exact-initial',
  'surname-exact-given-differ',
  'given-exact-surname-near',
  'given-exact',
])
/** Comparisons that are looked at one by one; any other counts with the most it can say. */
const lookedAt: ReadonlySet<Comparison> = new Set([
  ...(['names', 'middle', 'birth', 'birth-order', 'sex', 'residence', 'nhs-number', 'upn', 'uln'] as const),
  ...(['master-index', 'local-number', 'mother', 'other-parent', 'contact', 'school', 'practice'] as const),
])
/** Signs at the end of a postcode, as a slip leaves them. */
const lastSigns = 37 * 37
const noDays: readonly never[] = []

/**
 * The most that a row can score, by a few of its words: most rows that a key finds are other children, and need not be read
 * to know that they cannot matter. Never less than the row scores.
 */
export class RowLimit {
  private readonly weights: Readonly<Record<Comparison, Readonly<Record<string, number>>>>
  private readonly most: (comparison: Comparison) => number
  private readonly shared: number
  private readonly apart: number
  private readonly others: number
  private readonly facts: RowFacts

  constructor(
    private readonly rows: Rows,
    private readonly alike: Likeness,
    model: Model,
  ) {
    this.facts = new RowFacts(rows.words)
    this.weights = weightsOf(model)
    const mostOf = new Map(comparisonsOf(model).map((one) => [one, Math.max(0, ...Object.values(this.weights[one]))]))
    this.most = (comparison) => mostOf.get(comparison) ?? 0
    this.shared = this.most('names') + this.most('middle')
    this.apart = Math.max(
      0,
      ...Object.entries(this.weights.names).flatMap(([level, m]) => (sharing.has(level) ? [] : [m])),
    )
    this.others = comparisonsOf(model).reduce(
      (sum, one) => (lookedAt.has(one) ? sum : sum + this.most(one)),
      model.prior.m,
    )
  }

  /** In milli-bits of M; infinite for a row that says much more than its words hold, or has the record's NHS number. */
  of(row: number, record: Comparable): number {
    if (this.facts.hasMuchMore(row) || isAmong(this.rows.nhsAt(row), record.nhsNumbers)) return Infinity
    const person = this.names(row, record) + this.birth(row, record) + this.numbers(row, record)
    const around = this.residence(row, record) + this.institutions(row, record) + this.mother(row, record)
    return this.others + person + around + (this.facts.hasRest(row) ? this.more(record) : 0)
  }

  private names(row: number, record: Comparable): number {
    return this.isNameApart(row, record) ? this.apart : this.shared
  }

  /** Whether neither given name nor surname can be the same on both sides. */
  private isNameApart(row: number, { names }: Comparable): boolean {
    const [name] = names
    if (!name || names.length > 1) return false
    return this.isGivenApart(name, row) && this.isSurnameApart(name.surname, row)
  }

  /** Asked of the token that is told first; where that is one that millions share, nothing is said. */
  private isGivenApart({ first, allGiven: [told] }: NameForm, row: number): boolean {
    const { codes } = this.rows.vocabulary
    const other = this.rows.firstIdAt(row)
    if (!told || told !== first || other < 0 || codes.isStructural(other)) return false
    if (doStartApart(startOf(told), codes.startOf(other))) return true
    return isApart(told.text, this.rows.firstAt(row)?.text ?? '')
  }

  private isSurnameApart(one: Token | undefined, row: number): boolean {
    const { rows } = this
    const other = rows.surnameIdAt(row)
    if (!one || other < 0) return true
    if (one.id === other) return false
    if (!(one.isWomans || rows.vocabulary.codes.isWomans(other))) return true
    const two = rows.surnameAt(row)
    return two !== undefined && !one.isSame(two) && (this.alike(one, two) & likeness.inflected) === 0
  }

  private birth(row: number, record: Comparable): number {
    const { facts, rows } = this
    const bornDay = facts.bornDayAt(row)
    const other = { born: dayAt(bornDay), bornDay, earlierBorn: noDays, recordedDay: facts.recordedDayAt(row) }
    const order = other.born === record.born ? this.most('birth-order') : 0
    const level = compareBirth(record, other)
    const sex = compareSex(record, { sex: rows.sexAt(row) })
    return order + this.weightOf('birth', level) + this.weightOf('sex', sex)
  }

  private mother(row: number, { mother }: Comparable): number {
    return mother && this.facts.hasMother(row) ? this.most('mother') : 0
  }

  private numbers(row: number, { nhsNumbers, mistypedNhsNumbers, upns }: Comparable): number {
    const { rows } = this
    const upn = rows.upnAt(row)
    const byNhs = mistypedNhsNumbers.length > 0 ? this.most('nhs-number') : this.differingNhs(row, nhsNumbers)
    return byNhs + (isAmong(upn, upns) ? this.most('upn') : this.differingUpn(row, upn, upns))
  }

  private differingNhs(row: number, numbers: readonly ComparableNumber[]): number {
    if (!this.facts.isNhsCurrent(row) || !numbers.some(({ isCurrent }) => isCurrent)) return 0
    return Math.max(this.weightOf('nhs-number', 'differ'), this.weightOf('nhs-number', 'differ-verified'))
  }

  private differingUpn(row: number, upn: number, numbers: readonly ComparableNumber[]): number {
    if (!this.facts.isUpnCurrent(row) || isTemporaryUpnCode(upn)) return 0
    const isHeld = numbers.some(({ value, isCurrent }) => isCurrent && !isTemporaryUpnCode(value))
    return isHeld ? this.weightOf('upn', 'differ') : 0
  }

  private institutions(row: number, { schools, practices }: Comparable): number {
    if (!this.facts.hasInstitution(row)) return 0
    return this.mostIf(schools, 'school') + this.mostIf(practices, 'practice')
  }

  /** What a row may say of a record beyond its words. */
  private more({ phones, emails, otherParents, ulns, masterIndexes, locals }: Comparable): number {
    const contact = phones.length + emails.length > 0 ? this.most('contact') : 0
    const parent = this.mostIf(otherParents, 'other-parent')
    const ulnOrIndex = this.mostIf(ulns, 'uln') + this.mostIf(masterIndexes, 'master-index')
    return contact + parent + ulnOrIndex + this.mostIf(locals, 'local-number')
  }

  private residence(row: number, { places, postcodes }: Comparable): number {
    const [place, postcode] = [this.rows.placeAt(row), this.rows.postcodeAt(row)]
    if (place > 0 && places.includes(place)) return this.most('residence')
    if (postcode === 0 || postcodes.length === 0) return 0
    const isFar = postcodes.every((one) => areFar(one, postcode))
    return isFar ? this.weightOf('residence', 'none') : this.most('residence')
  }

  private mostIf(said: readonly unknown[], comparison: Comparison): number {
    return said.length > 0 ? this.most(comparison) : 0
  }

  /** 0 where nothing can be compared. */
  private weightOf(comparison: Comparison, level: string | undefined): number {
    return level === undefined ? 0 : (this.weights[comparison][level] ?? 0)
  }
}

function comparisonsOf({ levels }: Model): readonly Comparison[] {
  return Object.keys(levels) as Comparison[]
}

/** Weights with the most that frequencies may add. */
function weightsOf(model: Model): Readonly<Record<Comparison, Readonly<Record<string, number>>>> {
  const entries = comparisonsOf(model).map((comparison) => {
    const levels = Object.entries(model.levels[comparison])
    return [comparison, Object.fromEntries(levels.map(([level, { m, tf }]) => [level, tf ? m + mostCorrection : m]))]
  })
  return Object.fromEntries(entries) as Readonly<Record<Comparison, Readonly<Record<string, number>>>>
}

/** Neither is the beginning of the other: then no splitting makes them one. */
function isApart(one: string, two: string): boolean {
  const length = Math.min(one.length, two.length)
  for (let at = 0; at < length; at += 1) if (one.charCodeAt(at) !== two.charCodeAt(at)) return true
  return false
}

/** Neither in one outward part nor a slip from each other. */
function areFar(one: number, two: number): boolean {
  return outcodeOf(one) !== outcodeOf(two) && one % lastSigns !== two % lastSigns
}

function isAmong(value: number, numbers: readonly ComparableNumber[]): boolean {
  for (const number of numbers) if (number.value === value) return true
  return false
}
