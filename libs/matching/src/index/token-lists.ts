import { familyPart, noFamily, type FamilyPart, type TokenMaker } from '../name-form.js'
import type { Token } from '../token.js'
import { mix } from './mix.js'
import type { TokenCodes } from './token-codes.js'
import { NumberTable } from './reference-table.js'

const wordsEach = 3
const mostRemembered = 20_000

/**
 * Lists of two tokens and more, each once and by a number. Most are of two, and borne by few: their tokens' numbers are held,
 * and what they make is made again for who asks.
 */
export class TokenLists {
  /** Of each list the numbers of two tokens, and of the one word that it makes, and one: 0 is none. */
  private words = new Uint32Array(1024 * wordsEach)
  private readonly pairs = new NumberTable((list) => mix(0, this.at(list, 0), this.at(list, 1)), 0)
  private readonly longNumbers = new Map<string, number>()
  private readonly long = new Map<number, FamilyPart>()
  private readonly remembered = new Map<number, FamilyPart>()
  private readonly sought: [number, number] = [0, 0]
  private readonly ids: number[] = []
  private count = 0

  /** @param tokens - those of the vocabulary, by their numbers */
  constructor(
    private readonly tokens: readonly Token[],
    private readonly codes: TokenCodes,
    private readonly intern: TokenMaker,
  ) {}

  /** The number of a list of two tokens or more. */
  numberOf(list: readonly Token[]): number {
    return list.length === 2 ? this.numberOfTwo(list) : this.numberOfMany(list)
  }

  partOf(list: number): FamilyPart {
    const known = this.long.get(list) ?? this.remembered.get(list)
    if (known) return known
    const [one, two] = [this.tokens[this.at(list, 0)], this.tokens[this.at(list, 1)]]
    if (!one || !two || list >= this.count) return noFamily
    const part = familyPart([one, two], this.intern)
    if (this.remembered.size >= mostRemembered) this.remembered.clear()
    this.remembered.set(list, part)
    return part
  }

  /** The numbers of its tokens that distinguish, until it is asked again; of two nothing is made to know them. */
  distinctIdsOf(list: number): readonly number[] {
    if (this.long.has(list)) return this.partOf(list).distinct.map(({ id }) => id)
    const { codes, ids } = this
    const [one, two] = [this.at(list, 0), this.at(list, 1)]
    const [isOneShared, isTwoShared] = [codes.isStructural(one), codes.isStructural(two)]
    ids.length = 0
    if (!isOneShared || isTwoShared) ids.push(one)
    if (!isTwoShared || isOneShared) ids.push(two)
    return ids
  }

  /** The number of the one word that a list makes; -1 of one that makes none. */
  joinedIdOf(list: number): number {
    return this.at(list, 2) - 1
  }

  /** Bytes held, as an estimate for what is no array. */
  get bytes(): number {
    return this.words.byteLength + this.pairs.bytes + this.long.size * 400 + this.remembered.size * 200
  }

  private numberOfTwo([one, two]: readonly Token[]): number {
    const ids = [one?.id ?? 0, two?.id ?? 0] as const
    this.sought[0] = ids[0]
    this.sought[1] = ids[1]
    const known = this.pairs.find(mix(0, ids[0], ids[1]), this.isSought)
    if (known >= 0) return known
    const list = one && two ? [one, two] : []
    const number = this.take(ids, familyPart(list, this.intern))
    this.pairs.add(number)
    return number
  }

  private numberOfMany(list: readonly Token[]): number {
    const text = list.map((token) => token.text).join(' ')
    const known = this.longNumbers.get(text)
    if (known !== undefined) return known
    const part = familyPart([...list], this.intern)
    const number = this.take([0, 0], part)
    this.longNumbers.set(text, number)
    this.long.set(number, part)
    return number
  }

  private take([one, two]: readonly [number, number], { joined }: FamilyPart): number {
    const number = this.count
    this.count += 1
    if (this.count * wordsEach > this.words.length) {
      const grown = new Uint32Array(Math.ceil(this.count * 1.5) * wordsEach)
      grown.set(this.words)
      this.words = grown
    }
    this.words.set([one, two, (joined?.id ?? -1) + 1], number * wordsEach)
    return number
  }

  private at(list: number, word: number): number {
    return this.words[list * wordsEach + word] ?? 0
  }

  private readonly isSought = (list: number): boolean =>
    this.at(list, 0) === this.sought[0] && this.at(list, 1) === this.sought[1]
}
