import { isWithinOneEdit } from '../strings.js'
import type { Token } from '../token.js'

const base = 0x01000193
const shortest = 4
const longest = 24
const firstLetter = 97
const letters = 26
/** There are four bits for each slot, of which a quarter at most are filled. */
const slotsInWord = 8

/**
 * Tokens by their texts. The hash is a polynomial in the letters, so that the hash of a text one edit away is a few sums away,
 * and that of a text never seen before is had without asking the engine for one.
 */
export class TokenHashes {
  private slots = new Uint32Array(1024)
  /** The hashes of the tokens, so that a text is looked at only when its hash is right. */
  private hashes = new Int32Array(256)
  /** A bit for each of sixteen places a token, set where a hash has one: of texts that no token has most are told by it. */
  private bits = new Uint32Array(1024 / slotsInWord)

  /** @param tokens - those of a vocabulary, by their numbers */
  constructor(private readonly tokens: readonly Token[]) {}

  /** Adds the text of the last token. */
  add(text: string): void {
    const number = this.tokens.length - 1
    if (number === this.hashes.length) {
      const grown = new Int32Array(this.hashes.length * 2)
      grown.set(this.hashes)
      this.hashes = grown
    }
    this.hashes[number] = hashOfText(text)
    if (this.tokens.length * 4 <= this.slots.length) {
      this.place(number)
      return
    }
    this.slots = new Uint32Array(this.slots.length * 2)
    this.bits = new Uint32Array(this.slots.length / slotsInWord)
    for (let at = 0; at < this.tokens.length; at += 1) this.place(at)
  }

  /** The token of a text, if there is one. */
  find(text: string): Token | undefined {
    const { slots, hashes, tokens } = this
    const hash = hashOfText(text)
    const last = slots.length - 1
    for (let at = this.slotOf(hash); slots[at] !== 0; at = (at + 1) & last) {
      const number = (slots[at] ?? 0) - 1
      if (hashes[number] !== hash) continue
      const token = tokens[number]
      if (token?.text === text) return token
    }
    return undefined
  }

  /** Gathers the tokens of a hash. */
  gather(hash: number, into: Set<Token>): void {
    const { slots, hashes, bits } = this
    const bit = bitOf(hash)
    if (((bits[(bit >>> 5) & (bits.length - 1)] ?? 0) & (1 << (bit & 31))) === 0) return
    const last = slots.length - 1
    for (let at = this.slotOf(hash); slots[at] !== 0; at = (at + 1) & last) {
      const number = (slots[at] ?? 0) - 1
      const token = hashes[number] === hash ? this.tokens[number] : undefined
      if (token) into.add(token)
    }
  }

  get bytes(): number {
    return this.slots.byteLength + this.hashes.byteLength + this.bits.byteLength
  }

  private place(number: number): void {
    const hash = this.hashes[number] ?? 0
    const bit = bitOf(hash)
    const word = (bit >>> 5) & (this.bits.length - 1)
    this.bits[word] = (this.bits[word] ?? 0) | (1 << (bit & 31))
    let at = this.slotOf(hash)
    while (this.slots[at] !== 0) at = (at + 1) & (this.slots.length - 1)
    this.slots[at] = number + 1
  }

  private slotOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.slots.length - 1)
  }
}

/** The place of a hash among the bits, as far as there are so many. */
function bitOf(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 3
}

function hashOfText(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at += 1) hash = append(hash, text.charCodeAt(at))
  return hash
}

function append(hash: number, letter: number): number {
  return (Math.imul(hash, base) + letter) | 0
}

/** Hashes of what stands before and after each place of a text, and powers of the base. */
interface Places {
  readonly before: Int32Array
  readonly after: Int32Array
  readonly power: Int32Array
}

function placesOf(text: string): Places {
  const [before, after, power] = [0, 0, 0].map(() => new Int32Array(text.length + 2)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  power[0] = 1
  for (let at = 0; at <= text.length; at += 1) {
    power[at + 1] = Math.imul(power[at] ?? 0, base)
    if (at < text.length) before[at + 1] = append(before[at] ?? 0, text.charCodeAt(at))
  }
  for (let at = text.length - 1; at >= 0; at -= 1)
    after[at] = (Math.imul(text.charCodeAt(at), power[text.length - at - 1] ?? 0) + (after[at + 1] ?? 0)) | 0
  return { before, after, power }
}

/** Tokens one insertion (of a Latin letter), deletion, substitution or exchange of neighbours from a text. */
export function neighboursOf(text: string, hashes: TokenHashes): readonly Token[] {
  if (text.length < shortest || text.length > longest) return []
  const found = new Set<Token>()
  const places = placesOf(text)
  for (let at = 0; at <= text.length; at += 1)
    gatherAt(text, at, places, (hash) => {
      hashes.gather(hash, found)
    })
  return [...found].filter((token) => token.text !== text && isWithinOneEdit(token.text, text))
}

function gatherAt(text: string, at: number, { before, after, power }: Places, tryHash: (hash: number) => void): void {
  const start = before[at] ?? 0
  const join = (hash: number, rest: number): number =>
    (Math.imul(hash, power[text.length - rest] ?? 0) + (after[rest] ?? 0)) | 0
  const isInside = at < text.length
  if (isInside) tryHash(join(start, at + 1))
  if (at + 1 < text.length) tryHash(join(append(append(start, text.charCodeAt(at + 1)), text.charCodeAt(at)), at + 2))
  for (let letter = firstLetter; letter < firstLetter + letters; letter += 1) {
    const longer = append(start, letter)
    tryHash(join(longer, at))
    if (isInside) tryHash(join(longer, at + 1))
  }
}
