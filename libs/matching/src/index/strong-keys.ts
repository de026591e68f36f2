import { monthOf, swapDayAndMonth, yearOf, type CalendarDay } from '../calendar-day.js'
import type { Comparable } from '../comparable.js'
import type { NameForm } from '../name-form.js'
import { hashOf, outcodeOf } from '../number-codes.js'
import type { Token } from '../token.js'
import { mix, mixLong } from './mix.js'
import { startOf } from './token-codes.js'
import type { Vocabulary } from './vocabulary.js'

/** The keys a row is linked under, each in its place; other keys of a row are kept aside. */
export const strongSlots = 8
/** The place of a key that stands for where a child lives. */
export const residenceSlot = 5
/** The places of the keys. */
export const slot = {
  nhs: 0,
  upn: 1,
  birthSurname: 2,
  birthGiven: 3,
  fullName: 4,
  residence: 5,
  mother: 6,
  starts: 7,
} as const
const kind = {
  place: 16,
  uln: 17,
  mistyped: 18,
  local: 19,
  refined: 20,
  family: 21,
  given: 22,
  contact: 23,
  day: 24,
} as const
/** Place of a key that no row is linked under: it is kept aside. */
const aside = 8

/** Sex, year of birth and outward part of the postcode: by these a long list is cut short; 0 is *not known*. */
export function refinedKey(key: number, sex: number, year: number, outcode: number): number {
  return mix(kind.refined, key, sex * 4096 + year, outcode)
}

/** The key of an address, where it stands for the place a child lives at. */
export function placeKey(place: number): number {
  return mixLong(kind.place, place)
}

export function postcodeKey(postcode: number): number {
  return mixLong(slot.residence, postcode)
}

/** The key of a further token of a family name, or of a name besides the main one. */
export function tokenKey(token: Token, part: 'family' | 'given'): number {
  return mix(kind[part], token.id)
}

export function contactKey(contact: number): number {
  return mixLong(kind.contact, contact)
}

/** The key of an NHS number. */
export function nhsKey(text: string): number {
  return numberKey(slot.nhs, Number(text))
}

/** The key of a text that is nearly an NHS number. */
export function mistypedKey(text: string): number {
  return mixLong(kind.mistyped, hashOf(text))
}

export function dayKey(born: CalendarDay): number {
  return mix(kind.day, born)
}

/** A key with its place, as one number. */
export type PlacedKey = number

export function keyIn(placed: PlacedKey): number {
  return Math.floor(placed / 32)
}

export function slotIn(placed: PlacedKey): number {
  return placed % 32
}

function placed(key: number, place: number): PlacedKey {
  return key === 0 ? 0 : key * 32 + place
}

/** A record has few keys: to look through them takes less than to hash each. */
function addOnce(found: PlacedKey[], one: PlacedKey): void {
  if (one !== 0 && !found.includes(one)) found.push(one)
}

/** Makes the strong keys of identity.md §3 as numbers; names stand in them by their numbers in a vocabulary. */
export class StrongKeys {
  constructor(private readonly vocabulary: Vocabulary) {}

  /** Every key under which a record is to be found: of all its names, dates, postcodes and numbers. */
  all(known: Comparable): PlacedKey[] {
    const found: PlacedKey[] = []
    addNumbers(found, known)
    addHomes(found, known)
    for (const name of known.names)
      for (const born of [known.born, ...known.earlierBorn]) this.addNamed(found, known, name, born)
    return found
  }

  /** Every key by which a record looks for others: also as if names, or day and month, had been exchanged. */
  query(known: Comparable): PlacedKey[] {
    const found = this.all(known)
    for (const place of known.places) addOnce(found, placed(placeKey(place), slot.residence))
    for (const text of known.mistypedNhsNumbers) addOnce(found, placed(numberKey(slot.nhs, Number(text)), slot.nhs))
    const swapped = known.born === 0 ? 0 : swapDayAndMonth(known.born)
    for (const name of known.names) {
      addOnce(found, placed(birthSurname(known.born, this.soundOf(name.first)), slot.birthSurname))
      addOnce(found, placed(birthSurname(swapped, this.soundOf(name.surname)), slot.birthSurname))
    }
    return found
  }

  private addNamed(found: PlacedKey[], known: Comparable, name: NameForm, born: CalendarDay): void {
    const { first, surname } = name
    const sound = this.soundOf(first)
    addOnce(found, placed(birthSurname(born, this.soundOf(surname)), slot.birthSurname))
    for (const postcode of known.postcodes) addOnce(found, placed(birthGiven(born, sound, postcode), slot.birthGiven))
    addOnce(found, placed(fullName(born, first?.id ?? -1, surname?.id ?? -1), slot.fullName))
    addOnce(found, placed(this.motherOf(known, sound, born), slot.mother))
    addOnce(found, placed(starts(born, startOf(first), startOf(surname)), slot.starts))
  }

  private motherOf({ mother }: Comparable, sound: number, born: CalendarDay): number {
    return motherKey(this.soundOf(mother?.name.first), this.soundOf(mother?.name.surname), sound, born)
  }

  private soundOf(token: Token | undefined): number {
    return token ? this.vocabulary.soundOf(token) : 0
  }
}

/** The key of a day of birth and the number of a surname's sound; 0 where a part is missing, here and below. */
export function birthSurname(born: CalendarDay, sound: number): number {
  return born === 0 || sound === 0 ? 0 : mix(slot.birthSurname, born, sound)
}

/** The key of a day of birth, the number of a given name's sound, and the outward part of a postcode. */
export function birthGiven(born: CalendarDay, sound: number, postcode: number): number {
  return born === 0 || sound === 0 || postcode === 0 ? 0 : mix(slot.birthGiven, born, sound, outcodeOf(postcode))
}

/** The key of the sounds of the mother's names and of the child's given name, and the month of its birth. */
export function motherKey(one: number, two: number, three: number, born: CalendarDay): number {
  if (one === 0 || two === 0 || three === 0 || born === 0) return 0
  return mix(slot.mother, mix(slot.mother, one, two), three, yearOf(born) * 12 + monthOf(born))
}

/** The key of a personal number. */
export function numberKey(place: number, value: number | undefined): number {
  return value === undefined || !(value > 0) ? 0 : mixLong(place, value)
}

function addNumbers(found: PlacedKey[], known: Comparable): void {
  for (const { value } of known.nhsNumbers) addOnce(found, placed(numberKey(slot.nhs, value), slot.nhs))
  for (const { value } of known.upns) addOnce(found, placed(numberKey(slot.upn, value), slot.upn))
  for (const { value } of known.ulns) addOnce(found, placed(mixLong(kind.uln, value), aside))
  for (const text of known.mistypedNhsNumbers) addOnce(found, placed(mistypedKey(text), aside))
  for (const { source, value } of known.locals)
    addOnce(found, placed(mix(kind.local, source >>> 0, value >>> 0), aside))
}

/** Postcodes, or addresses where no postcode is known. */
function addHomes(found: PlacedKey[], { postcodes, places }: Comparable): void {
  for (const postcode of postcodes) addOnce(found, placed(postcodeKey(postcode), slot.residence))
  if (postcodes.length === 0) for (const place of places) addOnce(found, placed(placeKey(place), slot.residence))
}

/** The key of a postcode, or of an address where no postcode is known. */
export function residence(postcode: number, place: number): number {
  if (postcode > 0) return postcodeKey(postcode)
  return place > 0 ? placeKey(place) : 0
}

/** The key of the numbers of given name and surname, and the year of birth. */
export function fullName(born: CalendarDay, first: number, surname: number): number {
  return born === 0 || first < 0 || surname < 0 ? 0 : mix(slot.fullName, yearOf(born), first, surname)
}

/** The key of the beginnings of given name and surname, and the year of birth. */
export function starts(born: CalendarDay, first: number, surname: number): number {
  return born === 0 || first === 0 || surname === 0 ? 0 : mix(slot.starts, yearOf(born), first, surname)
}
