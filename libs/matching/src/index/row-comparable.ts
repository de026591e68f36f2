import type { CalendarDay } from '../calendar-day.js'
import type { Comparable, ComparableLocal, ComparableNumber, ComparableParent } from '../comparable.js'
import { NameForm, type FamilyPart } from '../name-form.js'
import type { Token } from '../token.js'

const nothing: readonly never[] = []

interface Mutable {
  value: number
  isVerified: boolean
  isCurrent: boolean
}

/** What a row says, to be compared: one for many rows, filled again for each, so that nothing is allocated. */
export class RowComparable implements Comparable {
  names: readonly NameForm[]
  isUnnamed = false
  born = 0
  bornDay = 0
  earlierBorn: readonly number[] = nothing
  recordedDay = 0
  lastEventDay = 0
  diedDay = 0
  sex = 0
  order = 0
  of = 0
  places: readonly number[] = nothing
  postcodes: readonly number[] = nothing
  nhsNumbers: readonly ComparableNumber[] = nothing
  upns: readonly ComparableNumber[] = nothing
  ulns: readonly ComparableNumber[] = nothing
  mistypedNhsNumbers: readonly string[] = nothing
  locals: readonly ComparableLocal[] = nothing
  masterIndexes: readonly number[] = nothing
  mother: ComparableParent | undefined = undefined
  otherParents: readonly ComparableParent[] = nothing
  phones: readonly number[] = nothing
  emails: readonly number[] = nothing
  schools: readonly number[] = nothing
  practices: readonly number[] = nothing

  private readonly form = new NameForm()
  private readonly oneName = [this.form]
  private readonly onePlace = [0]
  private readonly onePostcode = [0]
  private readonly oneSchool = [0]
  private readonly onePractice = [0]
  private readonly nhs: Mutable = { value: 0, isVerified: false, isCurrent: false }
  private readonly oneNhs = [this.nhs]
  private readonly upn: Mutable = { value: 0, isVerified: false, isCurrent: false }
  private readonly oneUpn = [this.upn]
  private readonly motherForm = new NameForm()
  private readonly oneMother = { name: this.motherForm, born: 0, nhsNumber: 0 }

  constructor() {
    this.names = this.oneName
  }

  setName(first: Token | undefined, rest: FamilyPart, family: FamilyPart): void {
    this.form.set(first, rest.all, family)
    this.names = this.oneName
  }

  setMother(first: Token | undefined, family: FamilyPart, born: CalendarDay): void {
    if (first === undefined && family.joined === undefined) {
      this.mother = undefined
      return
    }
    this.motherForm.set(first, nothing, family)
    this.oneMother.born = born
    this.mother = this.oneMother
  }

  /** 0 is none, here and in what follows. */
  setPlace(code: number): void {
    this.onePlace[0] = code
    this.places = code === 0 ? nothing : this.onePlace
  }

  setPostcode(code: number): void {
    this.onePostcode[0] = code
    this.postcodes = code === 0 ? nothing : this.onePostcode
  }

  setSchool(code: number): void {
    this.oneSchool[0] = code
    this.schools = code === 0 ? nothing : this.oneSchool
  }

  setPractice(code: number): void {
    this.onePractice[0] = code
    this.practices = code === 0 ? nothing : this.onePractice
  }

  setNhsNumber(value: number, isVerified: boolean, isCurrent: boolean): void {
    this.nhs.value = value
    this.nhs.isVerified = isVerified
    this.nhs.isCurrent = isCurrent
    this.nhsNumbers = value === 0 ? nothing : this.oneNhs
  }

  setUpn(value: number, isVerified: boolean, isCurrent: boolean): void {
    this.upn.value = value
    this.upn.isVerified = isVerified
    this.upn.isCurrent = isCurrent
    this.upns = value === 0 ? nothing : this.oneUpn
  }

  /** Forgets what rows seldom say. */
  clearRest(): void {
    this.earlierBorn = nothing
    this.lastEventDay = 0
    this.diedDay = 0
    this.ulns = nothing
    this.mistypedNhsNumbers = nothing
    this.locals = nothing
    this.masterIndexes = nothing
    this.otherParents = nothing
    this.phones = nothing
    this.emails = nothing
  }

  /** Adds what a row says beyond its words: nothing is in both. */
  addRest(rest: Comparable): void {
    if (rest.names.length > 1) this.names = [this.form, ...rest.names.slice(1)]
    this.earlierBorn = rest.earlierBorn
    this.lastEventDay = rest.lastEventDay
    this.diedDay = rest.diedDay
    this.ulns = rest.ulns
    this.mistypedNhsNumbers = rest.mistypedNhsNumbers
    this.locals = rest.locals
    this.masterIndexes = rest.masterIndexes
    this.otherParents = rest.otherParents
    this.phones = rest.phones
    this.emails = rest.emails
    this.addWhatDidNotFit(rest)
  }

  private addWhatDidNotFit(rest: Comparable): void {
    if (rest.born > 0) [this.born, this.bornDay] = [rest.born, rest.bornDay]
    if (rest.recordedDay > 0) this.recordedDay = rest.recordedDay
    if (rest.order + rest.of !== 0) [this.order, this.of] = [rest.order, rest.of]
    this.mother = rest.mother ?? this.mother
    this.addLists(rest)
  }

  private addLists(rest: Comparable): void {
    if (rest.places.length > 0) this.places = rest.places
    if (rest.postcodes.length > 0) this.postcodes = rest.postcodes
    if (rest.nhsNumbers.length > 0) this.nhsNumbers = rest.nhsNumbers
    if (rest.upns.length > 0) this.upns = rest.upns
    if (rest.schools.length > 0) this.schools = rest.schools
    if (rest.practices.length > 0) this.practices = rest.practices
  }
}
