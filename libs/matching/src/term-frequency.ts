import { formOf } from './compare-names.js'
import type { Model, Weight } from './model.js'
import type { Profile } from './profile.js'

/** Chance that two unrelated children agree on the part, in a million (published u of the level). */
const unrelatedPerMillion = { family: 785, given: 4260 }
const limit = 6000
const none = { m: 0, s: 0 }

/**
 * What the frequency of the agreeing name adds, in milli-bits, at most six bits either way: a surname's to both classes,
 * a given name's to *same* alone, since siblings do not share it.
 */
export function frequencyCorrection(
  left: Profile,
  right: Profile,
  kind: Weight['tf'],
  model: Model,
): { readonly m: number; readonly s: number } {
  if (kind === undefined) return none
  const family = kind === 'given' ? 0 : correctionOf('family', tokensOf(left, right, 'family'), model)
  const given = kind === 'family' ? 0 : correctionOf('given', tokensOf(left, right, 'given'), model)
  return { m: clip(family + given), s: clip(family) }
}

function tokensOf(left: Profile, right: Profile, part: 'family' | 'given'): readonly string[] {
  const [one, two] = [formOf(left.name), formOf(right.name)]
  return part === 'family'
    ? one.surname === two.surname
      ? one.family
      : []
    : one.first === two.first
      ? [one.first]
      : []
}

/** A name of several parts is rarer than each of them: only single ones are corrected. */
function correctionOf(part: 'family' | 'given', tokens: readonly string[], model: Model): number {
  const [token, ...more] = tokens
  const perMillion = token === undefined || more.length > 0 ? undefined : model.perMillion[part][token]
  if (perMillion === undefined) return 0
  return Math.round(1000 * Math.log2(unrelatedPerMillion[part] / perMillion))
}

function clip(milliBits: number): number {
  return Math.max(-limit, Math.min(limit, milliBits))
}
