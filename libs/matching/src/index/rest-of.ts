import type { Comparable } from '../comparable.js'
import type { Profile } from '../profile.js'
import { isKept, nhsFrom } from './row-codes.js'

type Field = keyof Profile

/** Says whether numbers and parts of postcodes still fit the words of a row. */
interface Room {
  readonly fits: (postcode: number, institutions: readonly number[]) => boolean
}

/** Fields that no row has words for. */
const never: readonly Field[] = [
  'others',
  'earlierBornOn',
  'lastEventOn',
  'diedOn',
  'ulns',
  'mistypedNhsNumbers',
  'locals',
  'masterIndexes',
  'otherParents',
  'phones',
  'emails',
]
const upnCodes = 2 ** 48

/** The part of a profile that does not fit the words of a row; each field is wholly in the one or the other. */
export function restOf(profile: Profile, known: Comparable, room: Room): Partial<Profile> {
  const doesFit: Partial<Record<Field, boolean>> = {
    bornOn: isKept(profile.bornOn),
    recordedOn: isKept(profile.recordedOn),
    birthOrder: isSmall(known.order) && isSmall(known.of),
    places: profile.places.length < 2,
    postcodes: isOnePostcode(known, room),
    nhsNumbers: isOneNhsNumber(known),
    upns: isOneUpn(known),
    mother: isPlainMother(profile),
    schools: known.schools.length < 2 && room.fits(0, known.schools),
    practices: known.practices.length < 2 && room.fits(0, known.practices),
  }
  const fields = [...never.filter((field) => isSaid(profile[field])), ...unfit(doesFit)]
  return Object.fromEntries(fields.map((field) => [field, profile[field]]))
}

function unfit(doesFit: Partial<Record<Field, boolean>>): readonly Field[] {
  return (Object.keys(doesFit) as Field[]).filter((field) => doesFit[field] === false)
}

function isSaid(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}

function isSmall(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < 8
}

/** None, or one that fits; likewise below. */
function isOnePostcode({ postcodes }: Comparable, room: Room): boolean {
  return postcodes.length < 2 && room.fits(postcodes[0] ?? 0, [])
}

function isOneNhsNumber({ nhsNumbers }: Comparable): boolean {
  return nhsNumbers.length < 2 && isNhsNumber(nhsNumbers[0]?.value)
}

function isOneUpn({ upns }: Comparable): boolean {
  return upns.length < 2 && (upns[0]?.value ?? 0) < upnCodes
}

function isNhsNumber(value: number | undefined): boolean {
  return value === undefined || (value < 10 ** 10 && nhsFrom(Math.floor(value / 10) + 1) === value)
}

function isPlainMother({ mother }: Profile): boolean {
  if (!mother) return true
  return (
    mother.given.length < 2 &&
    isKept(mother.bornOn) &&
    mother.nhsNumber === undefined &&
    mother.family.length + mother.given.length > 0
  )
}
