import { familiesOf, skeletonOf } from '../name-variants.js'
import { alignmentDistance, isWithinOneEdit, jaroWinklerOfUnits } from '../strings.js'
import { PairCache, PairSet, placesFor } from './pair-cache.js'
import { Texts } from './text.js'

/** How alike two name tokens are. */
export const likeness = { none: 0, weak: 1, fuzzy: 2, exact: 3 } as const

/** Lists longer than this say nothing: a deletion that so many tokens share is a matter of chance. */
const crowd = 200

/** The distinct tokens of names, and how alike any two of them are. */
export class Vocabulary {
  private readonly ids = new Map<string, number>()
  private cache = new PairCache(2)
  private known: Texts | undefined
  private variants = new PairSet()
  private families: readonly (readonly number[])[] = []
  /** By token: the number of its skeleton. */
  private skeletons = new Int32Array(0)

  get size(): number {
    return this.ids.size
  }

  idOf(token: string): number {
    let id = this.ids.get(token)
    if (id === undefined) this.ids.set(token, (id = this.ids.size))
    return id
  }

  /** Tokens by id; ends the adding of tokens. */
  get texts(): Texts {
    if (this.known !== undefined) return this.known
    const tokens = [...this.ids.keys()]
    this.families = tokens.map(familiesOf)
    const skeletons = new Map<string, number>()
    this.skeletons = Int32Array.from(tokens, (token) => {
      const skeleton = token.length < 4 ? token : skeletonOf(token)
      const number = skeletons.get(skeleton) ?? skeletons.size
      skeletons.set(skeleton, number)
      return number
    })
    this.cache = new PairCache(placesFor(tokens.length))
    return (this.known = new Texts(tokens))
  }

  /**
   * Takes pairs of tokens for variants of each other, and forgets the pairs it was given before.
   *
   * @returns whether a token is a variant of any other, or was
   */
  learn(pairs: readonly (readonly [number, number])[]): (token: number) => boolean {
    const [before, now] = [this.variants, new PairSet(pairs)]
    this.variants = now
    return (token) => now.holds(token) || before.holds(token)
  }

  likenessOf(one: number, two: number): number {
    if (one === two) return likeness.exact
    const found = this.compare(one, two)
    return found !== likeness.fuzzy && this.variants.has(one, two) ? likeness.fuzzy : found
  }

  /** For every token, the tokens one edit away. */
  neighbours(): readonly (readonly number[])[] {
    const near: number[][] = Array.from({ length: this.size }, () => [])
    for (const group of this.groupsByDeletion()) {
      for (const [at, one] of group.entries()) {
        for (const two of group.slice(at + 1)) {
          const ofOne = near[one] as number[]
          if (one === two || ofOne.includes(two) || this.likenessOf(one, two) !== likeness.fuzzy) continue
          ofOne.push(two)
          near[two]?.push(one)
        }
      }
    }
    return near
  }

  private compare(one: number, two: number): number {
    const { texts } = this
    const left = texts.unitsOf(one)
    const right = texts.unitsOf(two)
    const begins = left[0] === right[0]
    if (left.length === 1 || right.length === 1) return begins ? likeness.weak : likeness.none
    if (this.areForms(one, two)) return likeness.fuzzy
    if (!begins && texts.lettersApart(one, two) > 5) return likeness.none
    const cached = this.cache.get(one, two)
    if (cached >= 0) return cached
    const found = this.compareSpelling(one, two)
    this.cache.set(one, two, found)
    return found
  }

  private compareSpelling(one: number, two: number): number {
    const [left, right] = [this.texts.unitsOf(one), this.texts.unitsOf(two)]
    const [oneText, twoText] = [this.texts.values[one] as string, this.texts.values[two] as string]
    if (isMisspelling(oneText, twoText, left, right)) return likeness.fuzzy
    return isBeginning(oneText, twoText) || jaroWinklerOfUnits(left, right) >= 0.85 ? likeness.weak : likeness.none
  }

  /** Forms of one name: a known pair, or one transliteration. */
  private areForms(one: number, two: number): boolean {
    if (this.skeletons[one] === this.skeletons[two]) return true
    const families = this.families[one] as readonly number[]
    if (families.length === 0) return false
    const others = this.families[two] as readonly number[]
    return others.length > 0 && families.some((family) => others.includes(family))
  }

  private groupsByDeletion(): Iterable<readonly number[]> {
    const byForm = new Map<string, number[]>()
    this.texts.values.forEach((token, id) => {
      if (token.length < 4) return
      for (const form of deletionsOf(token)) {
        const group = byForm.get(form)
        if (group === undefined) byForm.set(form, [id])
        else group.push(id)
      }
    })
    return [...byForm.values()].filter((group) => group.length > 1 && group.length < crowd)
  }
}

/** A text and every text made from it by leaving out one character. */
export function deletionsOf(text: string): ReadonlySet<string> {
  const forms = new Set([text])
  for (let at = 0; at < text.length; at += 1) forms.add(text.slice(0, at) + text.slice(at + 1))
  return forms
}

/** One edit; two in a long token; or all but the same beginning and letters. */
function isMisspelling(one: string, two: string, left: Uint16Array, right: Uint16Array): boolean {
  const longer = Math.max(one.length, two.length)
  const shorter = Math.min(one.length, two.length)
  if (longer >= 3 && isWithinOneEdit(one, two)) return true
  if (shorter >= 7 && longer - shorter <= 2 && alignmentDistance(left, right, 2) <= 2) return true
  return !isBeginning(one, two) && jaroWinklerOfUnits(left, right) >= 0.92
}

function isBeginning(one: string, two: string): boolean {
  if (Math.min(one.length, two.length) < 3) return false
  return one.length < two.length ? two.startsWith(one) : one.startsWith(two)
}
