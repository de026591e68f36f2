import type { CalendarDay } from '../calendar-day.js'
import { isBirthSlip } from '../compare-birth.js'
import type { Comparable } from '../comparable.js'
import type { NameForm } from '../name-form.js'
import type { Token } from '../token.js'
import { BornDays } from './born-days.js'
import { dayAt } from './row-codes.js'
import { bornDayIn, tagIn, type RowHint } from './row-hint.js'
import { RowSet } from './row-set.js'
import { TokenBits } from './token-bits.js'

/** Where rows are found by single features, and how common each is. */
export interface Features {
  /** Rows held. */
  readonly rows: () => number
  /** Tokens held: their numbers are below. */
  readonly tokens: () => number
  /** Day of birth, the first given name that distinguishes and the tokens of the surname, by a row's words alone. */
  readonly bornAt: (row: number) => CalendarDay
  /** The number of the token; -1 for none. */
  readonly givenIdAt: (row: number) => number
  /** The number of the one token of the surname; -1 where there is none, or more. */
  readonly familyIdAt: (row: number) => number
  readonly familyIdsAt: (row: number) => readonly number[]
  readonly neighbours: (text: string) => readonly Token[]
  readonly count: (token: Token, part: Part) => number
  readonly bornOn: (born: number) => number
  /** Has a processor fetch rows, all at once. */
  readonly touch: (rows: readonly number[]) => void
  /** Rows by a token alone, each followed by a hint of what it says. */
  readonly pairsOf: (token: Token, part: Part) => Uint32Array
  /** Rows that have a token besides their main names. */
  readonly gatherAside: (token: Token, part: Part) => readonly number[]
  /** Rows that share a number (or are one edit from it), an address, a postcode or a contact, by field. */
  readonly gatherOthers: (known: Comparable) => readonly { readonly field: Field; readonly rows: readonly number[] }[]
}

type Field = 'number' | 'place' | 'contact' | 'birth'
type Part = 'given' | 'family'

/** Candidates of one record. */
const most = 20
/** Bits by which shared information may fall short of naming one row. */
const slack = 3
const longestPosting = 3000
/** Rows looked at, the rarest features first, so that one resolve never takes long. */
const mostVisited = 1000
/** How many dates a slip of the pen may make of one. */
const slipBits = 5.3

interface Found {
  readonly row: number
  readonly bits: number
}

/** Rows that share one thing with the record. */
interface Source {
  readonly count: number
  /** Looks at them, and says how many there are. */
  readonly look: (query: Query) => number
}

/** What is looked for. */
interface Query {
  readonly known: Comparable
  readonly total: number
  /** Bits that rows share besides names and birth. */
  readonly shared: ReadonlyMap<number, number>
  readonly found: Found[]
}

/**
 * The information index: rows that share much information with a record, each field counting by its best shared feature. It
 * finds whom no strong key finds: with two fields wrong, moved and renamed.
 */
export class LooserPass {
  private readonly given = new TokenBits()
  private readonly family = new TokenBits()
  private readonly born = new BornDays()
  private readonly visited = new RowSet()
  /** Rows of a list that are considered. */
  private readonly near: number[] = []

  constructor(private readonly features: Features) {}

  /** The twenty rows that share most, at least as much as names one row but for three bits. */
  find(known: Comparable): readonly number[] {
    const rows = this.features.rows()
    const total = Math.log2(Math.max(2, rows))
    const longest = Math.min(longestPosting, Math.max(8, rows / 10))
    const near = this.nearTokens(known, total, longest)
    const others = this.features.gatherOthers(known)
    this.given.fill(near.given, this.features.tokens())
    this.family.fill(near.family, this.features.tokens())
    this.born.fill(known.born)
    this.visited.clear()
    const found: Found[] = []
    this.look(this.sourcesOf(near, others), longest, { known, total, shared: sharedOthers(others, total), found })
    found.sort((one, two) => two.bits - one.bits || one.row - two.row)
    return found.slice(0, most).map(({ row }) => row)
  }

  /** Every token the record's names may stand for, with what it says in bits. */
  private nearTokens(known: Comparable, total: number, longest: number): NearTokens {
    const near: NearTokens = { given: new Map(), family: new Map() }
    for (const name of known.names)
      for (const part of ['given', 'family'] as const)
        for (const token of tokensOf(name, part)) this.addNear(near[part], token, total, longest)
    return near
  }

  private addNear(near: Map<Token, number>, token: Token, total: number, longest: number): void {
    const countOf = (one: Token): number => this.features.count(one, 'given') + this.features.count(one, 'family')
    const own = countOf(token)
    if (own > 0 && own <= longest) near.set(token, Math.max(near.get(token) ?? 0, total - Math.log2(own)))
    for (const other of this.features.neighbours(token.text)) {
      const count = own + countOf(other)
      if (count === 0 || count > longest || near.has(other)) continue
      near.set(other, Math.max(0, total - Math.log2(count)))
    }
  }

  private sourcesOf(near: NearTokens, others: ReturnType<Features['gatherOthers']>): Source[] {
    const sources = others.map(({ rows }): Source => ({
      count: rows.length,
      look: (query) => this.lookAtAll(rows, query),
    }))
    for (const token of new Set([...near.given.keys(), ...near.family.keys()]))
      for (const part of ['given', 'family'] as const) {
        const count = this.features.count(token, part)
        if (count > 0) sources.push({ count, look: (query) => this.lookAtToken(token, part, query) })
      }
    return sources
  }

  /** Looks at rows of the rarest features first, at as many as may be looked at. */
  private look(sources: Source[], longest: number, query: Query): void {
    sources.sort((one, two) => one.count - two.count)
    let looked = 0
    for (const { count, look } of sources) if (count <= longest && looked + count <= mostVisited) looked += look(query)
  }

  private lookAtAll(rows: readonly number[], query: Query): number {
    this.features.touch(rows)
    for (const row of rows) this.consider(row, query)
    return rows.length
  }

  /** Of the rows of a token those are considered whose hint does not tell that they share too little besides. */
  private lookAtToken(token: Token, part: Part, query: Query): number {
    const bits = this.given.of(token.id) + this.family.of(token.id)
    const aside = this.features.gatherAside(token, part)
    const pairs = this.features.pairsOf(token, part)
    const isEnough = bits >= query.total - slack
    const { near } = this
    near.length = 0
    for (let at = 0; at < pairs.length; at += 2) {
      const row = pairs[at] ?? 0
      const hint = pairs[at + 1] ?? 0
      if (isEnough || this.sharesMore(row, hint, query) || this.isBornSo(bornDayIn(hint), bits, query)) near.push(row)
    }
    this.lookAtAll(near, query)
    return this.lookAtAll(aside, query) + pairs.length / 2
  }

  /** Whether a row may share more than a token and the birth. */
  private sharesMore(row: number, hint: RowHint, { shared }: Query): boolean {
    const tag = tagIn(hint)
    return this.given.mayBe(tag) || this.family.mayBe(tag) || shared.has(row)
  }

  /** Whether some bits and a day of birth are enough. */
  private isBornSo(day: number, bits: number, { known, total }: Query): boolean {
    if (!this.born.has(day)) return false
    const wanted = total - slack - bits
    return bits + this.birthBits(dayAt(day), known, { total, wanted }) >= total - slack
  }

  private consider(row: number, { known, total, shared, found }: Query): void {
    if (!this.visited.add(row)) return
    const bits = this.nameBits(row) + (shared.get(row) ?? 0)
    const all = bits + this.birthBits(this.features.bornAt(row), known, { total, wanted: total - slack - bits })
    if (all >= total - slack) found.push({ row, bits: all })
  }

  /** A token that changed its role counts once, for the field the record has it in. */
  private nameBits(row: number): number {
    const { features, given, family } = this
    const first = features.givenIdAt(row)
    const only = features.familyIdAt(row)
    const bits = Math.max(given.of(first), given.of(only))
    const familyBits = Math.max(family.of(first), family.of(only))
    return only < 0 ? this.withSurnames(row, bits, familyBits) : bits + familyBits
  }

  private withSurnames(row: number, givenBits: number, familyBits: number): number {
    let [bits, ofFamily] = [givenBits, familyBits]
    for (const id of this.features.familyIdsAt(row)) {
      bits = Math.max(bits, this.given.of(id))
      ofFamily = Math.max(ofFamily, this.family.of(id))
    }
    return bits + ofFamily
  }

  /** 0 also where a slip of the pen, if it is one, would say less than is wanted. */
  private birthBits(other: CalendarDay, { born }: Comparable, { total, wanted }: Wanted): number {
    if (born === 0 || other === 0) return 0
    const bits = total - Math.log2(Math.max(1, this.features.bornOn(other)))
    if (born === other) return Math.max(0, bits)
    return bits - slipBits < wanted || !isBirthSlip(born, other) ? 0 : Math.max(0, bits - slipBits)
  }
}

interface Wanted {
  readonly total: number
  readonly wanted: number
}

interface NearTokens {
  readonly given: Map<Token, number>
  readonly family: Map<Token, number>
}

/** Bits that rows share besides names and birth, each field by its best feature. */
function sharedOthers(others: ReturnType<Features['gatherOthers']>, total: number): ReadonlyMap<number, number> {
  const sum = new Map<number, number>()
  for (const [field, best] of bestByField(others, total))
    if (field !== 'birth') for (const [row, bits] of best) sum.set(row, (sum.get(row) ?? 0) + bits)
  return sum
}

function bestByField(
  others: ReturnType<Features['gatherOthers']>,
  total: number,
): ReadonlyMap<Field, ReadonlyMap<number, number>> {
  const best = new Map<Field, Map<number, number>>()
  for (const { field, rows } of others) {
    const bits = total - Math.log2(Math.max(1, rows.length))
    const of = best.get(field) ?? new Map<number, number>()
    best.set(field, of)
    for (const row of rows) of.set(row, Math.max(of.get(row) ?? 0, bits))
  }
  return best
}

function tokensOf(name: NameForm, part: 'given' | 'family'): readonly Token[] {
  const tokens = part === 'given' ? name.given : name.family.distinct
  return tokens.filter(({ text, isStructural }) => text.length > 1 && !isStructural)
}
