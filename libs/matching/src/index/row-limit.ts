import { compareBirth, compareSex } from '../compare-birth.js'
import { compareMothers } from '../compare-family.js'
import { compareResidence, type PostcodeShare } from '../compare-residence.js'
import type { Comparable, ComparableNumber } from '../comparable.js'
import type { Comparison, LevelOf, Model } from '../model.js'
import type { NameForm } from '../name-form.js'
import { isTemporaryUpnCode } from '../number-codes.js'
import { likeness, type Likeness } from '../similarity.js'
import { frequenciesOf } from '../term-frequency.js'
import type { Token } from '../token.js'
import { MostOf } from './most-of.js'
import { NameLimit } from './name-limit.js'
import { dayAt } from './row-codes.js'
import { RowComparable } from './row-comparable.js'
import { RowFacts } from './row-words.js'
import type { Rows } from './rows.js'

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
const nothing: readonly never[] = []

/**
 * The most that a row can score, by a few of its words: most rows that a key finds are other children, and need not be read
 * to know that they cannot matter. Never less than the row scores.
 */
export class RowLimit {
  private readonly most: MostOf
  private readonly nameLimit: NameLimit
  private readonly postcodeShare: PostcodeShare
  private readonly apartLevels: readonly LevelOf<'names'>[]
  private readonly facts: RowFacts
  private readonly mother = new RowComparable()
  private readonly home = { places: [0], postcodes: [0] }
  private readonly others: number
  private shared = 0
  private apart = 0
  private record: Comparable | undefined

  constructor(
    private readonly rows: Rows,
    private readonly alike: Likeness,
    model: Model,
  ) {
    this.facts = new RowFacts(rows.words)
    this.most = new MostOf(model)
    this.nameLimit = new NameLimit(rows, alike, this.most)
    this.postcodeShare = frequenciesOf(model).postcodeShare
    this.apartLevels = (Object.keys(model.levels.names) as LevelOf<'names'>[]).filter((level) => !sharing.has(level))
    const comparisons = Object.keys(model.levels) as Comparison[]
    this.others = comparisons.reduce((sum, one) => (lookedAt.has(one) ? sum : sum + this.most.any(one)), model.prior.m)
  }

  /**
   * In milli-bits of M; infinite for a row that says much more than its words hold, or has the record's NHS number.
   *
   * @param least - it is not asked more closely once it is less
   */
  of(row: number, record: Comparable, least = -Infinity): number {
    if (this.facts.hasMuchMore(row) || isAmong(this.rows.nhsAt(row), record.nhsNumbers)) return Infinity
    this.seek(record)
    const person = this.birth(row, record) + this.numbers(row, record)
    const around = this.residence(row, record) + this.institutions(row, record)
    const rest = this.others + person + around + (this.facts.hasRest(row) ? this.more(record) : 0)
    const names = this.names(row, record)
    const mother = this.motherAtMost(row, record)
    if (rest + names + mother < least) return rest + names + mother
    const closely = Math.min(names, this.nameLimit.of(row, record))
    if (mother === 0 || rest + closely + mother < least) return rest + closely + mother
    return rest + closely + this.motherCloser(row, record)
  }

  private seek(record: Comparable): void {
    if (this.record === record) return
    const { most } = this
    this.record = record
    most.seek(record)
    this.shared = most.any('names') + most.any('middle')
    this.apart = Math.max(0, ...this.apartLevels.map((level) => most.names(level)))
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
    if (!told || told !== first || told.id === other) return false
    if (other < 0 || codes.isStructural(other)) return false
    return this.doesNotBegin(told, other, row)
  }

  private doesNotBegin(told: Token, other: number, row: number): boolean {
    const { codes } = this.rows.vocabulary
    return codes.isApart(told, other) || isApart(told.text, this.rows.firstAt(row)?.text ?? '')
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
    const { facts, most, rows } = this
    const bornDay = facts.bornDayAt(row)
    const other = { born: dayAt(bornDay), bornDay, earlierBorn: nothing, recordedDay: facts.recordedDayAt(row) }
    const order = other.born === record.born ? most.any('birth-order') : 0
    const level = compareBirth(record, other)
    const sex = compareSex(record, { sex: rows.sexAt(row) })
    return order + most.of('birth', level) + most.of('sex', sex)
  }

  private motherAtMost(row: number, { mother }: Comparable): number {
    return mother && this.facts.hasMother(row) ? this.most.any('mother') : 0
  }

  private motherCloser(row: number, record: Comparable): number {
    this.rows.readMother(row, this.mother)
    return this.most.of('mother', compareMothers(record, this.mother, this.alike))
  }

  private numbers(row: number, { nhsNumbers, mistypedNhsNumbers, upns }: Comparable): number {
    const { rows } = this
    const upn = rows.upnAt(row)
    const byNhs = mistypedNhsNumbers.length > 0 ? this.most.any('nhs-number') : this.differingNhs(row, nhsNumbers)
    return byNhs + (isAmong(upn, upns) ? this.most.any('upn') : this.differingUpn(row, upn, upns))
  }

  private differingNhs(row: number, numbers: readonly ComparableNumber[]): number {
    if (!this.facts.isNhsCurrent(row) || !numbers.some(({ isCurrent }) => isCurrent)) return 0
    return Math.max(this.most.of('nhs-number', 'differ'), this.most.of('nhs-number', 'differ-verified'))
  }

  private differingUpn(row: number, upn: number, numbers: readonly ComparableNumber[]): number {
    if (!this.facts.isUpnCurrent(row) || isTemporaryUpnCode(upn)) return 0
    const isHeld = numbers.some(({ value, isCurrent }) => isCurrent && !isTemporaryUpnCode(value))
    return isHeld ? this.most.of('upn', 'differ') : 0
  }

  private institutions(row: number, { schools, practices }: Comparable): number {
    if (!this.facts.hasInstitution(row)) return 0
    return this.mostIf(schools, 'school') + this.mostIf(practices, 'practice')
  }

  /** What a row may say of a record beyond its words. */
  private more({ phones, emails, otherParents, ulns, masterIndexes, locals }: Comparable): number {
    const contact = phones.length + emails.length > 0 ? this.most.any('contact') : 0
    const parent = this.mostIf(otherParents, 'other-parent')
    const ulnOrIndex = this.mostIf(ulns, 'uln') + this.mostIf(masterIndexes, 'master-index')
    return contact + parent + ulnOrIndex + this.mostIf(locals, 'local-number')
  }

  private residence(row: number, record: Comparable): number {
    const { home, rows } = this
    home.places[0] = rows.placeAt(row)
    home.postcodes[0] = rows.postcodeAt(row)
    const lives = {
      places: home.places[0] === 0 ? nothing : home.places,
      postcodes: home.postcodes[0] === 0 ? nothing : home.postcodes,
    }
    return this.most.of('residence', compareResidence(record, lives, this.postcodeShare))
  }

  private mostIf(said: readonly unknown[], comparison: Comparison): number {
    return said.length > 0 ? this.most.any(comparison) : 0
  }
}

/** Neither is the beginning of the other: then no splitting makes them one. */
function isApart(one: string, two: string): boolean {
  const length = Math.min(one.length, two.length)
  for (let at = 0; at < length; at += 1) if (one.charCodeAt(at) !== two.charCodeAt(at)) return true
  return false
}

function isAmong(value: number, numbers: readonly ComparableNumber[]): boolean {
  for (const number of numbers) if (number.value === value) return true
  return false
}
