import { isOfSeveral } from './compare-birth.js'
import { isAnotherMother } from './compare-family.js'
import type { Comparable, ComparableLocal } from './comparable.js'
import type { Comparison } from './model.js'
import type { Tally } from './tally.js'

const numbers = ['nhs-number', 'upn', 'uln'] as const satisfies readonly Comparison[]
const numberDiffers: ReadonlySet<string> = new Set(['differ', 'differ-verified'])
const numberAgrees: ReadonlySet<string> = new Set(['same', 'same-cross-checked'])
const chosenByFamily = ['middle', 'mother'] as const satisfies readonly Comparison[]
const ofMother = 1 << chosenByFamily.indexOf('mother')

/**
 * What a record and a child have against being one, whichever of the child's records says it (ADR 23): twins share mother,
 * home and birthday, and either may have records that tell neither a number nor the order of birth.
 */
export class ToldOfChild {
  private isOrderSame = false
  private isOrderAnother = false
  private isSingleton = false
  private isSeveral = false
  private isNumberSame = false
  private isNumberAnother = false
  private isLocalSame = false
  private isLocalAnother = false
  /** One side died before something happened to the other. */
  isDeadBefore = false
  private isMotherAnother = false
  /** Bits of {@link chosenByFamily}. */
  private agreeing = 0
  private differing = 0

  /** Gathers what the comparison with one of the child's records says. */
  add(left: Comparable, right: Comparable, tally: Tally): void {
    this.addOrder(tally.levelOf('birth-order'))
    for (const comparison of numbers) this.addNumber(tally.levelOf(comparison))
    this.addLocal(left, right, tally.levelOf('local-number'))
    if (isOfSeveral(left) || isOfSeveral(right)) this.isSeveral = true
    if (diedBefore(left, right) || diedBefore(right, left)) this.isDeadBefore = true
  }

  /** Gathers what it says of what a family chooses or is: the mother, and further given names. */
  addFamily(left: Comparable, right: Comparable, tally: Tally): void {
    for (let at = 0; at < chosenByFamily.length; at += 1) this.addOfFamily(at, tally)
    if (tally.levelOf('mother') === 'differ' && isAnotherMother(left, right)) this.isMotherAnother = true
  }

  /** The order of birth is another by one record, and the same by none. */
  get isAnotherOfBirth(): boolean {
    return this.isOrderAnother && !this.isOrderSame
  }

  /** One source has another number in use on the same day for one of its records, and the same for none. */
  get isAnotherAtSource(): boolean {
    return this.isLocalAnother && !this.isLocalSame
  }

  /** A number that one child alone has is another, none is the same, and the order of birth does not rule a twin out. */
  get hasNumberOfTwin(): boolean {
    return this.isNumberAnother && this.mayBeTwin
  }

  /** No number is the same, and the order of birth does not rule a twin out. */
  get mayBeTwin(): boolean {
    return !this.isNumberSame && !this.isTwinRuledOut
  }

  /**
   * The mother, or a further given name, is another by one of the child's records, and the same by none; and whether the
   * mother is somebody else.
   */
  get againstFamily(): { readonly isContradicted?: true; readonly hasAnotherMother?: true } {
    const isContradicted = (this.differing & ~this.agreeing) !== 0
    const hasAnotherMother = this.isMotherAnother && (this.agreeing & ofMother) === 0
    return { ...(isContradicted && { isContradicted }), ...(hasAnotherMother && { hasAnotherMother }) }
  }

  private get isTwinRuledOut(): boolean {
    return this.isOrderSame || (this.isSingleton && !this.isSeveral)
  }

  private addOrder(level: string | undefined): void {
    if (level === 'same') this.isOrderSame = true
    if (level === 'another') this.isOrderAnother = true
    if (level === 'singleton') this.isSingleton = true
  }

  private addNumber(level: string | undefined): void {
    if (level === undefined) return
    if (numberAgrees.has(level)) this.isNumberSame = true
    if (numberDiffers.has(level)) this.isNumberAnother = true
  }

  private addLocal({ locals: one }: Comparable, { locals: two }: Comparable, level: string | undefined): void {
    if (one.length === 0 || two.length === 0) return
    if (level === 'same-day') this.isLocalAnother = true
    if (one.some((these) => two.some((those) => isSameLocal(these, those)))) this.isLocalSame = true
  }

  private addOfFamily(at: number, tally: Tally): void {
    const level = tally.levelOf(chosenByFamily[at] ?? 'mother')
    if (level === undefined) return
    if (level === 'differ') this.differing |= 1 << at
    else this.agreeing |= 1 << at
  }
}

function isSameLocal(one: ComparableLocal, two: ComparableLocal): boolean {
  return one.source === two.source && one.value === two.value
}

/** One side died before the other's later event; where no event is told, before the other was recorded. */
function diedBefore({ diedDay }: Comparable, { lastEventDay, recordedDay }: Comparable): boolean {
  const seen = lastEventDay > 0 ? lastEventDay : recordedDay
  return diedDay > 0 && seen > diedDay
}
