import {
  countsOf,
  kinship,
  levelRoom,
  missing,
  rarityOf,
  type Comparison,
  type Difference,
  type Concerned,
  type IndexLists,
} from './comparison.js'
import { holds, listsOf, merged, without } from './index-lists.js'
import type { Column, Field } from './records.js'
import { wordsOf } from './text.js'
import { likeness, Vocabulary } from './vocabulary.js'

type NameField = Extract<Field, { kind: 'name' }>

/** What became of one role (given name or surname) of two names. */
const role = { missing: 0, none: 1, weak: 2, fuzzy: 3, moved: 4, exact: 5 } as const
const side = 6
/** What a role comes to, by the likeness of its best tokens. */
const outcomes: readonly number[] = [role.none, role.weak, role.fuzzy, role.exact]
/** Rarer than any value can be. */
const mostRarity = 65_535
/** A whole name is common if it stands in more records than this many persons have. */
const severalPersons = 3

/**
 * Compares given name and surname as one grid, because errors in them go together: a token that changed role counts
 * once. Middle names and aliases make a second comparison, if the records have any.
 */
export function nameComparisons(field: NameField, count: number, isFirst: boolean): readonly Comparison[] {
  const names = new Names(field, count)
  const hasOthers = names.others.list.length > 0
  return hasOthers ? [nameGrid(names, isFirst), otherNames(names)] : [nameGrid(names, isFirst)]
}

/** The tokens of all names, by record and role, and how rare each is. */
class Names {
  readonly vocabulary = new Vocabulary()
  readonly given: IndexLists
  readonly surnames: IndexLists
  readonly others: IndexLists
  readonly rarity: Int32Array
  /** The first given name and surname together: number, and rarity if it were counted as one value. */
  private readonly wholeOf: Int32Array
  private readonly wholeCounts: Int32Array
  private wholeRarity: Int32Array
  /** What agreed in the comparison under way, in milli-bits. */
  agreed = 0

  constructor(field: NameField, count: number) {
    const tokensOf = new Map<Column, readonly (readonly number[])[]>()
    for (const column of [...field.given, ...field.surname, ...field.other]) {
      if (!tokensOf.has(column))
        tokensOf.set(
          column,
          column.values.map((text) => this.tokensOf(text)),
        )
    }
    const lists = [field.given, field.surname, field.other].map((columns) => roleLists(columns, tokensOf, count))
    const [given, surnames, others] = lists as [IndexLists, IndexLists, IndexLists]
    this.given = given
    this.surnames = surnames
    this.others = without(others, [given, surnames])
    const all = [this.given, this.surnames, this.others].map(({ list }) => countsOf(list, this.vocabulary.size))
    this.rarity = Int32Array.from({ length: this.vocabulary.size }, (_, token) =>
      rarityOf(
        all.reduce((sum, counts) => sum + (counts[token] as number), 0),
        count,
      ),
    )
    const wholes = new Map<number, number>()
    this.wholeOf = Int32Array.from({ length: count }, (_, record) => {
      const first = firstOf(this.given, record)
      const last = firstOf(this.surnames, record)
      if (first < 0 || last < 0) return -1
      const key = first * 2 ** 26 + last
      const id = wholes.get(key) ?? wholes.size
      wholes.set(key, id)
      return id
    })
    this.wholeCounts = countsOf(this.wholeOf, wholes.size)
    this.wholeRarity = new Int32Array(wholes.size).fill(mostRarity)
  }

  expectRepeats(recordsPerPerson: number): void {
    const total = this.wholeOf.length * recordsPerPerson
    this.wholeRarity = this.wholeCounts.map((times) =>
      times > severalPersons * recordsPerPerson ? rarityOf(times, total) : mostRarity,
    )
  }

  /** A whole name is as common as it is seen to be, or as its parts make it: whichever is more. */
  wholeAgreed(one: number, two: number): void {
    const whole = this.wholeOf[one] as number
    if (whole < 0 || whole !== this.wholeOf[two]) return
    this.agreed = Math.min(this.agreed, this.wholeRarity[whole] as number)
  }

  private tokensOf(text: string): readonly number[] {
    return [...new Set(wordsOf(text))].map((token) => this.vocabulary.idOf(token))
  }

  /** The best that any two tokens of two lists reach; adds the rarity of what agrees. */
  outcome(lists: IndexLists, one: number, two: number): number {
    const { from, list } = lists
    const endOne = from[one + 1] as number
    const endTwo = from[two + 1] as number
    if (from[one] === endOne || from[two] === endTwo) return role.missing
    let best = 0
    let rarest = 0
    for (let at = from[one] as number; at < endOne; at += 1) {
      const token = list[at] as number
      for (let other = from[two] as number; other < endTwo; other += 1) {
        const alike = this.vocabulary.likenessOf(token, list[other] as number)
        if (alike < best || alike === likeness.none) continue
        const rare = this.rarityOfAgreement(token, list[other] as number, alike)
        rarest = alike > best ? rare : Math.max(rare, rarest)
        best = alike
      }
    }
    this.agreed += rarest
    return outcomes[best] as number
  }

  /** A typing error is rare, two similar real names are not: the rarer token counts. */
  private rarityOfAgreement(one: number, two: number, alike: number): number {
    if (alike === likeness.weak) return 0
    return Math.max(this.rarity[one] as number, this.rarity[two] as number)
  }

  /** A token of one role that stands in another role (of two, the second) on the other side, either way; or -1. */
  moved(from: IndexLists, to: IndexLists, records: Both, but: number): number {
    const there = this.movedFrom(from, to, records.one, records.two, but)
    return there >= 0 ? there : this.movedFrom(from, to, records.two, records.one, but)
  }

  // eslint-disable-next-line max-params -- called for nearly every pair: an object would be garbage
  private movedFrom(from: IndexLists, to: IndexLists, one: number, two: number, but: number): number {
    for (let at = from.from[one] as number; at < (from.from[one + 1] as number); at += 1) {
      const token = from.list[at] as number
      if (token !== but && (holds(to, two, token) || holds(this.others, two, token))) return token
    }
    return -1
  }

  /** Adds the rarity of a token that moved; -1: none did. */
  movedAgreed(token: number): void {
    if (token >= 0) this.agreed += this.rarity[token] as number
  }

  /** For tokens: whether a record has one that passes, in whatever role. */
  having(test: (token: number) => boolean): Concerned {
    const lists = [this.given, this.surnames, this.others]
    return (record) => lists.some((each) => tokensAt(each, record).some(test))
  }
}

function nameGrid(names: Names, isFirst: boolean): Comparison {
  const { vocabulary, given, surnames, others } = names
  const count = given.from.length - 1
  const tokens = merged([given, surnames, others], count)
  return {
    label: 'name',
    levels: side * side,
    side,
    agrees: (level) => Math.floor(level / side) >= role.fuzzy && level % side >= role.fuzzy,
    differs: isFirst ? [differsWhole, differsInGiven] : [differsWhole],
    chance: 0,
    kin: isFirst ? 'surname' : kinship.home,
    compare: (one, two) => compareNames(names, one, two),
    expectRepeats: (recordsPerPerson) => {
      names.expectRepeats(recordsPerPerson)
    },
    units: {
      ...tokens,
      count: vocabulary.size,
      features: (token, visit) => {
        visit(`t${vocabulary.texts.values[token] ?? ''}`)
      },
      near: () => vocabulary.neighbours(),
    },
    variants: {
      roles: [given, surnames],
      learn: (pairs) => {
        const isVariant = vocabulary.learn(pairs)
        return names.having(isVariant)
      },
    },
  }
}

const differsWhole: Difference = {
  most: 0.1,
  at: (level) => level > 0 && level < role.weak * side && level % side <= role.none,
}
/**
 * Without it a file with as many twins as repeated records, who share everything but the given name, explains itself as well
 * by persons whose given names vary (identity.md §5: what they share is real, and of the household).
 */
const differsInGiven: Difference = {
  most: 0.1,
  at: (level) => Math.floor(level / side) === role.none && level % side > role.none,
}

function compareNames(names: Names, one: number, two: number): number {
  const { given, surnames } = names
  if (isEmpty(names, one) || isEmpty(names, two)) return missing
  names.agreed = 0
  const first = names.outcome(given, one, two)
  const second = names.outcome(surnames, one, two)
  if (first === role.exact && second === role.exact) names.wholeAgreed(one, two)
  const level =
    first >= role.fuzzy && second >= role.fuzzy
      ? first * side + second
      : levelAfterMoves(names, first, second, { one, two })
  return names.agreed * levelRoom + level
}

/** Where a role does not agree, its token may stand in the other role; a token that moved counts once. */
function levelAfterMoves(names: Names, first: number, second: number, records: Both): number {
  const { given, surnames } = names
  const inGiven = first < role.fuzzy ? names.moved(given, surnames, records, -1) : -1
  const inSurname = second < role.fuzzy ? names.moved(surnames, given, records, inGiven) : -1
  names.movedAgreed(inGiven)
  names.movedAgreed(inSurname)
  const isOneToken = inSurname >= 0 && inGiven < 0 && first <= role.none
  if (isOneToken) return role.moved * side + role.none
  return (inGiven >= 0 ? role.moved : first) * side + (inSurname >= 0 ? role.moved : second)
}

/** Two records. */
interface Both {
  readonly one: number
  readonly two: number
}

function otherNames(names: Names): Comparison {
  return {
    label: 'other names',
    kin: kinship.hardly,
    levels: 4,
    agrees: (level) => level >= likeness.fuzzy,
    chance: 0,
    compare: (one, two) => {
      names.agreed = 0
      const outcome = names.outcome(names.others, one, two)
      if (outcome === role.missing) return missing
      return names.agreed * levelRoom + (outcome === role.exact ? likeness.exact : outcome - 1)
    },
  }
}

function firstOf({ from, list }: IndexLists, record: number): number {
  const at = from[record] as number
  return at < (from[record + 1] as number) ? (list[at] as number) : -1
}

function tokensAt({ from, list }: IndexLists, record: number): Int32Array {
  return list.subarray(from[record], from[record + 1])
}

function isEmpty({ given, surnames }: Names, record: number): boolean {
  return given.from[record] === given.from[record + 1] && surnames.from[record] === surnames.from[record + 1]
}

function roleLists(
  columns: readonly Column[],
  tokensOf: ReadonlyMap<Column, readonly (readonly number[])[]>,
  count: number,
): IndexLists {
  return listsOf(count, (record, add) => {
    for (const column of columns) {
      const value = column.at[record] as number
      if (value >= 0) for (const token of tokensOf.get(column)?.[value] ?? []) add(token)
    }
  })
}
