import { isTemporaryUpn } from '#libs/identifiers'
import type { LevelOf } from './model.js'
import type { Profile, ProfileNumber } from './profile.js'
import { isWithinOneEdit } from './strings.js'

type Numbers = readonly ProfileNumber[]

/**
 * The level of NHS numbers.
 *
 * @param isCrossChecked - whether birth date or name agrees: a number alone may be mis-keyed
 */
export function compareNhsNumbers(
  left: Profile,
  right: Profile,
  isCrossChecked: boolean,
): LevelOf<'nhs-number'> | undefined {
  const [one, two] = [left.nhsNumbers, right.nhsNumbers]
  if (shared(one, two) !== undefined) return isCrossChecked ? 'same-cross-checked' : 'same'
  if (isMistyped(left.mistypedNhsNumbers, two) || isMistyped(right.mistypedNhsNumbers, one)) return 'one-edit'
  if (!differ(one, two)) return undefined
  const isVerified = [one, two].every((numbers) => numbers.some((number) => number.isCurrent && number.isVerified))
  return isVerified ? 'differ-verified' : 'differ'
}

/** The level of unique pupil numbers. */
export function compareUpns(left: Profile, right: Profile): LevelOf<'upn'> | undefined {
  if (shared(permanent(left.upns), permanent(right.upns)) !== undefined) return 'same'
  if (shared(left.upns, right.upns) !== undefined) return 'same-temporary'
  return differ(permanent(left.upns), permanent(right.upns)) ? 'differ' : undefined
}

/** The level of unique learner numbers. */
export function compareUlns(left: Profile, right: Profile): LevelOf<'uln'> | undefined {
  if (shared(left.ulns, right.ulns) !== undefined) return 'same'
  return differ(left.ulns, right.ulns) ? 'differ' : undefined
}

/** The level of a source's own master index. */
export function compareMasterIndexes(left: Profile, right: Profile): LevelOf<'master-index'> | undefined {
  return left.masterIndexes.some((entry) => right.masterIndexes.includes(entry)) ? 'same' : undefined
}

/** The level of two numbers that one source says are in use for two children; equal ones say nothing by themselves. */
export function compareLocalNumbers(left: Profile, right: Profile): LevelOf<'local-number'> | undefined {
  const pairs = left.locals.flatMap((one) =>
    right.locals
      .filter((two) => one.source === two.source && one.value !== two.value)
      .map((two) => [one, two] as const),
  )
  const overlapping = pairs.filter(
    ([one, two]) => (one.from ?? '') <= (two.to ?? '9') && (two.from ?? '') <= (one.to ?? '9'),
  )
  if (overlapping.length === 0) return undefined
  return overlapping.some(([one, two]) => one.from !== undefined && two.from !== undefined) ? 'same-day' : 'both-live'
}

function shared(left: Numbers, right: Numbers): string | undefined {
  return left.find((one) => right.some((two) => one.value === two.value))?.value
}

function differ(left: Numbers, right: Numbers): boolean {
  return (
    left.some((number) => number.isCurrent) &&
    right.some((number) => number.isCurrent) &&
    shared(left, right) === undefined
  )
}

function permanent(upns: Numbers): Numbers {
  return upns.filter((upn) => !isTemporaryUpn(upn.value))
}

function isMistyped(mistyped: readonly string[], numbers: Numbers): boolean {
  return mistyped.some((text) => numbers.some(({ value }) => isWithinOneEdit(text, value)))
}
