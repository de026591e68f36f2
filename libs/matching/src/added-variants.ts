import { likeness, likenessOf, type Likeness } from './similarity.js'

/** Two forms of one name in their matching form, in the order of the alphabet. */
export type NamePair = readonly [one: string, other: string]

/** Of which part of a name two tokens are forms. */
export type NamePart = 'given' | 'family'

/** What a model takes for forms of one name besides those that everybody knows; each list sorted, each pair in it once. */
export interface AddedVariants {
  readonly given: readonly NamePair[]
  readonly family: readonly NamePair[]
}

/** What two names are that were added: given names as two known forms are, surnames as two romanisations of one. */
const bits = { given: likeness.variant, family: likeness.romanised } as const

const made = new WeakMap<AddedVariants, Likeness>()

/** How names are compared by a model with these additions; without any as {@link likenessOf} compares them, at its price. */
export function likenessWith(added: AddedVariants | undefined): Likeness {
  if (added === undefined) return likenessOf
  const known = made.get(added)
  if (known) return known
  const pairs = bitsOf(added)
  const alike: Likeness = (left, right) => likenessOf(left, right) | (pairs.get(left.text)?.get(right.text) ?? 0)
  made.set(added, alike)
  return alike
}

function bitsOf(added: AddedVariants): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const found = new Map<string, Map<string, number>>()
  const put = (from: string, to: string, bit: number): void => {
    const others = found.get(from) ?? new Map<string, number>()
    found.set(from, others.set(to, (others.get(to) ?? 0) | bit))
  }
  for (const part of ['given', 'family'] as const)
    for (const [one, other] of added[part]) {
      put(one, other, bits[part])
      put(other, one, bits[part])
    }
  return found
}

/** Brings pairs into the one form in which a model holds them, whatever their order; `undefined` where there are none. */
export function addedVariants(
  pairs: readonly { readonly part: NamePart; readonly pair: NamePair }[],
): AddedVariants | undefined {
  if (pairs.length === 0) return undefined
  const of = (part: NamePart): readonly NamePair[] =>
    sorted(pairs.flatMap((one) => (one.part === part ? [one.pair] : [])))
  return { given: of('given'), family: of('family') }
}

function sorted(pairs: readonly NamePair[]): readonly NamePair[] {
  const byKey = new Map(pairs.map(([one, other]) => pairOf(one, other)).map((pair) => [pair.join(' '), pair] as const))
  return [...byKey.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, pair]) => pair)
}

/** Two forms in the order of the alphabet. */
export function pairOf(one: string, other: string): NamePair {
  return one < other ? [one, other] : [other, one]
}
