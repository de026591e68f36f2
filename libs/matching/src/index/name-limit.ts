import type { Comparable } from '../comparable.js'
import type { NameForm } from '../name-form.js'
import { isEastAsianSurname } from '../name-syllables.js'
import { likeness, type Likeness } from '../similarity.js'
import type { Token } from '../token.js'
import type { MostOf } from './most-of.js'
import { word } from './row-words.js'
import type { Rows } from './rows.js'
import { doStartApart, startOf } from './token-codes.js'
import { listFlag } from './vocabulary.js'

/** A record's name of one surname, whose given names all distinguish: most are. */
interface Plain {
  readonly first: Token
  readonly further: readonly Token[]
  readonly surname: Token
  readonly isEastAsian: boolean
}

/** The given names and the surname of a row by their numbers. */
interface PlainName {
  given: number
  /** A second one that distinguishes; {@link noFurther} where there is none. */
  further: number
  surname: number
}

/** No number of a token, nor that of a token without one. */
const noFurther = -2

const familyNear = likeness.oneEdit | likeness.near | likeness.romanised
const middleNear = likeness.close | likeness.variant | likeness.oneEdit

/**
 * The most that the names of a record and a row can say, middle names with them, where both are plain: which levels
 * `compareNames` can come to is told by which tokens are the same, and by how alike two of them are.
 */
export class NameLimit {
  private record: Comparable | undefined
  private plain: Plain | undefined
  private readonly row: PlainName = { given: -1, further: noFurther, surname: -1 }

  constructor(
    private readonly rows: Rows,
    private readonly alike: Likeness,
    private readonly most: MostOf,
  ) {}

  /** In milli-bits of M; infinite where nothing can be said at this price. */
  of(row: number, record: Comparable): number {
    if (this.record !== record) this.seek(record)
    const { plain } = this
    if (!plain || !this.read(row) || this.mayBeOtherwise(plain)) return Infinity
    return plain.surname.id === this.row.surname ? this.ofOneSurname(plain) : this.ofTwoSurnames(plain)
  }

  /** Reads a name of one surname, and of no more than two given ones, of which the first distinguishes; or says that it is none. */
  private read(row: number): boolean {
    const { row: into, rows } = this
    const { codes } = rows.vocabulary
    const further = rows.words.get(row, word.furtherGiven)
    into.given = rows.firstIdAt(row)
    into.surname = rows.familyIdAt(row)
    into.further = further === 0 || codes.isSlight(further - 1) ? noFurther : further - 1
    if (into.given < 0 || into.surname < 0 || further >= listFlag) return false
    return !codes.isStructural(into.given) && !codes.isStructural(into.surname)
  }

  private seek(record: Comparable): void {
    this.record = record
    this.plain = plainOf(record)
  }

  /** Whether parts may have been exchanged or cut otherwise. */
  private mayBeOtherwise(plain: Plain): boolean {
    const { given, further, surname } = this.row
    const { first, surname: own } = plain
    if (first.id !== given && !this.isApart(first, given)) return true
    if (own.id === given || own.id === further || first.id === surname || first.id === further) return true
    return own.id !== surname && this.mayBeSwapped(plain)
  }

  /** Neither is the beginning of the other: then no splitting makes them one. */
  private isApart(first: Token, given: number): boolean {
    const { codes } = this.rows.vocabulary
    return codes.isApart(first, given) || this.isApartByText(first, this.textOf(given))
  }

  private isApartByText({ text }: Token, other: string): boolean {
    return !text.startsWith(other) && !other.startsWith(text)
  }

  private mayBeSwapped({ first, surname }: Plain): boolean {
    const { codes } = this.rows.vocabulary
    if (doStartApart(startOf(first), codes.startOf(this.row.surname))) return false
    return !doStartApart(startOf(surname), codes.startOf(this.row.given))
  }

  private ofOneSurname(plain: Plain): number {
    const { most, row } = this
    if (plain.first.id === row.given) return most.names('both-exact') + this.middle(plain)
    const other = this.tokenOf(row.given)
    if (!other || plain.first.syllable !== undefined || other.syllable !== undefined) return Infinity
    return this.ofTwoGivenOfOne(plain, this.alike(plain.first, other))
  }

  private ofTwoGivenOfOne(plain: Plain, found: number): number {
    const { most } = this
    if ((found & likeness.variant) > 0) return most.names('surname-exact-given-variant') + this.middle(plain)
    if ((found & likeness.oneEdit) > 0) return most.names('surname-exact-given-one-edit') + this.middle(plain)
    if (this.sharesGiven(plain)) return Math.max(most.names('tokens-shared'), most.names('tokens-shared-many'))
    return (found & likeness.near) > 0 ? most.names('surname-exact-given-near') : this.ofOtherGiven(plain, found)
  }

  private ofOtherGiven({ isEastAsian }: Plain, found: number): number {
    const { most } = this
    return Math.max(
      most.names('whole-name-near'),
      most.names('surname-exact-given-differ'),
      (found & likeness.alike) > 0 ? most.names('both-parts-alike') : -Infinity,
      isEastAsian ? most.names('surname-exact-given-english') : -Infinity,
    )
  }

  private ofTwoSurnames(plain: Plain): number {
    const { most, row } = this
    const surname = this.tokenOf(row.surname)
    if (!surname) return Infinity
    const found = this.alike(plain.surname, surname)
    if ((found & likeness.inflected) > 0) return Infinity
    if (plain.first.id !== row.given) return this.ofTwoGiven(plain, found)
    const middle = this.middle(plain)
    if ((found & familyNear) > 0 || plain.surname.isSpeltAs(surname))
      return most.names('given-exact-surname-near') + middle
    const whole = Math.max(most.names('whole-name-near'), most.names('both-parts-alike'))
    return Math.max(whole, most.names('given-exact') + middle)
  }

  private ofTwoGiven({ first }: Plain, found: number): number {
    const { most } = this
    const given = this.tokenOf(this.row.given)
    if (!given) return Infinity
    const foundGiven = this.alike(first, given)
    const isEither = ((found | foundGiven) & likeness.alike) > 0
    const whole = Math.max(most.names('whole-name-near'), most.names('both-parts-alike'))
    return isEither ? Math.max(whole, most.names('nothing')) : most.names('nothing')
  }

  private middle({ further }: Plain): number {
    const { most, row } = this
    const other = row.further === noFurther ? undefined : this.tokenOf(row.further)
    if (!other || further.length === 0) return 0
    if (further.some((token) => token.isSame(other))) return most.of('middle', 'exact')
    const isNear = further.some((token) => (this.alike(token, other) & middleNear) > 0)
    return most.of('middle', isNear ? 'near' : 'differ')
  }

  private sharesGiven({ further }: Plain): boolean {
    for (const { id } of further) if (id >= 0 && (id === this.row.given || id === this.row.further)) return true
    return false
  }

  private tokenOf(id: number): Token | undefined {
    return this.rows.vocabulary.tokenOf(id + 1)
  }

  private textOf(id: number): string {
    return this.tokenOf(id)?.text ?? ''
  }
}

function plainOf({ names, isUnnamed }: Comparable): Plain | undefined {
  const [name] = names
  if (!name || names.length > 1 || isUnnamed) return undefined
  const { first, surname, given } = name
  if (!first || !surname || !isWhole(name) || surname.length === 1) return undefined
  return { first, further: given.slice(1), surname, isEastAsian: isEastAsianSurname(surname.text) }
}

/** Whether every part of a name distinguishes, and the surname is one. */
function isWhole({ given, allGiven, family }: NameForm): boolean {
  const isGiven = given.length === allGiven.length && !given.some(isShared)
  return isGiven && family.all.length === 1 && !family.all.some(isShared)
}

/** Whether millions share it by custom. */
function isShared({ isStructural }: Token): boolean {
  return isStructural
}
