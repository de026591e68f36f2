import type { Token } from '../token.js'

const structural = 1
const womans = 2
const wordsEach = 4

/**
 * What is asked of the names of every row that is looked at, by the numbers of tokens: from arrays, since objects lie
 * anywhere in memory, and each step to one may cost as much as all else that is asked of a row.
 */
export class TokenCodes {
  /**
   * Four words a token, so that one line of a processor's cache tells all: how its text starts, how it goes on, the number of
   * its sound, its traits. Each at its number and one, so that -1 has a place too, where nothing is.
   */
  private words = new Uint32Array(1024 * wordsEach)

  add(token: Token): void {
    this.makeRoom(token.id)
    const at = (token.id + 1) * wordsEach
    this.words[at] = startOf(token)
    this.words[at + 1] = furtherOf(token)
    this.words[at + 3] = (token.isStructural ? structural : 0) | (token.isWomans ? womans : 0)
  }

  setSound(id: number, sound: number): void {
    this.words[(id + 1) * wordsEach + 2] = sound
  }

  /** The number of its sound; 0 where it has none yet, and for -1, which is no token, here and below. */
  soundOf(id: number): number {
    return this.words[(id + 1) * wordsEach + 2] ?? 0
  }

  /** What {@link startOf} says. */
  startOf(id: number): number {
    return this.words[(id + 1) * wordsEach] ?? 0
  }

  /** Whether neither of the texts of a token and of the one of a number is the beginning of the other, by their first letters. */
  isApart(one: Token, id: number): boolean {
    if (one.id === id) return false
    return doStartApart(startOf(one), this.startOf(id)) || doGoOnApart(furtherOf(one), this.furtherOf(id))
  }

  isStructural(id: number): boolean {
    return (this.traitsOf(id) & structural) > 0
  }

  /** Whether a further given name is an initial, or one that millions share: it tells nobody apart. */
  isSlight(id: number): boolean {
    return this.isStructural(id) || (this.startOf(id) & 0xffff) === 0
  }

  isWomans(id: number): boolean {
    return (this.traitsOf(id) & womans) > 0
  }

  get bytes(): number {
    return this.words.byteLength
  }

  private furtherOf(id: number): number {
    return this.words[(id + 1) * wordsEach + 1] ?? 0
  }

  private traitsOf(id: number): number {
    return this.words[(id + 1) * wordsEach + 3] ?? 0
  }

  private makeRoom(id: number): void {
    if ((id + 2) * wordsEach <= this.words.length) return
    const grown = new Uint32Array(this.words.length * 2)
    grown.set(this.words)
    this.words = grown
  }
}

/** The first two units of a token's text as one number; 0 of nothing. */
export function startOf(token: Token | undefined): number {
  if (!token) return 0
  const { text } = token
  return text.charCodeAt(0) * 65_536 + (text.length > 1 ? text.charCodeAt(1) : 0)
}

/** The third and the fourth unit, likewise. */
function furtherOf({ text, length }: Token): number {
  if (length < 3) return 0
  return text.charCodeAt(2) * 65_536 + (length > 3 ? text.charCodeAt(3) : 0)
}

/** Whether two texts are told apart by how they start: neither is the beginning of the other then. */
export function doStartApart(one: number, two: number): boolean {
  if (one >>> 16 !== two >>> 16) return true
  const [second, other] = [one & 0xffff, two & 0xffff]
  return second !== other && second > 0 && other > 0
}

/** Whether two texts that start alike are told apart by how they go on. */
function doGoOnApart(one: number, two: number): boolean {
  if (one >>> 16 !== two >>> 16) return one > 0 && two > 0
  const [fourth, other] = [one & 0xffff, two & 0xffff]
  return fourth !== other && fourth > 0 && other > 0
}
