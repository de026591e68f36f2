import { dayNumber } from '../calendar-day.js'
import type { Comparable } from '../comparable.js'
import type { Profile } from '../profile.js'
import { nhsFrom } from './row-codes.js'

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

/** The part of a profile that does not fit the words of a row, if any; each field is wholly in the one or the other. */
export function restOf(profile: Profile, known: Comparable, room: Room): Partial<Profile> | undefined {
  const fields: Field[] = []
  for (const field of never) if (isSaid(profile[field])) fields.push(field)
  for (const field of sometimes) if (!doesFit[field](profile, known, room)) fields.push(field)
  return fields.length === 0 ? undefined : Object.fromEntries(fields.map((field) => [field, profile[field]]))
}

type Fit = (profile: Profile, known: Comparable, room: Room) => boolean

const doesFit = {
  bornOn: ({ bornOn }, { bornDay }) => isWhole(bornOn, bornDay),
  recordedOn: ({ recordedOn }, { recordedDay }) => isWhole(recordedOn, recordedDay),
  birthOrder: (_, { order, of }) => isSmall(order) && isSmall(of),
  places: ({ places }) => places.length < 2,
  postcodes: (_, known, room) => isOnePostcode(known, room),
  nhsNumbers: (_, known) => isOneNhsNumber(known),
  upns: (_, known) => isOneUpn(known),
  mother: isPlainMother,
  schools: (_, { schools }, room) => schools.length < 2 && room.fits(0, schools),
  practices: (_, { practices }, room) => practices.length < 2 && room.fits(0, practices),
} as const satisfies Partial<Record<Field, Fit>>
const sometimes = Object.keys(doesFit) as readonly (keyof typeof doesFit)[]

function isSaid(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}

/** Whether a date is kept whole as a day number of sixteen bits. */
function isWhole(iso: string | undefined, day: number): boolean {
  return iso === undefined || (day > 0 && day <= 0xffff)
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

function isPlainMother({ mother }: Profile, known: Comparable): boolean {
  if (!mother) return true
  return (
    mother.given.length < 2 &&
    isWhole(mother.bornOn, dayNumber(known.mother?.born ?? 0)) &&
    mother.nhsNumber === undefined &&
    mother.family.length + mother.given.length > 0
  )
}
