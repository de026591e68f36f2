/** Gives values numbers from 1 on; 0 stays 0. */
export class Numbering {
  private readonly numbers = new Map<number, number>()
  readonly values: number[] = []

  of(value: number): number {
    if (value === 0) return 0
    const known = this.numbers.get(value)
    if (known !== undefined) return known
    const number = this.values.push(value)
    this.numbers.set(value, number)
    return number
  }

  valueOf(number: number): number {
    return number === 0 ? 0 : (this.values[number - 1] ?? 0)
  }
}
