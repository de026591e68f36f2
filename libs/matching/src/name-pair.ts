import { pairOf, type NamePair, type NamePart } from './added-variants.js'
import { isHonorific, normalisePart } from './normalise-names.js'
import { likeness, likenessOf } from './similarity.js'
import { Token } from './token.js'

/** Why two names are no pair that a model could be told to take for one name. */
export type NoPair =
  /** One of them is none, or more than one; or an initial, a title, or what stands where nobody has named the child. */
  | 'not-one-name'
  /** Both are one in their matching form. */
  | 'same'
  /** Millions share it by custom: it tells nobody apart, so it has no forms that do. */
  | 'structural'
  /** Every model takes them for one. */
  | 'known'

/** Brings two names that a person wrote into a pair of forms. */
export function readNamePair(
  part: NamePart,
  [left, right]: readonly [string, string],
): { readonly ok: true; readonly pair: NamePair } | { readonly ok: false; readonly because: NoPair } {
  const [one, other] = [nameIn(left, part), nameIn(right, part)]
  if (!one || !other) return { ok: false, because: 'not-one-name' }
  if (one.text === other.text) return { ok: false, because: 'same' }
  if (one.isStructural || other.isStructural) return { ok: false, because: 'structural' }
  if (isKnownPair(part, one, other)) return { ok: false, because: 'known' }
  return { ok: true, pair: pairOf(one.text, other.text) }
}

function nameIn(text: string, part: NamePart): Token | undefined {
  const { tokens, alias } = normalisePart(text, part)
  const [only, ...more] = tokens.map((token) => new Token(token))
  return only && more.length + alias.length === 0 && isName(only) ? only : undefined
}

/** Whether a token is somebody's name: written out, and no title. */
export function isName({ text }: Token): boolean {
  return text.length > 1 && /^\p{L}+$/u.test(text) && !isHonorific(text)
}

/** Whether every model takes two names for forms of one; of surnames, whether adding them would change nothing. */
export function isKnownPair(part: NamePart, one: Token, other: Token): boolean {
  const found = likenessOf(one, other)
  if (part === 'given')
    return (found & likeness.variant) > 0 || (one.syllable !== undefined && one.syllable === other.syllable)
  return (found & (likeness.romanised | likeness.inflected)) > 0 || one.isSpeltAs(other)
}

/** Whether two names differ as a slip of the pen would have it: they are compared as such, whether or not they are forms. */
export function isSlip(part: NamePart, one: Token, other: Token): boolean {
  const found = likenessOf(one, other)
  return (found & (part === 'given' ? likeness.oneEdit : likeness.oneEdit | likeness.near)) > 0
}
