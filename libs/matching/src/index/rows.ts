import { dayNumber, type CalendarDay } from '../calendar-day.js'
import { comparableWith, type Comparable, type ComparableNumber } from '../comparable.js'
import { incodeOf, outcodeOf, postcodeFrom } from '../number-codes.js'
import { emptyProfile, type Profile } from '../profile.js'
import { lowWords } from './reference-table.js'
import { Numbering } from './numbering.js'
import { PagedWords } from './paged-words.js'
import { RestArena } from './rest-arena.js'
import type { RowComparable } from './row-comparable.js'
import { restOf } from './rest-of.js'
import { dayAt, nhsFrom } from './row-codes.js'
import type { Token } from '../token.js'
import type { Vocabulary } from './vocabulary.js'

/** Words of a row; halves are written low | high. */
export const word = {
  first: 0,
  furtherGiven: 1,
  family: 2,
  motherFirst: 3,
  motherFamily: 4,
  placeLow: 5,
  /** High part of the address | day number of the mother's birth. */
  placeHigh: 6,
  nhs: 7,
  upnLow: 8,
  child: 9,
  /** Birth and recording as day numbers. */
  days: 10,
  /** Number of the outward part | code of the inward part. */
  postcode: 11,
  /** Flags | high part of the UPN. */
  flags: 12,
  /** School | practice. */
  institutions: 13,
  refLow: 14,
  refLast: 15,
} as const

const flag = { nhsVerified: 256, nhsCurrent: 512, upnVerified: 1024, upnCurrent: 2048, unnamed: 4096, rest: 8192 }
const high = 4_294_967_296

/** Profiles as rows of sixteen words, one line of a processor's cache; what is rare is kept apart as text. */
export class Rows {
  readonly words = new PagedWords(16)
  private readonly rest = new RestArena()
  private readonly outcodes = new Numbering()
  private readonly institutions = new Numbering()

  constructor(private readonly vocabulary: Vocabulary) {}

  /** Writes a profile, and says whether more is known of it than its words hold. */
  write(row: number, profile: Profile, { child, ref }: { readonly child: number; readonly ref: string }): boolean {
    const known = comparableWith(profile, this.vocabulary.intern)
    const rest = restOf(profile, known, this)
    const hasRest = Object.keys(rest).length > 0
    this.words.reserve(row)
    const set = (place: number, value: number): void => {
      this.words.set(row, place, value)
    }
    this.writeName(known, set)
    this.writeMother(known, rest, set)
    this.writeNumbers(known, rest, set)
    this.writePlace(known, rest, set)
    this.writePostcode(known, rest, set)
    this.writeInstitutions(known, rest, set)
    const born = rest.bornOn === undefined ? known.bornDay : 0
    const recorded = rest.recordedOn === undefined ? known.recordedDay : 0
    set(word.days, (born | (recorded << 16)) >>> 0)
    set(word.child, child)
    const [low, last] = lowWords(ref)
    set(word.refLow, low)
    set(word.refLast, last)
    if (hasRest) this.rest.set(row, JSON.stringify(rest))
    this.writeFlags(known, rest, hasRest, set)
    return hasRest
  }

  /** Reads a row. */
  read(row: number, into: RowComparable): void {
    this.readWords(row, into)
    if ((this.words.get(row, word.flags) & flag.rest) === 0) return
    const rest = JSON.parse(this.rest.get(row)) as Partial<Profile>
    into.addRest(comparableWith({ ...emptyProfile, ...rest }, this.vocabulary.intern))
  }

  /** Reads what the words of a row hold, and no more. */
  readWords(row: number, into: RowComparable): void {
    const { words, vocabulary } = this
    const of = (place: number): number => words.get(row, place)
    const [flags, days] = [of(word.flags), of(word.days)]
    into.setName(
      vocabulary.tokenOf(of(word.first)),
      vocabulary.partOf(of(word.furtherGiven)),
      vocabulary.partOf(of(word.family)),
    )
    into.setMother(
      vocabulary.tokenOf(of(word.motherFirst)),
      vocabulary.partOf(of(word.motherFamily)),
      dayAt(of(word.placeHigh) >>> 16),
    )
    into.isUnnamed = (flags & flag.unnamed) > 0
    into.bornDay = days & 0xffff
    into.born = dayAt(into.bornDay)
    into.recordedDay = days >>> 16
    into.sex = flags & 3
    into.order = (flags >>> 2) & 7
    into.of = (flags >>> 5) & 7
    this.readPlaces(row, into)
    into.setNhsNumber(nhsFrom(of(word.nhs)), (flags & flag.nhsVerified) > 0, (flags & flag.nhsCurrent) > 0)
    const upn = (flags >>> 16) * high + of(word.upnLow)
    into.setUpn(upn, (flags & flag.upnVerified) > 0, (flags & flag.upnCurrent) > 0)
    into.clearRest()
  }

  /** Day of birth by the words of a row. */
  bornAt(row: number): CalendarDay {
    return dayAt(this.words.get(row, word.days) & 0xffff)
  }

  /** The first given name that distinguishes, or the first. */
  givenAt(row: number): Token | undefined {
    const first = this.vocabulary.tokenOf(this.words.get(row, word.first))
    if (first?.isStructural !== true) return first
    return (
      this.vocabulary.partOf(this.words.get(row, word.furtherGiven)).all.find((token) => !token.isStructural) ?? first
    )
  }

  familyAt(row: number): readonly Token[] {
    return this.vocabulary.partOf(this.words.get(row, word.family)).distinct
  }

  childOf(row: number): number {
    return this.words.get(row, word.child)
  }

  /** Forgets a row. */
  erase(row: number): void {
    this.words.clear(row)
    this.rest.delete(row)
  }

  /** Whether an outward part of a postcode, or an institution, has a number that fits the words. */
  fits(postcode: number, institutions: readonly number[]): boolean {
    const isNumbered = institutions.every((code) => this.institutions.of(code) <= 0xffff)
    return isNumbered && this.outcodes.of(outcodeOf(postcode)) <= 0xffff
  }

  /** Outward parts in use, as they stand in postcodes. */
  get knownOutcodes(): readonly number[] {
    return this.outcodes.values
  }

  get bytes(): number {
    return this.words.bytes + this.rest.bytes
  }

  private writeName(known: Comparable, set: (place: number, value: number) => void): void {
    const [first, ...further] = known.names[0]?.allGiven ?? []
    set(word.first, first ? first.id + 1 : 0)
    set(word.furtherGiven, this.vocabulary.codeOf(further))
    set(word.family, this.vocabulary.codeOf(known.names[0]?.family.all ?? []))
  }

  private writeMother(known: Comparable, rest: Partial<Profile>, set: (place: number, value: number) => void): void {
    const mother = rest.mother ? undefined : known.mother
    set(word.motherFirst, mother?.name.allGiven[0] ? mother.name.allGiven[0].id + 1 : 0)
    set(word.motherFamily, this.vocabulary.codeOf(mother?.name.family.all ?? []))
  }

  private writeNumbers(known: Comparable, rest: Partial<Profile>, set: (place: number, value: number) => void): void {
    const nhs = rest.nhsNumbers ? undefined : known.nhsNumbers[0]
    const upn = rest.upns ? undefined : known.upns[0]
    set(word.nhs, nhs ? Math.floor(nhs.value / 10) + 1 : 0)
    set(word.upnLow, upn ? upn.value >>> 0 : 0)
  }

  private writePlace(known: Comparable, rest: Partial<Profile>, set: (place: number, value: number) => void): void {
    const place = rest.places ? 0 : (known.places[0] ?? 0)
    set(word.placeLow, place >>> 0)
    const mother = rest.mother ? undefined : known.mother
    set(word.placeHigh, (Math.floor(place / high) | (dayNumber(mother?.born ?? 0) << 16)) >>> 0)
  }

  private writePostcode(known: Comparable, rest: Partial<Profile>, set: (place: number, value: number) => void): void {
    const postcode = rest.postcodes ? 0 : (known.postcodes[0] ?? 0)
    set(word.postcode, postcode === 0 ? 0 : (this.outcodes.of(outcodeOf(postcode)) | (incodeOf(postcode) << 16)) >>> 0)
  }

  private writeInstitutions(
    known: Comparable,
    rest: Partial<Profile>,
    set: (place: number, value: number) => void,
  ): void {
    const school = rest.schools ? 0 : this.institutions.of(known.schools[0] ?? 0)
    const practice = rest.practices ? 0 : this.institutions.of(known.practices[0] ?? 0)
    set(word.institutions, (school | (practice << 16)) >>> 0)
  }

  private writeFlags(
    known: Comparable,
    rest: Partial<Profile>,
    hasRest: boolean,
    set: (at: number, value: number) => void,
  ): void {
    const nhs = rest.nhsNumbers ? undefined : known.nhsNumbers[0]
    const upn = rest.upns ? undefined : known.upns[0]
    const order = rest.birthOrder ? 0 : known.order | (known.of << 3)
    const flags =
      known.sex |
      (order << 2) |
      (proofOf(nhs) * flag.nhsVerified) |
      (proofOf(upn) * flag.upnVerified) |
      (known.isUnnamed ? flag.unnamed : 0) |
      (hasRest ? flag.rest : 0)
    set(word.flags, (flags | (Math.floor((upn?.value ?? 0) / high) << 16)) >>> 0)
  }

  private readPlaces(row: number, into: RowComparable): void {
    const { words } = this
    into.setPlace((words.get(row, word.placeHigh) & 0xffff) * high + words.get(row, word.placeLow))
    const postcode = words.get(row, word.postcode)
    into.setPostcode(postcode === 0 ? 0 : postcodeFrom(this.outcodes.valueOf(postcode & 0xffff), postcode >>> 16))
    const institutions = words.get(row, word.institutions)
    into.setSchool(this.institutions.valueOf(institutions & 0xffff))
    into.setPractice(this.institutions.valueOf(institutions >>> 16))
  }
}

function proofOf(number: ComparableNumber | undefined): number {
  return number ? Number(number.isVerified) + 2 * Number(number.isCurrent) : 0
}
