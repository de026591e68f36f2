import { doubleMetaphone } from 'double-metaphone'
import {
  familiesOf,
  isInflected,
  isStructural,
  mayFoldAlike,
  skeletonOf,
  standardSyllable,
  surnameStemsOf,
  type SurnameStems,
} from './name-variants.js'

/**
 * One part of a name with what is compared of it. Two tokens of one text are interchangeable; those of one vocabulary are
 * also identical, and have a number under which their likeness to others may be remembered.
 */
export class Token {
  /** Shared by custom rather than by kinship: it distinguishes nobody. */
  readonly isStructural: boolean
  /** Standard spelling, if it is an East-Asian syllable. */
  readonly syllable: string | undefined
  /** UTF-16 units of its text. */
  readonly length: number
  /** Whether it ends as surnames of women do in some languages. */
  readonly isWomans: boolean
  // Set at once, though known later: tokens are of one shape then, whatever is asked of them first.
  private knownAlone: readonly Token[] | undefined = undefined
  private knownSkeleton: string | undefined = undefined
  private knownStems: SurnameStems | undefined = undefined
  private knownFamilies: readonly number[] | undefined = undefined
  private knownSound: string | undefined = undefined

  /** @param id - its number in a vocabulary; -1 outside one */
  constructor(
    readonly text: string,
    readonly id = -1,
  ) {
    this.isStructural = isStructural(text)
    this.syllable = standardSyllable(text)
    this.length = text.length
    this.isWomans = text.endsWith('a') || text.endsWith('e')
  }

  /** Whether both have one text; of one vocabulary they are then one, and their texts need not be read. */
  isSame(other: Token): boolean {
    return this === other || ((this.id < 0 || other.id < 0) && this.text === other.text)
  }

  /** A list of it alone. */
  get alone(): readonly Token[] {
    return (this.knownAlone ??= [this])
  }

  /** What stays when spellings that vary between clerks are folded. */
  get skeleton(): string {
    return (this.knownSkeleton ??= skeletonOf(this.text))
  }

  /** Whether both have one skeleton; of most pairs their first letters tell that they do not, and none is made. */
  isSpeltAs(other: Token): boolean {
    return mayFoldAlike(this.text, other.text) && this.skeleton === other.skeleton
  }

  /** Whether both are one surname with different endings; none ends as a woman's, or they begin otherwise, in most pairs. */
  isInflectionOf(other: Token): boolean {
    if (!this.isWomans && !other.isWomans) return false
    return this.text.charCodeAt(0) === other.text.charCodeAt(0) && isInflected(this.stems, other.stems)
  }

  /** What stays of a surname without endings that tell the bearer's sex. */
  get stems(): SurnameStems {
    return (this.knownStems ??= surnameStemsOf(this.text))
  }

  /** Numbers of the families of forms it belongs to. */
  get families(): readonly number[] {
    return (this.knownFamilies ??= familiesOf(this.text))
  }

  /** First double-metaphone code; the text itself where it has none, as names in other scripts. */
  get sound(): string {
    return (this.knownSound ??= soundOf(this.text))
  }
}

function soundOf(text: string): string {
  const [code] = doubleMetaphone(text)
  return code === '' ? text : code
}

/** Says whether two lists of tokens spell the same letters, wherever they are split. */
export function spellAlike(left: readonly Token[], right: readonly Token[]): boolean {
  const [one, two] = [left[0], right[0]]
  if (left.length === 1 && right.length === 1 && one && two) return one.isSame(two)
  const letters = lettersOf(left)
  return letters > 0 && letters === lettersOf(right) && isSameSpelling(left, right)
}

function lettersOf(tokens: readonly Token[]): number {
  let sum = 0
  for (const { length } of tokens) sum += length
  return sum
}

function isSameSpelling(left: readonly Token[], right: readonly Token[]): boolean {
  let [token, at] = [0, 0]
  for (const { text } of left) {
    for (let letter = 0; letter < text.length; letter += 1) {
      while (at === right[token]?.length) {
        token += 1
        at = 0
      }
      if (text.charCodeAt(letter) !== right[token]?.text.charCodeAt(at)) return false
      at += 1
    }
  }
  return true
}
