import type { Comparable } from './comparable.js'
import type { LevelOf } from './model.js'
import { likeness, type Likeness } from './similarity.js'
import type { Token } from './token.js'

const firstAgrees: ReadonlySet<string> = new Set<LevelOf<'names'>>([
  'both-exact',
  'surname-exact-given-variant',
  'surname-exact-given-one-edit',
  'given-exact-surname-near',
  'given-exact',
])

/**
 * The level of further given names, where the first ones agree and both sides have some. A token that stands first on one
 * side has counted already.
 */
export function compareMiddle(
  left: Comparable,
  right: Comparable,
  names: LevelOf<'names'> | undefined,
  alike: Likeness,
): LevelOf<'middle'> | undefined {
  if (names === undefined || !firstAgrees.has(names)) return undefined
  const [these, those] = [givenOf(left), givenOf(right)]
  if (these.length < 2 || those.length < 2) return undefined
  if (sharedMiddle(these, those)) return 'exact'
  return isAnyNear(these, those, alike) ? 'near' : 'differ'
}

function givenOf({ names: [name] }: Comparable): readonly Token[] {
  return name ? name.given : []
}

/** A further given name that two names share; of several the first in the alphabet, so that sides do not matter. */
export function sharedMiddle(these: readonly Token[], those: readonly Token[]): Token | undefined {
  let found: Token | undefined
  for (let at = 1; at < these.length; at += 1) {
    const one = these[at]
    if (!one || (found && found.text <= one.text)) continue
    for (let other = 1; other < those.length; other += 1) if (those[other]?.isSame(one) === true) found = one
  }
  return found
}

function isAnyNear(these: readonly Token[], those: readonly Token[], alike: Likeness): boolean {
  const near = likeness.close | likeness.variant | likeness.oneEdit
  return these.slice(1).some((one) => those.slice(1).some((two) => (alike(one, two) & near) > 0))
}
