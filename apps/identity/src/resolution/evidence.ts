import type { Profile } from '#libs/matching'

/** The systems' numbers that a profile holds, each as `<kind> <value>`. */
export function numbersOf({ nhsNumbers, upns, ulns }: Profile): readonly string[] {
  const texts = (kind: string, numbers: Profile['upns']) => numbers.map(({ value }) => `${kind} ${value}`)
  return [...texts('nhs', nhsNumbers), ...texts('upn', upns), ...texts('uln', ulns)]
}

/** A profile of numbers alone: nothing it holds can be cross-checked. */
export function isBare(profile: Profile): boolean {
  return !isNamed(profile) && profile.bornOn === undefined
}

/** Enough for a UCI of its own: a birth date, and a name or a number. */
export function isSufficient(profile: Profile): boolean {
  return profile.bornOn !== undefined && (isNamed(profile) || numbersOf(profile).length > 0)
}

/** The profile as a child of hidden location is compared: where it lives, learns and is treated says nothing. */
export function withoutPlaces(profile: Profile): Profile {
  return { ...profile, places: [], postcodes: [], schools: [], practices: [] }
}

function isNamed({ name }: Profile): boolean {
  return name.given.length + name.family.length > 0
}
