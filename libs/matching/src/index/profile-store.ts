import { yearOf } from '../calendar-day.js'
import { comparableWith, type Comparable } from '../comparable.js'
import { outcodeOf } from '../number-codes.js'
import type { Profile } from '../profile.js'
import { AsidePostings } from './aside-postings.js'
import { ChildRows } from './child-rows.js'
import { mix } from './mix.js'
import { eachNameKey } from './name-keys.js'
import { NamePostings } from './name-postings.js'
import { once } from './once.js'
import { NumberTable, ReferenceTable } from './reference-table.js'
import { ReferenceWords } from './reference-words.js'
import { SameHome } from './same-home.js'
import { RowComparable } from './row-comparable.js'
import { RowKeys } from './row-keys.js'
import { RowPostings, type Refinement } from './row-postings.js'
import { word } from './row-words.js'
import { Rows } from './rows.js'
import {
  contactKey,
  dayKey,
  keyIn,
  residenceSlot,
  slotIn,
  strongSlots,
  StrongKeys,
  type PlacedKey,
} from './strong-keys.js'
import { Vocabulary } from './vocabulary.js'

const everySex = [0, 1, 2]
const nhsSlot = 0
/** Numbers are never crowded. */
const nowhere = (): Refinement => ({ sexes: [], years: [], anyYears: [], outcodes: [] })
/** A day shared by more says too little to be looked for by itself. */
const fewBirths = 8

/** Profiles in typed arrays, with everything under which they are found. */
export class ProfileStore {
  readonly vocabulary = new Vocabulary()
  readonly rows: Rows
  readonly children: ReferenceTable
  readonly childRows: ChildRows
  readonly tokens: NamePostings
  private readonly strong = new StrongKeys(this.vocabulary)
  private readonly rowKeys: RowKeys
  private readonly sameHome: SameHome
  private readonly scratch = new RowComparable()
  private readonly postings: RowPostings
  private readonly aside = new AsidePostings()
  private readonly births = new Uint32Array(1 << 16)
  private readonly byRef: NumberTable
  private readonly reference = new ReferenceWords()
  private readonly free: number[] = []
  private readonly found: number[] = []
  /** Rows that may be under keys, those of one key after those of another. */
  private readonly rough: number[] = []
  private end = 0
  private mistyped = 0
  private oldest = 9999
  private youngest = 0

  /** @param expected - profiles, roughly */
  constructor(expected: number) {
    this.rows = new Rows(this.vocabulary, expected)
    this.rowKeys = new RowKeys(this.rows)
    this.tokens = new NamePostings(this.rows)
    this.sameHome = new SameHome(this.rows)
    this.childRows = new ChildRows(expected)
    this.postings = new RowPostings(this.rowKeys, expected)
    this.children = new ReferenceTable(expected)
    this.byRef = new NumberTable(
      (row) => mix(0, this.wordAt(row, word.refLow), this.wordAt(row, word.refLast)),
      expected,
    )
  }

  /** The row of a profile; -1 if it is not held. */
  rowOf(profileRef: string): number {
    const { low, last } = this.reference.read(profileRef)
    return this.byRef.find(mix(0, low, last), this.isReferred)
  }

  /** Adds a profile, or replaces the one of the same reference. */
  add(profileRef: string, childRef: string, profile: Profile): void {
    const before = this.rowOf(profileRef)
    if (before >= 0) this.remove(before)
    const known = comparableWith(profile, this.vocabulary.intern)
    const rest = this.rows.restOf(profile, known)
    const row = this.free.pop() ?? this.end
    if (row === this.end) this.end += 1
    const child = this.children.intern(childRef)
    const { low, last } = this.reference
    this.rows.write(row, known, rest, { child, low, last })
    this.byRef.add(row)
    this.addToChild(child, row)
    this.postings.grow(this.end, (other) => other !== row && this.isHeld(other))
    this.postings.add(row)
    this.count(known, row, 1)
    const isRareBirth = known.born > 0 && this.bornOn(known.bornDay) <= fewBirths
    this.eachAside(known, isRareBirth, (key) => {
      this.aside.add(key, row)
    })
    if (rest) for (const key of this.strongKeysAside(known, row)) this.aside.add(key, row)
  }

  /** Takes a row out. */
  remove(row: number): void {
    this.rows.read(row, this.scratch)
    const { scratch } = this
    for (const key of this.strongKeysAside(scratch, row)) this.aside.remove(key, row)
    // Its birth may have been rare when it came.
    this.eachAside(scratch, scratch.born > 0, (key) => {
      this.aside.remove(key, row)
    })
    this.count(scratch, row, -1)
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

  /** Rows that share a strong key with a record, some more than once; until it is asked again. */
  candidates(known: Comparable): readonly number[] {
    const { found, postings } = this
    const refinement = once(() => this.refinementFor(known))
    const keys = this.strong.query(known)
    this.sameHome.seek(known)
    postings.touch(keys, refinement)
    this.aside.touch(keys)
    const ends = keys.map((placed) => this.gatherRoughly(placed, refinement))
    this.rows.touch(this.rough)
    found.length = 0
    for (const [at, placed] of keys.entries()) this.keep(placed, ends[at - 1] ?? 0, ends[at] ?? 0)
    this.rough.length = 0
    return found
  }

  /** Gathers the rows that may be under a key; says how many there are so far. */
  private gatherRoughly(placed: PlacedKey, refinement: () => Refinement): number {
    const { rough } = this
    if (slotIn(placed) < strongSlots) this.postings.gatherRoughly(keyIn(placed), slotIn(placed), refinement, rough)
    return rough.length
  }

  /** Keeps of some rows those under a key; who only lives at the same place must share date or sound of a name too. */
  private keep(placed: PlacedKey, from: number, until: number): void {
    const [key, slot] = [keyIn(placed), slotIn(placed)]
    const { found, rough } = this
    const start = found.length
    for (let at = from; at < until; at += 1) found.push(rough[at] ?? 0)
    this.postings.keep(key, slot, found, start)
    this.aside.gather(key, found)
    if (slot === residenceSlot) this.sameHome.keep(found, start)
  }

  /** A row whose child has others says so, so that of most children no more need be looked up. */
  private addToChild(child: number, row: number): void {
    const other = this.childRows.oneOf(child)
    this.childRows.add(child, row)
    if (other < 0) return
    this.rows.markSeveral(row)
    this.rows.markSeveral(other)
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

  /** Counts what a row says, or counts it no more. */
  private count({ names, mistypedNhsNumbers, born, bornDay }: Comparable, row: number, by: 1 | -1): void {
    this.tokens.count(names, row, by)
    this.mistyped += by * mistypedNhsNumbers.length
    const day = bornDay & 0xffff
    this.births[day] = (this.births[day] ?? 0) + by
    const year = yearOf(born)
    if (year === 0) return
    if (year < this.oldest) this.oldest = year
    if (year > this.youngest) this.youngest = year
  }

  /** Keys under which a row is not linked by its words. */
  private eachAside(known: Comparable, isRareBirth: boolean, take: (key: number) => void): void {
    eachNameKey(known.names, take)
    for (const contact of known.phones) take(contactKey(contact))
    for (const contact of known.emails) take(contactKey(contact))
    if (isRareBirth) take(dayKey(known.born))
  }

  private strongKeysAside(known: Comparable, row: number): readonly number[] {
    const main = this.rowKeys.all(row)
    return this.strong
      .all(known)
      .filter((placed) => slotIn(placed) >= strongSlots || main[slotIn(placed)] !== keyIn(placed))
      .map(keyIn)
  }

  /**
   * A crowded list says little: of who shares nothing with a record but what more than two hundred share, those are
   * looked at who have its sex, year of birth and outward part, or do not say. A record that names no postcode has no more
   * to tell them apart by: whoever else matters is found under a key that fewer share, or by the looser pass.
   */
  private refinementFor({ sex, born, earlierBorn, postcodes }: Comparable): Refinement {
    const years = [...new Set([born, ...earlierBorn].map(yearOf))].filter((year) => year > 0)
    const span = Math.max(0, this.youngest - this.oldest + 1)
    return {
      sexes: sex === 0 ? everySex : [sex, 0],
      years,
      anyYears: years.length === 0 ? [0, ...Array.from({ length: span }, (_, at) => this.oldest + at)] : [...years, 0],
      outcodes: [...new Set([...postcodes.map(outcodeOf), 0])],
    }
  }

  /** A reference is never nothing but zeros, save of a row that was taken out. */
  private isHeld(row: number): boolean {
    return this.wordAt(row, word.refLow) !== 0 || this.wordAt(row, word.refLast) !== 0
  }

  private wordAt(row: number, place: number): number {
    return this.rows.words.get(row, place)
  }

  /** Whether a row is that of the profile looked for last. */
  private readonly isReferred = (row: number): boolean =>
    this.wordAt(row, word.refLow) === this.reference.low && this.wordAt(row, word.refLast) === this.reference.last
}
