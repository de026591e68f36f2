import type { Comparable } from '../comparable.js'
import { isOfOneBirth } from '../decide.js'
import { PersonScore, type Candidate, type Standing } from '../person-score.js'
import type { Work } from '../score.js'
import type { ProfileStore } from './profile-store.js'
import type { RowComparable } from './row-comparable.js'
import type { RowLimit } from './row-limit.js'
import { word } from './row-words.js'

/** What a resolve may be told besides the record. */
export interface ResolveOptions {
  /** Which agency the record is of, since agencies err differently; left out, it is weighed as those of all are. */
  readonly source?: string
  /** What people decided about the record and a child; asked only of candidates. */
  readonly standingOf?: (childRef: string) => Standing
  /** Children that must not be seen: they are neither scored nor returned. */
  readonly isHidden?: (childRef: string) => boolean
  /** Children to be scored whether or not a key finds them, as those that people linked by override. */
  readonly also?: readonly string[]
}

/** What is asked, and the most that rows can score against it. */
interface Query {
  readonly record: Comparable
  readonly options: ResolveOptions
  readonly limit: RowLimit
}

/** Below this sum of M a child cannot change a decision: it may neither be possible nor come close to a leader. */
const irrelevant = -4_500

/** What one record scores against children: each is compared once, however often it is found. */
export class ChildScores {
  private readonly tried = new Set<number>()
  /** One row of each child that matters. */
  private readonly found: number[] = []
  private readonly scored: Candidate[] = []
  private readonly rows: number[] = []

  /** @param scratch - what the rows are read into, one after another */
  constructor(
    private readonly store: ProfileStore,
    private readonly work: Work,
    private readonly scratch: RowComparable,
    private readonly query: Query,
  ) {}

  /**
   * Scores the children of rows that were not yet.
   *
   * @param isEvery - whether also those count that cannot change a decision
   */
  add(rows: readonly number[], isEvery = false): void {
    const least = isEvery || this.query.record.isUnnamed ? -Infinity : irrelevant
    for (const row of rows) {
      const child = this.store.rows.childOf(row)
      if (this.tried.has(child)) continue
      this.tried.add(child)
      if (this.isTooFar(row, least)) continue
      const candidate = this.scoreChild(row, least)
      if (!candidate) continue
      this.found.push(row)
      this.scored.push(candidate)
    }
  }

  /** Those that matter. A newborn without a name is scored knowing whether its birth has several children on file. */
  candidates(): readonly Candidate[] {
    if (this.scored.filter(isOfOneBirth).length < 2) return this.scored
    return this.scored.map((candidate, at) => {
      const row = this.found[at] ?? -1
      const isUnnamed = this.query.record.isUnnamed || this.store.isUnnamed(this.store.rows.childOf(row))
      return isUnnamed && isOfOneBirth(candidate) ? (this.scoreChild(row, -Infinity, true) ?? candidate) : candidate
    })
  }

  /** Scores the child of a row. */
  private scoreChild(row: number, least: number, isMultipleKnown = false): Candidate | undefined {
    const { options } = this.query
    const first = this.compareChild(row, least, isMultipleKnown)
    const person = first.isOfSeveral && !isMultipleKnown ? this.compareChild(row, least, true) : first
    if (!person.isAny) return undefined
    const ref = this.store.children.textOf(this.store.rows.childOf(row))
    return options.isHidden?.(ref) === true ? undefined : person.candidate(ref, options.standingOf?.(ref))
  }

  private compareChild(one: number, least: number, isMultipleKnown: boolean): PersonScore {
    const work = isMultipleKnown ? { ...this.work, isMultipleKnown } : this.work
    const person = new PersonScore(this.query.record, work, least)
    const rows = this.rowsOf(one)
    for (const row of rows) {
      this.store.rows.read(row, this.scratch)
      person.add(this.scratch, rows.length === 1)
    }
    return person
  }

  /** Whether a child's only row cannot come to so much, so that it need not be read. */
  private isTooFar(row: number, least: number): boolean {
    if (least === -Infinity) return false
    const { 0: only, length } = this.rowsOf(row)
    if (only === undefined || length > 1) return false
    return this.query.limit.of(only, this.query.record, least) < least
  }

  /**
   * The rows of the child that one is of, those of the lowest references first: which are averaged, and which of equals is
   * told, is no chance.
   */
  private rowsOf(one: number): readonly number[] {
    const { rows, store } = this
    rows.length = 0
    if (store.rows.isOfSeveral(one)) store.childRows.gather(store.rows.childOf(one), rows)
    else rows.push(one)
    if (rows.length < 2) return rows
    const at = (row: number, place: number): number => store.rows.words.get(row, place)
    return rows.sort(
      (left, right) =>
        at(left, word.refLow) - at(right, word.refLow) || at(left, word.refLast) - at(right, word.refLast),
    )
  }
}
