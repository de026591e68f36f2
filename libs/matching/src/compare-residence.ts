import type { LevelOf } from './model.js'
import { outcodeOf, sectorOf } from './normalise-place.js'
import type { Profile } from './profile.js'
import { isWithinOneEdit } from './strings.js'

const levels: readonly (readonly [LevelOf<'residence'>, (left: string, right: string) => boolean])[] = [
  ['postcode', (left, right) => left === right],
  ['sector', (left, right) => sectorOf(left) === sectorOf(right)],
  ['one-edit', isWithinOneEdit],
  ['outcode', (left, right) => outcodeOf(left) === outcodeOf(right)],
]

/** The level of where two records live or lived: one comparison, so that address and postcode never add up. */
export function compareResidence(left: Profile, right: Profile): LevelOf<'residence'> | undefined {
  if (left.places.some((place) => right.places.includes(place))) return 'place'
  if (left.postcodes.length === 0 || right.postcodes.length === 0) return undefined
  const level = levels.find(([, holds]) => left.postcodes.some((one) => right.postcodes.some((two) => holds(one, two))))
  return level?.[0] ?? 'none'
}
