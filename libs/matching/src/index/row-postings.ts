import { AsidePostings } from './aside-postings.js'
import { KeyTable } from './key-table.js'
import { NumberSet } from './number-set.js'
import type { RowKeys } from './row-keys.js'
import { keyIn, refinedKey, residenceSlot, slotIn, strongSlots, type PlacedKey } from './strong-keys.js'

/** How many rows a key may have before they are linked by sex, year of birth and outward part too. */
const mostRows = 254
/** The same of beginnings of names, which say least, so that their lists are cut shortest. */
const mostStarts = 48
/** Rows of one list that stand in the table; what comes after is chained, so that a list of any length takes no longer to add to. */
const mostTogether = 1024
/** Numbers name one child each: their rows are never linked by anything else. */
const firstRefined = 2
const startsSlot = 7

/** What a record says that cuts a long list short. */
export interface Refinement {
  readonly sexes: readonly number[]
  /** Of birth, as far as it says. */
  readonly years: readonly number[]
  /** The same and 0 for rows that do not say; every year for a record that does not. */
  readonly anyYears: readonly number[]
  readonly outcodes: readonly number[]
}

/** The keys of rows, as they are asked for. */
type KeysOfRows = Pick<RowKeys, 'at' | 'all' | 'refined'>

/** What is done with each list in which rows of a key may be. */
type Visit = (list: number, slot: number) => void

/** Rows by the strong keys of their words. */
export class RowPostings {
  private table: KeyTable
  /** Keys, by their places, whose rows are linked by more than the key. */
  private crowded = setsBySlot()
  /** Lists, by their places, whose further rows are chained. */
  private spilled = setsBySlot()
  private spill = new AsidePostings()
  private readonly into: number[] = []
  /** The lists that a row is put into, by places. */
  private readonly lists = new Uint32Array(strongSlots)

  constructor(
    private readonly rowKeys: KeysOfRows,
    expected: number,
  ) {
    this.table = new KeyTable(expected, strongSlots)
  }

  /** Links a row by what its words hold. */
  add(row: number): void {
    const { lists, rowKeys, table } = this
    const keys = rowKeys.all(row)
    for (let slot = 0; slot < strongSlots; slot += 1) lists[slot] = this.listOf(row, slot, keys[slot] ?? 0)
    table.touchAll(lists)
    for (let slot = 0; slot < strongSlots; slot += 1) {
      const key = keys[slot] ?? 0
      if (key !== 0) this.link(row, slot, key)
    }
  }

  /** Takes a row out; its words must still be there. */
  remove(row: number): void {
    for (const [slot, key] of this.rowKeys.all(row).entries()) {
      if (key === 0) continue
      const list = this.listOf(row, slot, key)
      if (!this.table.remove(list, slot, row)) this.spill.remove(list, row)
    }
  }

  /** Makes a larger table once there is no room for so many rows, and links all rows anew. */
  grow(rows: number, isHeld: (row: number) => boolean): void {
    if (!this.table.isFull(rows)) return
    this.table = new KeyTable(this.table.roomFor(rows), strongSlots)
    this.crowded = setsBySlot()
    this.spilled = setsBySlot()
    this.spill = new AsidePostings()
    for (let row = 0; row < rows; row += 1) if (isHeld(row)) this.add(row)
  }

  /** Gathers the rows under a key in its place; those of a crowded one as far as the refinement goes. */
  gather(key: number, slot: number, refine: () => Refinement, into: number[]): void {
    const from = into.length
    this.gatherRoughly(key, slot, refine, into)
    this.keep(key, slot, into, from)
  }

  /** The same, and maybe a few other rows. */
  gatherRoughly(key: number, slot: number, refine: () => Refinement, into: number[]): void {
    this.eachList(key, slot, refine, (list) => {
      this.table.gather(list, slot, into)
      if (this.spilled[slot]?.has(list) === true) this.spill.gather(list, into)
    })
  }

  /** Keeps of the rows of a list, from one place on, those that are under a key. */
  keep(key: number, slot: number, rows: number[], from: number): void {
    let end = from
    for (let at = from; at < rows.length; at += 1) {
      const row = rows[at] ?? 0
      if (this.rowKeys.at(row, slot) !== key) continue
      rows[end] = row
      end += 1
    }
    rows.length = end
  }

  /** Has a processor fetch what keys are looked up by, all at once. */
  touch(placed: readonly PlacedKey[], refine: () => Refinement): void {
    for (const one of placed)
      this.eachList(keyIn(one), slotIn(one), refine, (list) => {
        this.table.touch(list)
      })
  }

  get bytes(): number {
    const sets = [...this.crowded, ...this.spilled]
    return sets.reduce((sum, { bytes }) => sum + bytes, this.table.bytes + this.spill.bytes)
  }

  /** Where a row is put that has a key. */
  private listOf(row: number, slot: number, key: number): number {
    return this.isCrowded(key, slot) ? this.rowKeys.refined(row, key) : key
  }

  private isCrowded(key: number, slot: number): boolean {
    return this.crowded[slot]?.has(key) === true
  }

  private eachList(key: number, slot: number, refine: () => Refinement, visit: Visit): void {
    if (!this.isCrowded(key, slot)) {
      visit(key, slot)
      return
    }
    const { sexes, years, anyYears, outcodes } = refine()
    for (const sex of sexes)
      for (const year of slot === residenceSlot ? anyYears : years)
        for (const outcode of outcodes) visit(refinedKey(key, sex, year, outcode), slot)
  }

  private link(row: number, slot: number, key: number): void {
    const list = this.lists[slot] ?? 0
    const alike = this.place(row, slot, list)
    if (slot >= firstRefined && list === key && alike >= mostOf(slot)) this.refine(key, slot)
  }

  /** @returns how many rows there are that may be of the list, as far as they are not chained */
  private place(row: number, slot: number, list: number): number {
    if (this.spilled[slot]?.has(list) === true) {
      this.spill.add(list, row)
      return 0
    }
    const alike = this.table.add(list, slot, row)
    if (alike >= mostTogether) this.spilled[slot]?.add(list)
    return alike
  }

  /** Links the rows of a key anew, if they are too many. */
  private refine(key: number, slot: number): void {
    const rows = this.into
    rows.length = 0
    this.table.gather(key, slot, rows)
    this.keep(key, slot, rows, 0)
    if (rows.length <= mostOf(slot)) return
    this.crowded[slot]?.add(key)
    for (const row of rows) {
      this.table.remove(key, slot, row)
      this.place(row, slot, this.rowKeys.refined(row, key))
    }
  }
}

/** Rows a key may have before they are linked by more. */
function mostOf(slot: number): number {
  return slot === startsSlot ? mostStarts : mostRows
}

function setsBySlot(): readonly NumberSet[] {
  return Array.from({ length: strongSlots }, () => new NumberSet())
}
