import { parseNhsNumber, parseUln, parseUpn } from '#libs/identifiers'

const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/** How many children can have numbers of the range `999`, which is kept for tests. */
const mostInTestRange = 100_000
const tests = { first: 999_000_000, many: 1_000_000, step: 617_453 }
/** No number of 90 to 98 belongs to a real child either: the health service has not issued any. */
const large = { first: 900_000_000, many: 90_000_000, step: 61_803_397 }

/** With its check digit ten nines: what people type to fill a field, and so no number. */
const tenNines = 999_999_999

/**
 * Numbers that no two invented children share, with valid check symbols.
 *
 * The order is that of a walk by a step that has no factor in common with the range, so that neighbours are not alike.
 */
export class Numbers {
  private readonly range: typeof tests
  private readonly offset: number
  private nhs = 0
  private learners = 0
  private readonly pupils = new Uint32Array(100)

  constructor(children: number, seed: number) {
    this.range = children <= mostInTestRange ? tests : large
    this.offset = (seed * 7919) % this.range.many
  }

  /** The next NHS number. */
  nextNhs(): string {
    for (;;) {
      const number = this.nhsAt(this.nhs++)
      if (number !== undefined) return number
    }
  }

  /** Somebody's NHS number: of the walk so far, by a share from 0 to below 1. */
  someNhs(share: number): string {
    let at = Math.floor(share * this.nhs)
    for (;;) {
      const number = this.nhsAt(at++)
      if (number !== undefined) return number
    }
  }

  /** The next UPN of children who began school in a year; local authority 999 is nowhere. */
  nextUpn(year: number): string {
    const at = (this.pupils[year % 100] ?? 0) + 1
    this.pupils[year % 100] = at
    const serial = (at * 3_819_661) % 10_000_000
    const digits = String(serial).padStart(7, '0')
    return upnOf(`999${digits.slice(0, 4)}${String(year % 100).padStart(2, '0')}${digits.slice(4)}`)
  }

  /** The next ULN. */
  nextUln(): string {
    for (;;) {
      const nine = this.nineAt(this.learners++)
      const sum = weightedSum(nine)
      const check = (21 - (sum % 11)) % 11
      if (check < 10) return checked(`${nine}${check}`, parseUln)
    }
  }

  private nhsAt(at: number): string | undefined {
    const nine = this.nineAt(at)
    if (nine === tenNines) return undefined
    const check = (11 - (weightedSum(nine) % 11)) % 11
    return check === 10 ? undefined : checked(`${nine}${check}`, parseNhsNumber)
  }

  private nineAt(at: number): number {
    return this.range.first + ((this.offset + at * this.range.step) % this.range.many)
  }
}

function weightedSum(nine: number): number {
  let rest = nine
  let sum = 0
  for (let weight = 2; weight <= 10; weight += 1) {
    sum += (rest % 10) * weight
    rest = Math.floor(rest / 10)
  }
  return sum
}

function upnOf(rest: string): string {
  let sum = 0
  for (let at = 0; at < rest.length; at += 1) sum += (at + 2) * Number(rest[at])
  return checked(letters.charAt(sum % 23) + rest, parseUpn)
}

/** What this file computes must be what the library of identifiers takes: a difference stops everything. */
function checked(text: string, parse: (text: string) => string | undefined): string {
  if (parse(text) === undefined) throw new Error('An invented number does not pass its check')
  return text
}
