import { isOfSeveral } from './compare-birth.js'
import type { Comparable } from './comparable.js'
import type { Comparison } from './model.js'
import type { Tally } from './tally.js'

const numbers = ['nhs-number', 'upn', 'uln'] as const satisfies readonly Comparison[]
const numberDiffers: ReadonlySet<string> = new Set(['differ', 'differ-verified'])
const numberAgrees: ReadonlySet<string> = new Set(['same', 'same-cross-checked'])

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

  /** Gathers what the comparison with one of the child's records says. */
  add(left: Comparable, right: Comparable, tally: Tally): void {
    this.addOrder(tally.levelOf('birth-order'))
    for (const comparison of numbers) this.addNumber(tally.levelOf(comparison))
    if (isOfSeveral(left) || isOfSeveral(right)) this.isSeveral = true
  }

  /** The order of birth is another by one record, and the same by none. */
  get isAnotherOfBirth(): boolean {
    return this.isOrderAnother && !this.isOrderSame
  }

  /** A number that one child alone has is another, none is the same, and the order of birth does not rule a twin out. */
  get hasNumberOfTwin(): boolean {
    return this.isNumberAnother && this.mayBeTwin
  }

  /** No number is the same, and the order of birth does not rule a twin out. */
  get mayBeTwin(): boolean {
    return !this.isNumberSame && !this.isTwinRuledOut
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
}
