import { yearOf } from '../calendar-day.js'
import { comparableWith, type Comparable } from '../comparable.js'
import type { NameForm } from '../name-form.js'
import { outcodeOf } from '../number-codes.js'
import type { Profile } from '../profile.js'
import type { Token } from '../token.js'
import { AsidePostings } from './aside-postings.js'
import { ChildRows } from './child-rows.js'
import { mix } from './mix.js'
import { lowWords, NumberTable, ReferenceTable } from './reference-table.js'
import { RowComparable } from './row-comparable.js'
import { RowPostings, type Refinement } from './row-postings.js'
import { Rows, word } from './rows.js'
import {
  contactKey,
  dayKey,
  keyIn,
  residenceSlot,
  slotIn,
  strongSlots,
  StrongKeys,
  tokenKey,
  type PlacedKey,
} from './strong-keys.js'
import { TokenPostings } from './token-postings.js'
import { Vocabulary } from './vocabulary.js'

const everySex = [0, 1, 2]
const nhsSlot = 0
/** Numbers are never crowded. */
const nowhere = (): Refinement => ({ sexes: [], years: [], outcodes: [] })
/** A day shared by more says too little to be looked for by itself. */
const fewBirths = 8

/** Profiles in typed arrays, with everything under which they are found. */
export class ProfileStore {
  readonly vocabulary = new Vocabulary()
  readonly rows = new Rows(this.vocabulary)
  readonly children = new ReferenceTable()
  readonly childRows = new ChildRows()
  readonly tokens = { given: new TokenPostings(), family: new TokenPostings() }
  private readonly strong = new StrongKeys(this.vocabulary)
  private readonly scratch = new RowComparable()
  private readonly postings: RowPostings
  private readonly aside = new AsidePostings()
  private readonly births = new Uint32Array(1 << 16)
  private readonly byRef = new NumberTable((row) =>
    mix(0, this.wordAt(row, word.refLow), this.wordAt(row, word.refLast)),
  )
  private readonly free: number[] = []
  private end = 0
  private mistyped = 0
  private oldest = 9999
  private youngest = 0

  constructor(expected: number) {
    this.postings = new RowPostings(this.rows, this.strong, new RowComparable(), expected)
  }

  /** The row of a profile; -1 if it is not held. */
  rowOf(profileRef: string): number {
    const [low, last] = lowWords(profileRef)
    const is = (row: number): boolean =>
      this.wordAt(row, word.refLow) === low && this.wordAt(row, word.refLast) === last
    return this.byRef.find(mix(0, low, last), is)
  }

  add(profileRef: string, childRef: string, profile: Profile): void {
    const row = this.free.pop() ?? this.end
    if (row === this.end) this.end += 1
    const child = this.children.intern(childRef)
    const hasRest = this.rows.write(row, profile, { child, ref: profileRef })
    this.byRef.add(row)
    this.childRows.add(child, row)
    this.postings.grow(this.end, (other) => other !== row && this.isHeld(other))
    this.postings.add(row)
    this.rows.read(row, this.scratch)
    this.count(row, 1)
    for (const key of this.keysAside(row, hasRest)) this.aside.add(key, row)
  }

  /** Takes a row out. */
  remove(row: number): void {
    this.rows.read(row, this.scratch)
    for (const key of this.keysAside(row, true)) this.aside.remove(key, row)
    this.rows.read(row, this.scratch)
    this.count(row, -1)
    this.postings.remove(row)
    this.childRows.remove(this.rows.childOf(row), row)
    this.byRef.remove(row)
    this.rows.erase(row)
    this.free.push(row)
  }

  /** Cuts a record with the names that are held; others stay without a number. */
  cut(profile: Profile): Comparable {
    return comparableWith(profile, this.vocabulary.find)
  }

  /** Numbers of the children that share a strong key with a record. */
  candidates(known: Comparable): Set<number> {
    const found = new Set<number>()
    const refinement = once(() => this.refinementFor(known))
    for (const placed of this.strong.query(known))
      for (const row of this.gather(placed, known, refinement)) found.add(this.rows.childOf(row))
    return found
  }

  /** Rows under a key; who only lives at the same place must share date or sound of a name too. */
  private gather(placed: PlacedKey, known: Comparable, refinement: () => Refinement): readonly number[] {
    const [key, slot] = [keyIn(placed), slotIn(placed)]
    const rows: number[] = []
    if (slot < strongSlots) this.postings.gather(key, slot, refinement, rows)
    this.aside.gather(key, rows)
    return slot === residenceSlot ? rows.filter((row) => this.isOfSameHome(row, known)) : rows
  }

  /** Rows of a postcode or an address, whoever they are. */
  gatherHome(key: number, known: Comparable): readonly number[] {
    const rows: number[] = []
    this.postings.gather(key, residenceSlot, () => this.refinementFor(known), rows)
    this.aside.gather(key, rows)
    return rows
  }

  /** Rows with an NHS number, or with a text that is nearly one. */
  gatherNumber(key: number): readonly number[] {
    const rows: number[] = []
    this.postings.gather(key, nhsSlot, nowhere, rows)
    this.aside.gather(key, rows)
    return rows
  }

  gatherAside(key: number): readonly number[] {
    const rows: number[] = []
    this.aside.gather(key, rows)
    return rows
  }

  gatherToken(token: Token, part: 'given' | 'family', into: number[]): void {
    this.tokens[part].gather(token, into)
    this.aside.gather(tokenKey(token, part), into)
  }

  /** Whether some row has a text that is nearly an NHS number. */
  get hasMistyped(): boolean {
    return this.mistyped > 0
  }

  /** Rows born on a day. */
  bornOn(bornDay: number): number {
    return this.births[bornDay] ?? 0
  }

  /** Whether some record of a child has a placeholder for a name. */
  isUnnamed(child: number): boolean {
    const rows: number[] = []
    this.childRows.gather(child, rows)
    return rows.some((row) => {
      this.rows.readWords(row, this.scratch)
      return this.scratch.isUnnamed
    })
  }

  /** Rows held. */
  get size(): number {
    return this.end - this.free.length
  }

  get bytes(): number {
    const { given, family } = this.tokens
    const parts = [
      this.rows,
      this.vocabulary,
      this.children,
      this.childRows,
      given,
      family,
      this.postings,
      this.aside,
      this.byRef,
    ]
    return parts.reduce((sum, { bytes }) => sum + bytes, this.births.byteLength)
  }

  private isOfSameHome(row: number, known: Comparable): boolean {
    this.rows.read(row, this.scratch)
    const { scratch } = this
    if (scratch.born !== 0 && (scratch.born === known.born || known.earlierBorn.includes(scratch.born))) return true
    return known.names.some((one) =>
      scratch.names.some(
        (two) =>
          (one.first !== undefined && one.first.sound === two.first?.sound) ||
          (one.surname !== undefined && one.surname.sound === two.surname?.sound),
      ),
    )
  }

  /** Counts what the row in `scratch` says, or counts it no more. */
  private count(row: number, by: 1 | -1): void {
    const [main, ...others] = this.scratch.names
    if (main) this.countMain(main, row, by)
    for (const name of others) this.countOther(name, by)
    this.mistyped += by * this.scratch.mistypedNhsNumbers.length
    this.countBirth(by)
  }

  private countMain({ first, family }: NameForm, row: number, by: 1 | -1): void {
    const { tokens } = this
    const [surname, ...further] = family.distinct
    if (first) link(tokens.given, first, row, by)
    if (surname) link(tokens.family, surname, row, by)
    for (const token of further) tokens.family.count(token, by)
  }

  private countOther({ first, family }: NameForm, by: 1 | -1): void {
    const { tokens } = this
    if (first) tokens.given.count(first, by)
    for (const token of family.distinct) tokens.family.count(token, by)
  }

  private countBirth(by: 1 | -1): void {
    const { born, bornDay } = this.scratch
    const day = bornDay & 0xffff
    this.births[day] = (this.births[day] ?? 0) + by
    const year = yearOf(born)
    if (year > 0) [this.oldest, this.youngest] = [Math.min(this.oldest, year), Math.max(this.youngest, year)]
  }

  /** Keys under which the row is not linked by its words. */
  private keysAside(row: number, hasRest: boolean): readonly number[] {
    const found: number[] = []
    const { names, born, bornDay, phones, emails } = this.scratch
    addNameKeys(names, found)
    for (const contact of [...phones, ...emails]) found.push(contactKey(contact))
    if (born > 0 && this.bornOn(bornDay) <= fewBirths) found.push(dayKey(born))
    return hasRest ? [...found, ...this.strongKeysAside(row)] : found
  }

  private strongKeysAside(row: number): readonly number[] {
    const all = [...this.strong.all(this.scratch)]
    this.rows.readWords(row, this.scratch)
    return all
      .filter(
        (placed) => slotIn(placed) >= strongSlots || this.strong.mainAt(this.scratch, slotIn(placed)) !== keyIn(placed),
      )
      .map(keyIn)
  }

  private refinementFor({ sex, born, earlierBorn, postcodes }: Comparable): Refinement {
    const years = [...new Set([born, ...earlierBorn].map(yearOf)), 0]
    const span = Math.max(0, this.youngest - this.oldest + 1)
    return {
      sexes: sex === 0 ? everySex : [sex, 0],
      years: born === 0 ? [0, ...Array.from({ length: span }, (_, at) => this.oldest + at)] : [...new Set(years)],
      outcodes:
        postcodes.length === 0 ? [0, ...this.rows.knownOutcodes] : [...new Set([...postcodes.map(outcodeOf), 0])],
    }
  }

  /** A reference is never nothing but zeros, save of a row that was taken out. */
  private isHeld(row: number): boolean {
    return this.wordAt(row, word.refLow) !== 0 || this.wordAt(row, word.refLast) !== 0
  }

  private wordAt(row: number, place: number): number {
    return this.rows.words.get(row, place)
  }
}

/** Links a row under a token, or takes it from there. */
function link(postings: TokenPostings, token: Token, row: number, by: 1 | -1): void {
  if (by === 1) postings.add(token, row)
  else postings.remove(token, row)
}

/** Adds the keys of further tokens of the family name, and of other names. */
function addNameKeys([main, ...others]: readonly NameForm[], found: number[]): void {
  for (const token of main?.family.distinct.slice(1) ?? []) found.push(tokenKey(token, 'family'))
  for (const { first, family } of others) {
    if (first) found.push(tokenKey(first, 'given'))
    for (const token of family.distinct) found.push(tokenKey(token, 'family'))
  }
}

/** Makes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
