import { pairOf, type NamePair, type NamePart } from '../added-variants.js'
import { isOfSeveral } from '../compare-birth.js'
import type { Comparable, ComparableNumber } from '../comparable.js'
import { KindredValues, type Kindred } from '../kindred-values.js'
import { isKnownPair, isName, isSlip } from '../name-pair.js'
import { isTemporaryUpnCode } from '../number-codes.js'
import type { Profile } from '../profile.js'
import type { Token } from '../token.js'
import { cutting } from './cut.js'
import { Families, familyMarks } from './families.js'

/** What one record says of a child, and the decision of persons by which it came to the child, if it came by one. */
export interface ToldProfile {
  readonly profile: Profile
  readonly decidedBy?: string
}

/** Two names that children of several families go by. */
export interface MinedVariant {
  readonly part: NamePart
  readonly pair: NamePair
  /** Whether numbers alone say so of three children; else persons' decisions do too. */
  readonly basis: 'numbers' | 'persons'
  /** Children that go by both. */
  readonly children: number
  /** How many times as many as chance would give both. */
  readonly lift: number
}

/** Fewer than these would tell of a family, or of somebody. */
const leastFamilies = 3
const leastByNumber = 3
const mostProfiles = 60
/** The strongest at most: no person reads more. */
const mostFound = 1_000
const parts = ['given', 'family'] as const

/** A record of a child, cut, with the one token of each part that counts. */
interface Told {
  readonly known: Comparable
  readonly given: Token | undefined
  readonly family: Token | undefined
  readonly decidedBy: string | undefined
}

/** Two records of one child, and by what they are known to be. */
interface Tie {
  readonly one: Told
  readonly two: Told
  readonly basis: MinedVariant['basis']
}

/** The names of two such records, as far as they count. */
interface NamedTie {
  readonly one: Token | undefined
  readonly two: Token | undefined
  readonly basis: MinedVariant['basis']
}

type NamedPair = { readonly [Part in keyof NamedTie]: Exclude<NamedTie[Part], undefined> }

interface Child {
  readonly records: readonly Told[]
  readonly ties: readonly Tie[]
  readonly marks: readonly number[]
}

/**
 * Finds names that are forms of one, among those that the records of one child say. Two records count where something else
 * than their names brought them together: a number that both had verified, with one day of birth, or persons who decided it;
 * what was joined since names are alike would but say again that they are.
 *
 * It keeps names, counts and hashes, and no child: as much as there are different names, however many children it is shown.
 *
 * @see identity.md §10
 */
export class VariantMiner {
  private readonly cut = cutting()
  private readonly counts = { given: new PartCounts('given'), family: new PartCounts('family') }

  /** Shows it the records of one child; one that was born with others teaches nothing, since their names may be among its own. */
  add(profiles: readonly ToldProfile[]): void {
    if (profiles.length < 2) return
    const records = profiles.slice(0, mostProfiles).map(({ profile, decidedBy }) => told(this.cut(profile), decidedBy))
    const ties = records.some(({ known }) => isOfSeveral(known)) ? [] : tiesAmong(records)
    if (ties.length === 0) return
    const marks = familyMarks(records.map(({ known }) => known))
    for (const part of parts) this.counts[part].add({ records, ties, marks })
  }

  /** What was found, most children first. */
  found(): readonly MinedVariant[] {
    const all = parts.flatMap((part) => this.counts[part].found())
    const order = (one: MinedVariant, two: MinedVariant): number =>
      two.children - one.children || two.lift - one.lift || (one.pair.join(' ') < two.pair.join(' ') ? -1 : 1)
    return all.sort(order).slice(0, mostFound)
  }
}

/** What stands behind a pair. */
interface Backing {
  byNumber: number
  readonly families: Families
}

/** Counts the names of one part. */
class PartCounts {
  private readonly values = new KindredValues()
  private readonly backing = new Map<string, Backing>()
  private readonly tokens: Token[] = []

  constructor(private readonly part: NamePart) {}

  add({ records, ties, marks }: Child): void {
    const named = this.namesIn(records, ties)
    const tokens = new Set(named.flatMap(({ one, two }) => [one, two].filter((token) => token !== undefined)))
    for (const token of tokens) this.tokens[token.id] = token
    this.values.addPerson([...tokens].map(({ id }) => id))
    for (const [key, { one, two, basis }] of this.pairsIn(named, records)) {
      this.values.addPair(one.id, two.id)
      this.back(key, basis, marks)
    }
  }

  found(): readonly MinedVariant[] {
    return this.values.kindred().flatMap((kindred) => this.variantFrom(kindred))
  }

  /** A name that stands in both parts may stand in the wrong one: it counts in neither. */
  private namesIn(records: readonly Told[], ties: readonly Tie[]): readonly NamedTie[] {
    const { part } = this
    const elsewhere = new Set(records.flatMap(({ known }) => tokensOf(known, part === 'given' ? 'family' : 'given')))
    const counted = (token: Token | undefined): Token | undefined => (token && elsewhere.has(token) ? undefined : token)
    return ties.map(({ one, two, basis }) => ({ one: counted(one[part]), two: counted(two[part]), basis }))
  }

  /** Each pair once, by numbers if by anything. */
  private pairsIn(named: readonly NamedTie[], records: readonly Told[]): ReadonlyMap<string, NamedPair> {
    const pairs = new Map<string, NamedPair>()
    for (const { one, two, basis } of named) {
      if (!one || !two || one === two || !this.mayBeForms(one, two, records)) continue
      const key = keyOf(one.id, two.id)
      if (basis === 'numbers' || !pairs.has(key)) pairs.set(key, { one, two, basis })
    }
    return pairs
  }

  /** Neither told already, nor a slip, nor two names that a record of the child writes side by side. */
  private mayBeForms(one: Token, two: Token, records: readonly Told[]): boolean {
    const { part } = this
    if (isKnownPair(part, one, two) || isSlip(part, one, two)) return false
    return !records.some(({ known }) => {
      const tokens = tokensOf(known, part)
      return tokens.includes(one) && tokens.includes(two)
    })
  }

  private back(key: string, basis: MinedVariant['basis'], marks: readonly number[]): void {
    const backing = this.backing.get(key) ?? { byNumber: 0, families: new Families() }
    this.backing.set(key, backing)
    if (basis === 'numbers') backing.byNumber += 1
    backing.families.add(marks)
  }

  private variantFrom({ one, two, persons: children, lift }: Kindred): readonly MinedVariant[] {
    const [left, right, backing] = [this.tokens[one], this.tokens[two], this.backing.get(keyOf(one, two))]
    if (!left || !right || !backing || backing.families.count < leastFamilies) return []
    const basis = backing.byNumber >= leastByNumber ? 'numbers' : 'persons'
    return [{ part: this.part, pair: pairOf(left.text, right.text), basis, children, lift }]
  }
}

function keyOf(one: number, two: number): string {
  return one < two ? `${one} ${two}` : `${two} ${one}`
}

function told(known: Comparable, decidedBy: string | undefined): Told {
  const [name] = known.names
  const surnames = name?.family.distinct ?? []
  return {
    ...{ known, decidedBy },
    given: telling(name?.first),
    family: surnames.length === 1 ? telling(surnames[0]) : undefined,
  }
}

/** What millions share by custom, initials and titles tell no name. */
function telling(token: Token | undefined): Token | undefined {
  return token && !token.isStructural && isName(token) ? token : undefined
}

function tokensOf({ names }: Comparable, part: NamePart): readonly Token[] {
  return names.flatMap(({ allGiven, family }) => (part === 'given' ? allGiven : family.all))
}

function tiesAmong(records: readonly Told[]): readonly Tie[] {
  return records.flatMap((one, at) =>
    records.slice(at + 1).flatMap((two): readonly Tie[] => {
      const basis = basisOf(one, two)
      return basis ? [{ one, two, basis }] : []
    }),
  )
}

function basisOf(one: Told, two: Told): MinedVariant['basis'] | undefined {
  if (sharesVerified(one.known, two.known)) return 'numbers'
  return one.decidedBy === two.decidedBy ? undefined : 'persons'
}

function sharesVerified(one: Comparable, two: Comparable): boolean {
  if (one.bornDay === 0 || one.bornDay !== two.bornDay) return false
  return (
    areShared(one.nhsNumbers, two.nhsNumbers) ||
    areShared(one.upns.filter(isLasting), two.upns) ||
    areShared(one.ulns, two.ulns)
  )
}

function isLasting({ value }: ComparableNumber): boolean {
  return !isTemporaryUpnCode(value)
}

function areShared(these: readonly ComparableNumber[], those: readonly ComparableNumber[]): boolean {
  return these.some((one) => one.isVerified && those.some((two) => two.isVerified && two.value === one.value))
}
