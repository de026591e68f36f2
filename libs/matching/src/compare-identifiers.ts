import type { Comparable, ComparableLocal, ComparableNumber } from './comparable.js'
import type { LevelOf } from './model.js'
import { isTemporaryUpnCode } from './number-codes.js'
import { isWithinOneEdit } from './strings.js'

type Numbers = readonly ComparableNumber[]

/**
 * The level of NHS numbers.
 *
 * @param isCrossChecked - whether birth date or name agrees: a number alone may be mis-keyed
 */
export function compareNhsNumbers(
  left: Comparable,
  right: Comparable,
  isCrossChecked: boolean,
): LevelOf<'nhs-number'> | undefined {
  const [one, two] = [left.nhsNumbers, right.nhsNumbers]
  if (areShared(one, two)) return isCrossChecked ? 'same-cross-checked' : 'same'
  if (isMistyped(left.mistypedNhsNumbers, two) || isMistyped(right.mistypedNhsNumbers, one)) return 'one-edit'
  return isAny(one, isCurrent) && isAny(two, isCurrent) ? differingLevel(one, two) : undefined
}

function differingLevel(one: Numbers, two: Numbers): LevelOf<'nhs-number'> {
  return isAny(one, isProven) && isAny(two, isProven) ? 'differ-verified' : 'differ'
}

/** The level of unique pupil numbers. */
export function compareUpns({ upns: one }: Comparable, { upns: two }: Comparable): LevelOf<'upn'> | undefined {
  let shared: LevelOf<'upn'> | undefined
  for (const { value } of one)
    for (const other of two)
      if (value === other.value) {
        if (!isTemporaryUpnCode(value)) return 'same'
        shared = 'same-temporary'
      }
  return shared ?? (isAny(one, isInForce) && isAny(two, isInForce) ? 'differ' : undefined)
}

/** The level of unique learner numbers. */
export function compareUlns({ ulns: one }: Comparable, { ulns: two }: Comparable): LevelOf<'uln'> | undefined {
  if (areShared(one, two)) return 'same'
  return isAny(one, isCurrent) && isAny(two, isCurrent) ? 'differ' : undefined
}

/** The level of a source's own master index. */
export function compareMasterIndexes(left: Comparable, right: Comparable): LevelOf<'master-index'> | undefined {
  for (const entry of left.masterIndexes) if (right.masterIndexes.includes(entry)) return 'same'
  return undefined
}

/** The level of two numbers that one source says are in use for two children; equal ones say nothing by themselves. */
export function compareLocalNumbers(
  { locals: these }: Comparable,
  { locals: those }: Comparable,
): LevelOf<'local-number'> | undefined {
  if (these.length === 0 || those.length === 0) return undefined
  const pairs = these.flatMap((one) =>
    those.filter((two) => isSecondNumber(one, two)).map((two) => [one, two] as const),
  )
  if (pairs.length === 0) return undefined
  return pairs.some(([one, two]) => one.from > 0 && two.from > 0) ? 'same-day' : 'both-live'
}

function isSecondNumber(one: ComparableLocal, two: ComparableLocal): boolean {
  return one.source === two.source && one.value !== two.value && one.from <= two.to && two.from <= one.to
}

function isAny(numbers: Numbers, is: (number: ComparableNumber) => boolean): boolean {
  for (const number of numbers) if (is(number)) return true
  return false
}

function areShared(left: Numbers, right: Numbers): boolean {
  for (const { value } of left) for (const other of right) if (value === other.value) return true
  return false
}

function isMistyped(mistyped: readonly string[], numbers: Numbers): boolean {
  if (mistyped.length === 0) return false
  return mistyped.some((text) => numbers.some(({ value }) => isWithinOneEdit(text, String(value).padStart(10, '0'))))
}

function isCurrent(number: ComparableNumber): boolean {
  return number.isCurrent
}

function isProven(number: ComparableNumber): boolean {
  return number.isCurrent && number.isVerified
}

function isPermanent({ value }: ComparableNumber): boolean {
  return !isTemporaryUpnCode(value)
}

function isInForce(number: ComparableNumber): boolean {
  return number.isCurrent && isPermanent(number)
}
