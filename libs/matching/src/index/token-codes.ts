import type { Token } from '../token.js'

const structural = 1
const womans = 2

/**
 * What is asked of the names of every row that is looked at, by the numbers of tokens: from arrays, since objects lie
 * anywhere in memory, and each step to one may cost as much as all else that is asked of a row.
 */
export class TokenCodes {
  /** Each at its number and one, so that -1 has a place too, where nothing is. */
  private starts = new Uint32Array(1024)
  private sounds = new Uint32Array(1024)
  private traits = new Uint8Array(1024)

  add(token: Token): void {
    this.makeRoom(token.id)
    this.starts[token.id + 1] = startOf(token)
    this.traits[token.id + 1] = (token.isStructural ? structural : 0) | (token.isWomans ? womans : 0)
  }

  setSound(id: number, sound: number): void {
    this.sounds[id + 1] = sound
  }

  /** The number of its sound; 0 where it has none yet, and for -1, which is no token, here and below. */
  soundOf(id: number): number {
    return this.sounds[id + 1] ?? 0
  }

  /** What {@link startOf} says. */
  startOf(id: number): number {
    return this.starts[id + 1] ?? 0
  }

  isStructural(id: number): boolean {
    return ((this.traits[id + 1] ?? 0) & structural) > 0
  }

  /** Whether a further given name is an initial, or one that millions share: it tells nobody apart. */
  isSlight(id: number): boolean {
    return this.isStructural(id) || (this.startOf(id) & 0xffff) === 0
  }

  isWomans(id: number): boolean {
    return ((this.traits[id + 1] ?? 0) & womans) > 0
  }

  get bytes(): number {
    return this.starts.byteLength + this.sounds.byteLength + this.traits.byteLength
  }

  private makeRoom(id: number): void {
    if (id + 1 < this.starts.length) return
    const size = this.starts.length * 2
    const { starts, sounds, traits } = this
    this.starts = new Uint32Array(size)
    this.starts.set(starts)
    this.sounds = new Uint32Array(size)
    this.sounds.set(sounds)
    this.traits = new Uint8Array(size)
    this.traits.set(traits)
  }
}

/** The first two units of a token's text as one number; 0 of nothing. */
export function startOf(token: Token | undefined): number {
  if (!token) return 0
  const { text } = token
  return text.charCodeAt(0) * 65_536 + (text.length > 1 ? text.charCodeAt(1) : 0)
}

/** Whether two texts are told apart by how they start: neither is the beginning of the other then. */
export function doStartApart(one: number, two: number): boolean {
  if (one >>> 16 !== two >>> 16) return true
  const [second, other] = [one & 0xffff, two & 0xffff]
  return second !== other && second > 0 && other > 0
}
