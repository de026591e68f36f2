import { dateOf, familyOn, homeOn, twoDigits, yearOf, type Child, type Day } from './child.js'
import { mistypedDate, mistypedName, mistypedNumber } from './misspell.js'
import { respelled } from './name-tables.js'
import type { Numbers } from './numbers.js'
import type { Random } from './random.js'
import { type Rates, type SourceCode, type SourceRates } from './rates.js'

/** A record as an agency wrote it, its fields named as the columns of `records.csv`; an empty text is not known. */
export class KidsRecord {
  former_family = ''
  postcode = ''
  uprn = ''
  nhs_number = ''
  nhs_verified = ''
  upn = ''
  uln = ''
  mother_given = ''
  mother_family = ''
  mother_born_on = ''
  given = ''
  family = ''
  born_on = ''
  sex = ''
  birth_order = ''
  birth_of = ''
  school = ''
  practice = ''

  constructor(
    readonly source: SourceCode,
    readonly recorded_at: string,
  ) {}
}

/** What the clerk sees of the moment of writing. */
interface Visit {
  readonly child: Child
  readonly siblings: readonly Child[]
  readonly on: Day
  readonly rates: SourceRates
  /** Errors of one record come together: some clerks are in a hurry. */
  readonly haste: number
}

/** Writes records of children the way agencies do: what they hold, how they spell it and what they get wrong. */
export class Clerk {
  constructor(
    private readonly rates: Rates,
    private readonly numbers: Numbers,
    private readonly random: Random,
  ) {}

  /** One record of a child by a sector on a day. */
  write(child: Child, siblings: readonly Child[], source: SourceCode, on: Day): KidsRecord {
    const { hastyRecords, hastyFactor, carefulFactor } = this.rates.errors
    const haste = this.random.happens(hastyRecords) ? hastyFactor : carefulFactor
    const visit: Visit = { child, siblings, on, rates: this.rates.sources[source], haste }
    const record = new KidsRecord(source, `${dateOf(on)}T${this.clock()}Z`)
    this.names(visit, record)
    this.birth(visit, record)
    this.residence(visit, record)
    this.nhs(visit, record)
    this.schooling(visit, record)
    this.mother(visit, record)
    return record
  }

  private errs(percent: number, { haste }: Visit): boolean {
    return this.random.happens(percent * haste)
  }

  private clock(): string {
    const second = 6 * 3600 + this.random.below(15 * 3600)
    return `${twoDigits(Math.floor(second / 3600))}:${twoDigits(Math.floor(second / 60) % 60)}:${twoDigits(second % 60)}`
  }

  private names(visit: Visit, record: KidsRecord): void {
    const { child, on, rates } = visit
    if (on - child.bornOn < 28 && this.random.happens(rates.placeholder)) {
      this.unnamed(child, record)
      return
    }
    const given = this.given(visit)
    const family = this.family(this.surname(visit, record), visit)
    const isSwapped = this.random.happens(this.rates.origins[child.names.code].swapped)
    record.given = isSwapped ? family : given
    record.family = isSwapped ? given : family
    this.style(record, visit)
  }

  /** The surname of the day, or the old one that is still used; a changed one may be told as the former. */
  private surname({ child, on, rates }: Visit, record: KidsRecord): string {
    const { before } = child
    if (before === undefined) return child.family
    if (this.random.happens(this.rates.households.oldSurnameStillUsed)) return before.family
    if (on >= before.until && this.random.happens(rates.formerSurname)) record.former_family = before.family
    return familyOn(child, on)
  }

  private unnamed(child: Child, record: KidsRecord): void {
    const isMothers = this.random.happens(this.rates.errors.placeholderUnderMothersSurname)
    record.family = isMothers ? child.mother.family : child.family
    const baby = child.sex === 'male' ? 'Baby Boy' : 'Baby Girl'
    record.given =
      child.of > 1
        ? this.random.pick([`Twin ${child.order}`, `Twin ${child.order}`, baby, 'Baby'])
        : this.random.pick(['Baby', baby, baby, 'Infant', 'Unnamed'])
  }

  private given(visit: Visit): string {
    const { child, rates } = visit
    const { names } = child
    const isShort = child.short.length > 0 && this.random.happens(rates.given.nickname)
    let given = isShort ? this.random.pick(child.short) : child.given
    if (this.random.happens(this.rates.origins[names.code].variant))
      given = respelled(given, names.givenVariants, names, this.random)
    if (this.errs(rates.given.typo, visit)) given = mistypedName(given, this.random)
    return child.middle !== '' && this.random.happens(rates.middle) ? `${given} ${child.middle}` : given
  }

  private family(current: string, visit: Visit): string {
    const { child, rates } = visit
    const { names } = child
    let family = current
    if (/[- ]/.test(family)) {
      const halves = family.split(/[- ]/)
      const isDouble = halves.every((half) => half.length > 2)
      if (isDouble && this.errs(rates.surname.halfDropped, visit)) family = this.random.pick(halves)
    }
    if (this.random.happens(this.rates.origins[names.code].variant))
      family = respelled(family, names.surnameVariants, names, this.random)
    return this.errs(rates.surname.typo, visit) ? mistypedName(family, this.random) : family
  }

  /** Marks and capitals as the system keeps them. */
  private style(record: KidsRecord, { child, rates }: Visit): void {
    if (child.names.code !== 'british-irish' && this.random.happens(this.rates.errors.marksDropped)) {
      record.given = withoutMarks(record.given)
      record.family = withoutMarks(record.family)
    }
    if (this.random.happens(rates.capitals)) record.family = record.family.toUpperCase()
  }

  private birth(visit: Visit, record: KidsRecord): void {
    const { child, on, rates } = visit
    const isMissing = this.errs(rates.birth.missing, visit)
    const isWrong = this.errs(rates.birth.wrong, visit)
    const other = child.sex === 'male' ? 'female' : 'male'
    if (isWrong) record.born_on = mistypedDate(child.bornOn, on, this.rates.errors, this.random)
    else if (!isMissing) record.born_on = dateOf(child.bornOn)
    record.sex = this.errs(rates.sexWrong, visit) ? other : child.sex
    if (!this.random.happens(rates.birthOrder)) return
    record.birth_order = String(child.order)
    record.birth_of = String(child.of)
  }

  private residence(visit: Visit, record: KidsRecord): void {
    const { child, on, rates } = visit
    if (this.errs(rates.postcode.missing, visit)) return
    const now = homeOn(child, on)
    const at = now > 0 && this.random.happens(rates.postcode.old) ? now - 1 : now
    const { postcode, uprn } = (child.homes[at] ?? child.homes[0]).place
    record.postcode = postcode
    if (this.random.happens(rates.uprn)) record.uprn = uprn
  }

  private nhs(visit: Visit, record: KidsRecord): void {
    const { child, rates } = visit
    if (!this.random.happens(rates.nhs.present)) return
    const isWrong = this.errs(rates.nhs.wrong, visit)
    record.nhs_number = isWrong ? this.wrong(visit, 'nhs') : child.nhs
    record.nhs_verified = !isWrong && this.random.happens(rates.nhs.verified) ? 'yes' : 'no'
  }

  private schooling(visit: Visit, record: KidsRecord): void {
    const { child, on, rates } = visit
    const age = yearOf(on) - yearOf(child.bornOn)
    const { outcode } = (child.homes[homeOn(child, on)] ?? child.homes[0]).place
    if (age >= 4) this.pupil(visit, record, schoolOf(outcode, age, child.household))
    if (age >= 14 && this.random.happens(rates.uln)) record.uln = child.uln
    const practice = String(outcode * 4 + (child.household % 4)).padStart(4, '0')
    if (this.random.happens(rates.practice)) record.practice = `Y9${practice}`
  }

  private pupil(visit: Visit, record: KidsRecord, school: string): void {
    const { child, rates } = visit
    if (this.random.happens(rates.upn.present))
      record.upn = this.errs(rates.upn.wrong, visit) ? this.wrong(visit, 'upn') : child.upn
    if (this.random.happens(rates.school)) record.school = school
  }

  private mother(visit: Visit, record: KidsRecord): void {
    const { child, rates } = visit
    if (!this.random.happens(rates.mother.present)) return
    record.mother_given = this.spelled(child.mother.given, visit)
    record.mother_family = this.spelled(child.mother.family, visit)
    if (this.random.happens(rates.mother.bornOn)) record.mother_born_on = dateOf(child.mother.bornOn)
  }

  private spelled(name: string, visit: Visit): string {
    return this.errs(this.rates.errors.motherTypo, visit) ? mistypedName(name, this.random) : name
  }

  /** A wrong number: mistyped, a brother's or sister's, or a stranger's. */
  private wrong({ child, siblings }: Visit, kind: 'nhs' | 'upn'): string {
    const { mistyped, relative, stranger } = this.rates.errors.wrongNumber
    const others = siblings.filter(({ person }) => person !== child.person)
    const drawn = this.random.weighted([mistyped, relative, stranger])
    if (drawn === 1 && others.length > 0) return this.random.pick(others)[kind]
    if (drawn === 2 && kind === 'nhs') return this.numbers.someNhs(this.random.share())
    return mistypedNumber(child[kind], this.random)
  }
}

/** About one primary school to 60 postcodes, one secondary to three outcodes; the numbers are of no real school. */
function schoolOf(outcode: number, age: number, household: number): string {
  const number = age < 11 ? outcode * 10 + (household % 10) : 50_000 + Math.floor(outcode / 3) * 3 + (household % 3)
  return String(900_000 + (number % 100_000))
}

const marks = /\p{M}/gu
const plain = /^[ -~]*$/
function withoutMarks(name: string): string {
  if (plain.test(name)) return name
  return name.normalize('NFKD').replace(marks, '').replaceAll('ł', 'l').replaceAll('Ł', 'L')
}
