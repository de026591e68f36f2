import { dateOf, familyOn, homeOn, yearOf, type Child, type Day } from './child.js'
import { mistypedDate, mistypedName, mistypedNumber } from './misspell.js'
import { respelled } from './name-tables.js'
import type { Numbers } from './numbers.js'
import type { Place } from './places.js'
import type { Random } from './random.js'
import { type Rates, type SourceCode, type SourceRates } from './rates.js'

/** The columns of a record after `record_id`, in their order. */
export const recordColumns = [
  'source',
  'recorded_at',
  'given',
  'family',
  'former_family',
  'born_on',
  'sex',
  'postcode',
  'uprn',
  'nhs_number',
  'nhs_verified',
  'upn',
  'uln',
  'mother_given',
  'mother_family',
  'mother_born_on',
  'birth_order',
  'birth_of',
  'school',
  'practice',
] as const
type Column = (typeof recordColumns)[number]

/** A record as an agency wrote it; an empty text is not known. */
export type KidsRecord = Readonly<Record<Column, string>>

/** What the clerk sees of the moment of writing. */
interface Visit {
  readonly child: Child
  readonly siblings: readonly Child[]
  readonly source: SourceCode
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
    const visit: Visit = { child, siblings, source, on, rates: this.rates.sources[source], haste }
    return {
      source,
      recorded_at: `${dateOf(on)}T${this.clock()}Z`,
      ...this.names(visit),
      ...this.birth(visit),
      ...this.residence(visit),
      ...this.nhs(visit),
      ...this.schooling(visit),
      ...this.mother(visit),
    }
  }

  private errs(percent: number, { haste }: Visit): boolean {
    return this.random.happens(percent * haste)
  }

  private clock(): string {
    const second = 6 * 3600 + this.random.below(15 * 3600)
    return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`
  }

  private names(visit: Visit): Pick<KidsRecord, 'given' | 'family' | 'former_family'> {
    const { child, on, rates } = visit
    if (on - child.bornOn < 28 && this.random.happens(rates.placeholder)) return this.unnamed(child)
    const isOld = child.before !== undefined && this.random.happens(this.rates.households.oldSurnameStillUsed)
    const current = isOld ? child.before.family : familyOn(child, on)
    const given = this.given(visit)
    const family = this.family(current, visit)
    const hasChanged = child.before !== undefined && on >= child.before.until && !isOld
    const former = hasChanged && this.random.happens(rates.formerSurname) ? child.before.family : ''
    const isSwapped = this.random.happens(this.rates.origins[child.names.code].swapped)
    const written = isSwapped ? { given: family, family: given } : { given, family }
    return { ...this.styled(written, visit), former_family: former }
  }

  private unnamed(child: Child): Pick<KidsRecord, 'given' | 'family' | 'former_family'> {
    const isMothers = this.random.happens(this.rates.errors.placeholderUnderMothersSurname)
    const family = isMothers ? child.mother.family : child.family
    const boyOrGirl = child.sex === 'male' ? 'Baby Boy' : 'Baby Girl'
    const twin = `Twin ${child.order}`
    const given =
      child.of > 1
        ? this.random.pick([twin, twin, boyOrGirl, 'Baby'])
        : this.random.pick(['Baby', boyOrGirl, boyOrGirl, 'Infant', 'Unnamed'])
    return { given, family, former_family: '' }
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
    const halves = family.split(/[- ]/)
    const isDouble = halves.length > 1 && halves.every((half) => half.length > 2)
    if (isDouble && this.errs(rates.surname.halfDropped, visit)) family = this.random.pick(halves)
    if (this.random.happens(this.rates.origins[names.code].variant))
      family = respelled(family, names.surnameVariants, names, this.random)
    return this.errs(rates.surname.typo, visit) ? mistypedName(family, this.random) : family
  }

  /** Marks and capitals as the system keeps them. */
  private styled(name: { given: string; family: string }, { child, rates }: Visit): { given: string; family: string } {
    const isPlain = child.names.code !== 'british-irish' && this.random.happens(this.rates.errors.marksDropped)
    const { given, family } = isPlain ? { given: withoutMarks(name.given), family: withoutMarks(name.family) } : name
    return this.random.happens(rates.capitals) ? { given, family: family.toUpperCase() } : { given, family }
  }

  private birth(visit: Visit): Pick<KidsRecord, 'born_on' | 'sex' | 'birth_order' | 'birth_of'> {
    const { child, on, rates } = visit
    const isMissing = this.errs(rates.birth.missing, visit)
    const isWrong = this.errs(rates.birth.wrong, visit)
    const written = isWrong ? mistypedDate(child.bornOn, on, this.rates.errors, this.random) : dateOf(child.bornOn)
    const other = child.sex === 'male' ? 'female' : 'male'
    const hasOrder = this.random.happens(rates.birthOrder)
    return {
      born_on: isMissing ? '' : written,
      sex: this.errs(rates.sexWrong, visit) ? other : child.sex,
      birth_order: hasOrder ? String(child.order) : '',
      birth_of: hasOrder ? String(child.of) : '',
    }
  }

  private residence(visit: Visit): Pick<KidsRecord, 'postcode' | 'uprn'> {
    const { child, on, rates } = visit
    if (this.errs(rates.postcode.missing, visit)) return { postcode: '', uprn: '' }
    const now = homeOn(child, on)
    const at = now > 0 && this.random.happens(rates.postcode.old) ? now - 1 : now
    const { postcode, uprn } = (child.homes[at] ?? child.homes[0]).place
    return { postcode, uprn: this.random.happens(rates.uprn) ? uprn : '' }
  }

  private nhs(visit: Visit): Pick<KidsRecord, 'nhs_number' | 'nhs_verified'> {
    const { child, rates } = visit
    if (!this.random.happens(rates.nhs.present)) return { nhs_number: '', nhs_verified: '' }
    const isWrong = this.errs(rates.nhs.wrong, visit)
    const number = isWrong ? this.wrong(visit, 'nhs') : child.nhs
    const isVerified = !isWrong && this.random.happens(rates.nhs.verified)
    return { nhs_number: number, nhs_verified: isVerified ? 'yes' : 'no' }
  }

  private schooling(visit: Visit): Pick<KidsRecord, 'upn' | 'uln' | 'school' | 'practice'> {
    const { child, on, rates } = visit
    const age = yearOf(on) - yearOf(child.bornOn)
    const hasUpn = age >= 4 && this.random.happens(rates.upn.present)
    const isWrong = hasUpn && this.errs(rates.upn.wrong, visit)
    const { outcode } = placeOn(child, on)
    const isAtSchool = age >= 4 && this.random.happens(rates.school)
    const practice = this.random.happens(rates.practice)
      ? `Y9${String(outcode * 4 + (child.household % 4)).padStart(4, '0')}`
      : ''
    return {
      upn: hasUpn ? (isWrong ? this.wrong(visit, 'upn') : child.upn) : '',
      uln: age >= 14 && this.random.happens(rates.uln) ? child.uln : '',
      school: isAtSchool ? schoolOf(outcode, age, child.household) : '',
      practice,
    }
  }

  private mother(visit: Visit): Pick<KidsRecord, 'mother_given' | 'mother_family' | 'mother_born_on'> {
    const { child, rates } = visit
    if (!this.random.happens(rates.mother.present)) return { mother_given: '', mother_family: '', mother_born_on: '' }
    const { given, family, bornOn } = child.mother
    const spelled = (name: string) =>
      this.errs(this.rates.errors.motherTypo, visit) ? mistypedName(name, this.random) : name
    return {
      mother_given: spelled(given),
      mother_family: spelled(family),
      mother_born_on: this.random.happens(rates.mother.bornOn) ? dateOf(bornOn) : '',
    }
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

function placeOn(child: Child, on: Day): Place {
  return (child.homes[homeOn(child, on)] ?? child.homes[0]).place
}

/** About one primary school to 60 postcodes, one secondary to three outcodes; the numbers are of no real school. */
function schoolOf(outcode: number, age: number, household: number): string {
  const number = age < 11 ? outcode * 10 + (household % 10) : 50_000 + Math.floor(outcode / 3) * 3 + (household % 3)
  return String(900_000 + (number % 100_000))
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

const marks = /\p{M}/gu
function withoutMarks(name: string): string {
  // eslint-disable-next-line no-control-regex -- plain text is left alone, which is quicker
  if (/^[\x00-\x7f]*$/.test(name)) return name
  return name.normalize('NFKD').replace(marks, '').replaceAll('ł', 'l').replaceAll('Ł', 'L')
}
