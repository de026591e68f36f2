import type { Names, Sex } from './name-tables.js'
import type { Random } from './random.js'
import type { Rates } from './rates.js'

/** Draws names as parents give them. */
export class Naming {
  constructor(
    private readonly rates: Rates,
    private readonly random: Random,
  ) {}

  given(names: Names, sex: Sex): string {
    if (!this.random.happens(this.rates.names.rareGiven)) return names.given[sex].draw(this.random)
    const { starts, ends } = names.rareGiven[sex]
    return closed(this.random.pick(starts), this.random.pick(ends))
  }

  /** A given name that no other of the family has. */
  givenBeside(names: Names, sex: Sex, taken: readonly string[]): string {
    for (let tries = 0; tries < 8; tries += 1) {
      const given = this.given(names, sex)
      if (!taken.includes(given)) return given
    }
    return `${this.given(names, sex)} ${this.given(names, sex)}`
  }

  surname(names: Names): string {
    const first = this.single(names)
    if (!this.random.happens(this.rates.origins[names.code].doubleSurname)) return first
    return `${first}${this.random.happens(70) ? '-' : ' '}${this.single(names)}`
  }

  /** What a child of a family is called: some surnames follow the sex of the child. */
  surnameOf(family: string, names: Names, sex: Sex): string {
    if (names.gendered[sex].length > 0 && this.random.happens(this.rates.origins[names.code].genderedSurname))
      return this.random.pick(names.gendered[sex])
    const isInflected = names.code === 'eastern-european' && sex === 'female' && /[sc]ki$|dzki$/.test(family)
    return isInflected && this.random.happens(90) ? `${family.slice(0, -1)}a` : family
  }

  /** A name like another's, as some parents choose for twins. */
  alike(given: string): string {
    const others = 'BCDFGHJKLMNPRSTVWZ'.replace(given.charAt(0), '')
    const letter = others.charAt(this.random.below(others.length))
    return /^[A-Z][aeiouy]/.test(given) ? letter + given.slice(1) : `${letter}a${given.slice(1).toLowerCase()}`
  }

  private single(names: Names): string {
    if (!this.random.happens(this.rates.names.rareSurname)) return names.surnames.draw(this.random)
    const { starts, ends } = names.rareSurnames
    return closed(this.random.pick(starts), this.random.pick(ends))
  }
}

/** No letter thrice, and a small letter after a hyphen becomes a capital. */
function closed(start: string, end: string): string {
  const sameEdge = start.slice(-1) === end.charAt(0) && start.slice(-2, -1) === end.charAt(0)
  const name = start + (sameEdge ? end.slice(1) : end)
  return name.replace(/-\p{Ll}/gu, (edge) => edge.toUpperCase())
}
