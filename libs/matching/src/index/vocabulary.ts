import { familyPart, noFamily, type FamilyPart } from '../name-form.js'
import { Token } from '../token.js'
import { TokenCodes } from './token-codes.js'
import { neighboursOf, TokenHashes } from './token-hashes.js'
import { TokenLists } from './token-lists.js'

/** Codes from here on stand for lists of tokens, those below for one token. */
export const listFlag = 0x80000000
const mostRemembered = 20_000
const none: readonly never[] = []

/**
 * The names an index holds, each once: a token has a number, a token list has another. Numbers are never given back, since
 * few names are held by one child alone for ever.
 */
export class Vocabulary {
  private readonly tokens: Token[] = []
  private readonly singles: (FamilyPart | undefined)[] = []
  private readonly soundNumbers = new Map<string, number>()
  readonly codes = new TokenCodes()
  private readonly hashes = new TokenHashes(this.tokens)
  private readonly remembered = new Map<string, readonly Token[]>()
  private rememberedAt = 0
  private letters = 0

  /** The token of a text, which gets a number unless it has one. */
  readonly intern = (text: string): Token => {
    const known = this.hashes.find(text)
    if (known) return known
    const token = new Token(text, this.tokens.length)
    this.tokens.push(token)
    this.hashes.add(text)
    this.codes.add(token)
    this.letters += text.length
    return token
  }

  private readonly lists = new TokenLists(this.tokens, this.codes, this.intern)

  /** The token of a text; one without a number if the index holds none. */
  readonly find = (text: string): Token => this.hashes.find(text) ?? new Token(text)

  /** The code of a list of tokens of this vocabulary; 0 is the empty one. */
  codeOf(list: readonly Token[]): number {
    const [only] = list
    if (only === undefined) return 0
    if (list.length === 1) return only.id + 1
    return (listFlag | this.lists.numberOf(list)) >>> 0
  }

  /** The list of a code. */
  partOf(code: number): FamilyPart {
    if (code === 0) return noFamily
    if (code >= listFlag) return this.lists.partOf(code - listFlag)
    const known = this.singles[code - 1]
    if (known) return known
    const token = this.tokens[code - 1]
    const part = token ? familyPart(token.alone, this.intern) : noFamily
    this.singles[code - 1] = part
    return part
  }

  /** The number of the one word that the list of a code makes; -1 of an empty one. */
  joinedIdOf(code: number): number {
    return code < listFlag ? code - 1 : this.lists.joinedIdOf(code - listFlag)
  }

  /** The numbers of the tokens of a code that distinguish, until it is asked again. */
  distinctIdsOf(code: number): readonly number[] {
    if (code >= listFlag) return this.lists.distinctIdsOf(code - listFlag)
    return code === 0 ? none : [code - 1]
  }

  /** How the text of a code that stands for one token starts; 0 of any other. */
  startOf(code: number): number {
    return code < listFlag ? this.codes.startOf(code - 1) : 0
  }

  /** The token of a code that stands for one. */
  tokenOf(code: number): Token | undefined {
    return code === 0 ? undefined : this.tokens[code - 1]
  }

  /** The number of a token's sound, from 1 on; 0 if no name of the index sounds so. */
  soundOf(token: Token): number {
    if (token.id < 0) return this.soundNumbers.get(token.sound) ?? 0
    const known = this.codes.soundOf(token.id)
    if (known !== 0) return known
    const number = this.soundNumbers.get(token.sound) ?? this.soundNumbers.size + 1
    this.soundNumbers.set(token.sound, number)
    this.codes.setSound(token.id, number)
    return number
  }

  /** The same by the number of a token; 0 also for -1, which is none. */
  soundOfId(id: number): number {
    const known = this.codes.soundOf(id)
    if (known !== 0) return known
    const token = this.tokens[id]
    return token ? this.soundOf(token) : 0
  }

  /** Tokens one edit from a text: every such text is tried by its hash, none is made. Kept until there is a new token. */
  neighbours(text: string): readonly Token[] {
    if (this.rememberedAt !== this.tokens.length || this.remembered.size >= mostRemembered) this.remembered.clear()
    this.rememberedAt = this.tokens.length
    const known = this.remembered.get(text)
    if (known) return known
    const found = neighboursOf(text, this.hashes)
    this.remembered.set(text, found)
    return found
  }

  /** Distinct tokens. */
  get size(): number {
    return this.tokens.length
  }

  /** Bytes held, as an estimate: objects are not counted by the machine. */
  get bytes(): number {
    return (
      this.hashes.bytes +
      this.codes.bytes +
      this.letters +
      this.lists.bytes +
      this.tokens.length * 300 +
      this.remembered.size * 160
    )
  }
}
