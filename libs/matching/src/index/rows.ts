import { dayNumber, type CalendarDay } from '../calendar-day.js'
import { comparableWith, type Comparable, type ComparableNumber } from '../comparable.js'
import type { NameForm } from '../name-form.js'
import { incodeOf, outcodeOf, postcodeFrom } from '../number-codes.js'
import { emptyProfile, type Profile } from '../profile.js'
import { Numbering } from './numbering.js'
import { PagedWords } from './paged-words.js'
import { RestArena } from './rest-arena.js'
import type { RowComparable } from './row-comparable.js'
import { hasNames, restFlag, restOf, type Rest } from './rest-of.js'
import { dayAt, nhsFrom } from './row-codes.js'
import { flag, otherwiseNamed, word } from './row-words.js'
import type { Token } from '../token.js'
import { listFlag, type Vocabulary } from './vocabulary.js'

const high = 4_294_967_296
const nothing: readonly never[] = []
const noTokens: readonly Token[] = nothing

/** Whose a row is: the number of the child, and the last two words of the profile's reference. */
interface Owner {
  readonly child: number
  readonly low: number
  readonly last: number
}

/** Profiles as rows of sixteen words, one line of a processor's cache; what is rare is kept apart as text. */
export class Rows {
  readonly words: PagedWords
  private readonly rest = new RestArena()
  private readonly outcodes = new Numbering()
  private readonly institutions = new Numbering()
  /** Where a row is written. */
  private page: Uint32Array = new Uint32Array(0)
  private start = 0
  /** What was read to have it at hand. */
  private readonly touched = new Uint32Array(1)

  /** @param expected - rows, roughly */
  constructor(
    readonly vocabulary: Vocabulary,
    expected = 0,
  ) {
    this.words = new PagedWords(16, expected)
  }

  /** What a profile says beyond the words of a row, if anything. */
  restOf(profile: Profile, known: Comparable): Rest | undefined {
    return restOf(profile, known, this)
  }

  /** Writes what a profile says, cut with tokens of the vocabulary, and what is kept of it besides the words. */
  write(row: number, known: Comparable, rest: Rest | undefined, { child, low, last }: Owner): void {
    const { words } = this
    const held = rest ? without(known, rest) : known
    words.reserve(row)
    this.page = words.pageOf(row)
    this.start = words.startOf(row)
    this.writeNames(held)
    this.writeNumbers(held, rest)
    this.writePlaces(held)
    this.put(word.days, held.bornDay | (held.recordedDay << 16))
    this.put(word.child, child)
    this.put(word.refLow, low)
    this.put(word.refLast, last)
    if (rest) this.rest.set(row, JSON.stringify(rest))
  }

  /** Reads a row. */
  read(row: number, into: RowComparable): void {
    this.readWords(row, into)
    if (!this.hasRest(row)) return
    const rest = JSON.parse(this.rest.get(row)) as Partial<Profile>
    into.addRest(comparableWith({ ...emptyProfile, ...rest }, this.vocabulary.intern))
  }

  /** Reads what the words of a row hold of the mother. */
  readMother(row: number, into: RowComparable): void {
    const { words, vocabulary } = this
    into.setMother(
      vocabulary.tokenOf(words.get(row, word.motherFirst)),
      vocabulary.partOf(words.get(row, word.motherFamily)),
      dayAt(words.get(row, word.placeHigh) >>> 16),
    )
  }

  /** Whether a row says more than its words hold. */
  hasRest(row: number): boolean {
    return (this.words.get(row, word.flags) & flag.rest) > 0
  }

  /** Whether its other names, or its birth, are not in its words. */
  isOtherwiseNamed(row: number): boolean {
    return (this.words.get(row, word.nhs) & otherwiseNamed) > 0
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
    this.readMother(row, into)
    into.isUnnamed = (flags & flag.unnamed) > 0
    into.bornDay = days & 0xffff
    into.born = dayAt(into.bornDay)
    into.recordedDay = days >>> 16
    into.sex = flags & 3
    into.order = (flags >>> 2) & 7
    into.of = (flags >>> 5) & 7
    this.readPlaces(row, into)
    into.setNhsNumber(this.nhsAt(row), (flags & flag.nhsVerified) > 0, (flags & flag.nhsCurrent) > 0)
    into.setUpn(this.upnAt(row), (flags & flag.upnVerified) > 0, (flags & flag.upnCurrent) > 0)
    into.clearRest()
  }

  /** Has a processor fetch rows, and what is asked of their names, all at once instead of one after another. */
  touch(rows: readonly number[]): void {
    const { vocabulary, words } = this
    words.touch(rows)
    let sum = 0
    for (const row of rows)
      sum ^= vocabulary.startOf(words.get(row, word.first)) ^ vocabulary.startOf(words.get(row, word.family))
    this.touched[0] = sum
  }

  /** Day of birth by the words of a row. */
  bornAt(row: number): CalendarDay {
    return dayAt(this.words.get(row, word.days) & 0xffff)
  }

  firstAt(row: number): Token | undefined {
    return this.vocabulary.tokenOf(this.words.get(row, word.first))
  }

  /** The number of the first given name; -1 where there is none, here and below. */
  firstIdAt(row: number): number {
    return this.words.get(row, word.first) - 1
  }

  /** The number of the first given name that distinguishes, or of the first. */
  givenIdAt(row: number): number {
    const first = this.firstIdAt(row)
    if (!this.vocabulary.codes.isStructural(first)) return first
    const further = this.vocabulary.partOf(this.words.get(row, word.furtherGiven))
    return further.all.find((token) => !token.isStructural)?.id ?? first
  }

  /** The number of the surname as one word. */
  surnameIdAt(row: number): number {
    return this.vocabulary.joinedIdOf(this.words.get(row, word.family))
  }

  motherFirstIdAt(row: number): number {
    return this.words.get(row, word.motherFirst) - 1
  }

  motherSurnameIdAt(row: number): number {
    return this.vocabulary.joinedIdOf(this.words.get(row, word.motherFamily))
  }

  /** The number of the one token of a surname; -1 where there is none, or more. */
  familyIdAt(row: number): number {
    const code = this.words.get(row, word.family)
    return code < listFlag ? code - 1 : -1
  }

  surnameAt(row: number): Token | undefined {
    return this.vocabulary.partOf(this.words.get(row, word.family)).joined
  }

  nhsAt(row: number): number {
    return nhsFrom(this.words.get(row, word.nhs) & (otherwiseNamed - 1))
  }

  upnAt(row: number): number {
    return (this.words.get(row, word.flags) >>> 16) * high + this.words.get(row, word.upnLow)
  }

  /** 0 is none, here and below. */
  placeAt(row: number): number {
    return (this.words.get(row, word.placeHigh) & 0xffff) * high + this.words.get(row, word.placeLow)
  }

  postcodeAt(row: number): number {
    const code = this.words.get(row, word.postcode)
    return code === 0 ? 0 : postcodeFrom(this.outcodes.valueOf(code & 0xffff), code >>> 16)
  }

  outcodeAt(row: number): number {
    return this.outcodes.valueOf(this.words.get(row, word.postcode) & 0xffff)
  }

  sexAt(row: number): number {
    return this.words.get(row, word.flags) & 3
  }

  /** The numbers of the tokens of a surname that distinguish, until it is asked again. */
  familyIdsAt(row: number): readonly number[] {
    return this.vocabulary.distinctIdsOf(this.words.get(row, word.family))
  }

  childOf(row: number): number {
    return this.words.get(row, word.child)
  }

  /** Says of a row that its child may have others. */
  markSeveral(row: number): void {
    this.words.set(row, word.flags, (this.words.get(row, word.flags) | flag.several) >>> 0)
  }

  /** Whether the child of a row may have others. */
  isOfSeveral(row: number): boolean {
    return (this.words.get(row, word.flags) & flag.several) > 0
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

  get bytes(): number {
    return this.words.bytes + this.rest.bytes
  }

  /** Writes a word of the row that is being written. */
  private put(place: number, value: number): void {
    this.page[this.start + place] = value
  }

  private writeNames({ names, mother }: Comparable): void {
    const [name] = names
    const given = name?.allGiven ?? noTokens
    this.put(word.first, numberOf(given[0]))
    this.put(word.furtherGiven, given.length < 2 ? 0 : this.vocabulary.codeOf(given.slice(1)))
    this.put(word.family, this.familyCode(name))
    this.put(word.motherFirst, numberOf(mother?.name.allGiven[0]))
    this.put(word.motherFamily, this.familyCode(mother?.name))
  }

  private familyCode(name: NameForm | undefined): number {
    return name ? this.vocabulary.codeOf(name.family.all) : 0
  }

  private writeNumbers(held: Comparable, rest: Rest | undefined): void {
    const [nhs] = held.nhsNumbers
    const [upn] = held.upns
    const pupil = upn?.value ?? 0
    const proofs = proofOf(nhs) * flag.nhsVerified + proofOf(upn) * flag.upnVerified
    const unnamed = held.isUnnamed ? flag.unnamed : 0
    const flags = held.sex | (held.order << 2) | (held.of << 5) | proofs | unnamed | (rest ? restFlag(rest) : 0)
    const named = rest && hasNames(rest) ? otherwiseNamed : 0
    this.put(word.nhs, (nhs ? Math.floor(nhs.value / 10) + 1 : 0) | named)
    this.put(word.upnLow, pupil >>> 0)
    this.put(word.flags, (flags | (Math.floor(pupil / high) << 16)) >>> 0)
  }

  private writePlaces({ places, postcodes, schools, practices, mother }: Comparable): void {
    const place = first(places)
    const postcode = first(postcodes)
    const outcode = this.outcodes.of(outcodeOf(postcode))
    const [school, practice] = [this.institutions.of(first(schools)), this.institutions.of(first(practices))]
    const motherBorn = mother ? dayNumber(mother.born) : 0
    this.put(word.placeLow, place >>> 0)
    this.put(word.placeHigh, (Math.floor(place / high) | (motherBorn << 16)) >>> 0)
    this.put(word.postcode, postcode === 0 ? 0 : (outcode | (incodeOf(postcode) << 16)) >>> 0)
    this.put(word.institutions, (school | (practice << 16)) >>> 0)
  }

  private readPlaces(row: number, into: RowComparable): void {
    const { words } = this
    into.setPlace(this.placeAt(row))
    into.setPostcode(this.postcodeAt(row))
    const institutions = words.get(row, word.institutions)
    into.setSchool(this.institutions.valueOf(institutions & 0xffff))
    into.setPractice(this.institutions.valueOf(institutions >>> 16))
  }
}

/** What the words of a row hold where they cannot hold all. */
function without(known: Comparable, rest: Rest): Comparable {
  const list = <T>(field: keyof Rest, held: readonly T[]): readonly T[] => (rest[field] === undefined ? held : nothing)
  return {
    ...known,
    places: list('places', known.places),
    postcodes: list('postcodes', known.postcodes),
    nhsNumbers: list('nhsNumbers', known.nhsNumbers),
    upns: list('upns', known.upns),
    schools: list('schools', known.schools),
    practices: list('practices', known.practices),
    ...(rest.mother && { mother: undefined }),
    ...(rest.birthOrder && { order: 0, of: 0 }),
    ...(rest.bornOn !== undefined && { bornDay: 0 }),
    ...(rest.recordedOn !== undefined && { recordedDay: 0 }),
  }
}

function first(codes: readonly number[]): number {
  return codes[0] ?? 0
}

/** 0 is nothing. */
function numberOf(token: Token | undefined): number {
  return token ? token.id + 1 : 0
}

function proofOf(number: ComparableNumber | undefined): number {
  return number ? Number(number.isVerified) + 2 * Number(number.isCurrent) : 0
}
