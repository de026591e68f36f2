import { dayOf, yearOf, type Child, type Day, type Home, type Mother } from './child.js'
import type { Names, Sex } from './name-tables.js'
import { Naming } from './naming.js'
import type { Numbers } from './numbers.js'
import type { Place, Places } from './places.js'
import type { Random } from './random.js'
import { originCodes, type Rates } from './rates.js'

/** What the children of one household share while it is being invented. */
interface Household {
  readonly number: number
  readonly names: Names
  readonly family: string
  readonly father: string
  readonly mother: Mother
  readonly homes: readonly [Home, ...Home[]]
  readonly taken: string[]
}

/** How one birth of a household differs from the next. */
interface Birth {
  readonly bornOn: Day
  readonly order: number
  readonly of: number
  readonly multiple: number | undefined
}

const yearDays = 365.25
const none: readonly string[] = []

/** Invents families one after the other; what it remembers does not grow with their number. */
export class Families {
  private readonly naming: Naming
  private readonly end: Day
  private readonly begin: Day
  private readonly originShares: readonly number[]
  private readonly homeRandom: Random
  private households = 0
  private people = 0
  private multiples = 0
  private successions = 0

  constructor(
    private readonly world: {
      readonly rates: Rates
      readonly names: readonly Names[]
      readonly places: Places
      readonly numbers: Numbers
      readonly seed: number
      readonly children: number
    },
    private readonly random: Random,
    spare: Random,
  ) {
    this.naming = new Naming(world.rates, random)
    this.end = dayOf(world.rates.referenceDate)
    this.begin = this.end - Math.floor(world.rates.years * yearDays)
    this.originShares = originCodes.map((code) => world.rates.origins[code].share)
    this.homeRandom = spare
  }

  /** The next family, and with it a relative's child of the same name if there is one. */
  next(): readonly Child[] {
    const { rates } = this.world
    const household = this.household()
    const children = this.births().flatMap((bornOn, at) => this.bornTogether(household, bornOn, at > 0))
    const [first] = children
    if (first && this.random.happens(rates.households.relativesWithOneName))
      return [...children, this.relative(first, household)]
    return children
  }

  /** The identity that an adoption gives a child: a new number, surname, home and mother, and most keep their given name. */
  adopted(child: Child, on: Day): readonly [Child, Child] {
    const { households } = this.world.rates
    const succession = this.successions++
    const household = this.household()
    const given = this.random.happens(households.adoptedKeepsGivenName)
      ? child.given
      : this.naming.givenBeside(child.names, child.sex, [child.given])
    const after: Child = {
      ...this.child(
        household,
        { bornOn: child.bornOn, order: child.order, of: child.of, multiple: undefined },
        child.sex,
      ),
      names: child.names,
      given,
      middle: child.middle,
      short: child.names.nicknames.get(given) ?? none,
      family: household.family,
      from: on,
      succession,
    }
    return [{ ...child, until: on, succession, isSealed: true }, after]
  }

  private household(): Household {
    const { rates, names } = this.world
    const rateOf = rates.households
    const own = names[this.random.weighted(this.originShares)] as Names
    const mothers = this.random.happens(rateOf.mixedOrigin)
      ? (names[this.random.weighted(this.originShares)] as Names)
      : own
    const family = this.naming.surname(own)
    const keeps = this.random.happens(rateOf.motherKeepsOwnSurname)
    const mother = {
      given: this.naming.given(mothers, 'female'),
      family: this.naming.surnameOf(keeps ? this.naming.surname(mothers) : family, own, 'female'),
      bornOn: this.begin - this.random.between(Math.floor(18 * yearDays), Math.floor(38 * yearDays)),
    }
    const father = this.naming.given(own, 'male')
    return { number: this.households++, names: own, family, father, mother, homes: this.homes(), taken: [] }
  }

  private homes(): readonly [Home, ...Home[]] {
    const { rates, places } = this.world
    let place: Place = places.anywhere(this.random)
    const first: Home = { from: this.begin - 3000, place }
    const later: Home[] = []
    for (let day = this.begin - 1500; day < this.end; day += 365) {
      if (!this.random.happens(rates.households.moves)) continue
      place = places.near(place, this.random, rates)
      later.push({ from: day + this.random.below(365), place })
    }
    return [first, ...later]
  }

  /** Days of birth: the first anywhere in the years of the world, the others before or after it. */
  private births(): readonly Day[] {
    const many = 1 + this.random.weighted(this.world.rates.households.birthsWeights)
    const days = [this.begin + this.random.below(this.end - this.begin)]
    while (days.length < many) {
      const gap = this.random.between(450, 1700)
      const [latest, earliest] = [Math.max(...days), Math.min(...days)]
      if (latest + gap < this.end) days.push(latest + gap)
      else if (earliest - gap >= this.begin) days.push(earliest - gap)
      else break
    }
    return days
  }

  private bornTogether(household: Household, bornOn: Day, isLater: boolean): readonly Child[] {
    const { households, origins } = this.world.rates
    const isHalf = isLater && this.random.happens(households.halfSiblingsOfLaterBirths)
    const ofBirth = isHalf ? { ...household, family: this.naming.surname(household.names) } : household
    const isNewYear = this.random.happens(origins[household.names.code].newYearBirth)
    const recorded = isNewYear ? Math.max(this.begin, dayOf(`${yearOf(bornOn)}-01-01`)) : bornOn
    if (!this.random.happens(households.multipleBirths))
      return [this.child(ofBirth, { bornOn: recorded, order: 1, of: 1, multiple: undefined }, this.sex())]
    const of = this.random.happens(households.tripletsOfMultiples) ? 3 : 2
    const multiple = this.multiples++
    const first = this.child(ofBirth, { bornOn: recorded, order: 1, of, multiple }, this.sex())
    const others = Array.from({ length: of - 1 }, (_, at) => this.twinOf(first, ofBirth, at + 2))
    return [first, ...others]
  }

  private twinOf(first: Child, household: Household, order: number): Child {
    const { sameSexOfMultiples, similarNamesOfSameSexMultiples } = this.world.rates.households
    const isSame = this.random.happens(sameSexOfMultiples)
    const sex = isSame ? first.sex : first.sex === 'male' ? 'female' : 'male'
    const { bornOn, of, multiple } = first
    const twin = { ...this.child(household, { bornOn, order, of, multiple }, sex), homes: first.homes }
    if (!isSame || !this.random.happens(similarNamesOfSameSexMultiples)) return twin
    const given = this.naming.alike(first.given)
    return { ...twin, given, short: none }
  }

  private child(household: Household, { bornOn, order, of, multiple }: Birth, sex: Sex): Child {
    const { rates, numbers } = this.world
    const { names, number, mother } = household
    const given = this.naming.givenBeside(names, sex, household.taken)
    household.taken.push(given)
    const { family, before } = this.surnames(household, bornOn, sex)
    return {
      person: this.people++,
      household: number,
      names,
      sex,
      bornOn,
      given,
      middle: this.middle(household, sex),
      short: this.short(names, given, sex),
      family,
      before,
      order,
      of,
      multiple,
      nhs: numbers.nextNhs(),
      upn: numbers.nextUpn(yearOf(bornOn) + 4),
      uln: numbers.nextUln(),
      mother,
      homes: this.random.happens(rates.households.inCare) ? this.intoCare(household, bornOn) : household.homes,
      from: bornOn,
      until: this.end,
      succession: undefined,
      isSealed: false,
    }
  }

  private short(names: Names, given: string, sex: Sex): readonly string[] {
    const alias = names.aliases[sex]
    if (alias.length > 0 && this.random.happens(this.world.rates.errors.eastAsianAlias))
      return [this.random.pick(alias)]
    return names.nicknames.get(given) ?? none
  }

  private middle(household: Household, sex: Sex): string {
    if (!this.random.happens(this.world.rates.origins[household.names.code].middle)) return ''
    return household.names.code === 'arabic-speaking' ? household.father : this.naming.given(household.names, sex)
  }

  private surnames(household: Household, bornOn: Day, sex: Sex): Pick<Child, 'family' | 'before'> {
    const family = this.naming.surnameOf(household.family, household.names, sex)
    const years = (this.end - bornOn) / yearDays
    if (!this.random.happens(years * this.world.rates.households.surnameChange)) return { family, before: undefined }
    const next = this.random.happens(40) ? household.mother.family : this.naming.surname(household.names)
    if (next === family) return { family, before: undefined }
    return { family: next, before: { family, until: bornOn + 60 + this.random.below(this.end - bornOn) } }
  }

  /** A children's home or a foster family: an address that many unrelated children have had. */
  private intoCare(household: Household, bornOn: Day): Child['homes'] {
    const { inCareInAHome, childrenPerHome } = this.world.rates.households
    const homes = Math.max(1, Math.floor(this.world.children / childrenPerHome))
    const isHome = this.random.happens(inCareInAHome)
    const number = isHome ? this.random.below(homes) : homes + this.random.below(homes * 20)
    const place = this.world.places.home(number, this.world.seed, this.homeRandom)
    const from = bornOn + this.random.below(Math.max(1, this.end - bornOn))
    const [first, ...later] = household.homes
    return [first, ...later.filter((home) => home.from < from), { from, place }]
  }

  private relative(like: Child, near: Household): Child {
    const { relativesAtOneAddress, relativesBornTheSameDay } = this.world.rates.households
    const other = this.household()
    const isSameDay = this.random.happens(relativesBornTheSameDay)
    const bornOn = isSameDay ? like.bornOn : this.begin + this.random.below(this.end - this.begin)
    const homes = this.random.happens(relativesAtOneAddress) ? near.homes : other.homes
    const child = this.child(
      { ...other, names: near.names },
      { bornOn, order: 1, of: 1, multiple: undefined },
      like.sex,
    )
    return { ...child, given: like.given, family: like.family, short: like.short, homes }
  }

  private sex(): Sex {
    return this.random.happens(51.2) ? 'male' : 'female'
  }
}
