import { dateOf, dayOf, yearOf, type Day } from './child.js'
import type { Random } from './random.js'
import type { ErrorRates } from './rates.js'

const nextKeys: Readonly<Record<string, string>> = {
  a: 'sq',
  b: 'vn',
  c: 'xv',
  d: 'sf',
  e: 'wr',
  f: 'dg',
  g: 'fh',
  h: 'gj',
  i: 'uo',
  j: 'hk',
  k: 'jl',
  l: 'k',
  m: 'n',
  n: 'mb',
  o: 'ip',
  p: 'o',
  q: 'wa',
  r: 'et',
  s: 'ad',
  t: 'ry',
  u: 'yi',
  v: 'cb',
  w: 'qe',
  x: 'zc',
  y: 'tu',
  z: 'x',
}

/** A name with one typing error: a letter beside it, one left out, one doubled, or two exchanged. */
export function mistypedName(name: string, random: Random): string {
  if (name.length < 3) return name
  const at = 1 + random.below(name.length - 1)
  const letter = name.charAt(at)
  const before = name.slice(0, at)
  const after = name.slice(at + 1)
  switch (random.below(4)) {
    case 0:
      return before + random.pick(Array.from(nextKeys[letter.toLowerCase()] ?? 'e')) + after
    case 1:
      return before + after
    case 2:
      return before + letter + letter + after
    default:
      return after === ''
        ? before.slice(0, -1) + letter + before.slice(-1)
        : before + after.charAt(0) + letter + after.slice(1)
  }
}

/** A number with one digit wrong, or two neighbours exchanged; its check symbol then fails, nearly always. */
export function mistypedNumber(number: string, random: Random): string {
  const at = 1 + random.below(number.length - 2)
  const [one, two] = [number.charAt(at), number.charAt(at + 1)]
  if (one !== two && random.happens(30)) return number.slice(0, at) + two + one + number.slice(at + 2)
  const digit = String((Number(one) + random.between(1, 9)) % 10)
  return number.slice(0, at) + digit + number.slice(at + 1)
}

/** A date of birth written wrongly; never the right one, and never after the day of writing. */
export function mistypedDate(day: Day, on: Day, errors: ErrorRates, random: Random): string {
  const { oneDigit, swapped, year, defaultDay } = errors.wrongDate
  for (let tries = 0; tries < 10; tries += 1) {
    const kind = random.weighted([oneDigit, swapped, year, defaultDay])
    const wrong = ways[kind]?.(dateOf(day), random)
    if (wrong !== undefined && isOther(wrong, day, on)) return wrong
  }
  return dateOf(day - 1)
}

const ways: readonly ((date: string, random: Random) => string)[] = [
  (date, random) => {
    const at = random.pick([3, 6, 8, 9])
    return date.slice(0, at) + String(random.below(10)) + date.slice(at + 1)
  },
  (date) => `${date.slice(0, 4)}-${date.slice(8)}-${date.slice(5, 7)}`,
  (date, random) => `${Number(date.slice(0, 4)) + (random.happens(50) ? 1 : -1)}${date.slice(4)}`,
  (date, random) => random.pick([`${date.slice(0, 4)}-01-01`, `${date.slice(0, 7)}-01`, `${date.slice(0, 7)}-15`]),
]

function isOther(date: string, day: Day, on: Day): boolean {
  const month = Number(date.slice(5, 7))
  if (month < 1 || month > 12 || Number.isNaN(Date.parse(date))) return false
  const other = dayOf(date)
  return dateOf(other) === date && other !== day && other <= on && yearOf(on) - yearOf(other) < 26
}
