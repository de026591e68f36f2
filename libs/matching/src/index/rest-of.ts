import { dayNumber } from '../calendar-day.js'
import type { Comparable } from '../comparable.js'
import type { Profile } from '../profile.js'
import { nhsFrom } from './row-codes.js'
import { flag } from './row-words.js'

type Field = keyof Profile

/** What a profile says beyond the words of its row. */
export type Rest = Partial<Profile>

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
/** What a row may say beyond its words and still be known by them. */
const littleMore: ReadonlySet<string> = new Set<keyof Profile>([
  'ulns',
  'locals',
  'masterIndexes',
  'otherParents',
  'phones',
  'emails',
  'lastEventOn',
  'diedOn',
])

/** The part of a profile that does not fit the words of a row, if any; each field is wholly in the one or the other. */
export function restOf(profile: Profile, known: Comparable, room: Room): Rest | undefined {
  if (isOfWords(profile, known, room)) return undefined
  const fields: Field[] = []
  for (const field of never) if (isSaid(profile[field])) fields.push(field)
  for (const field of sometimes) if (!doesFit[field](profile, known, room)) fields.push(field)
  return fields.length === 0 ? undefined : Object.fromEntries(fields.map((field) => [field, profile[field]]))
}

/** Whether the words of a row hold all. Those of most do: no list of fields is gone through to know that. */
function isOfWords(profile: Profile, known: Comparable, room: Room): boolean {
  return isPlain(profile) && isPlainPerson(profile, known) && doesFitAll(known, room)
}

/** Whether a profile says nothing that no row has words for. */
function isPlain(profile: Profile): boolean {
  const { others, earlierBornOn, mistypedNhsNumbers, lastEventOn, diedOn } = profile
  if (lastEventOn !== undefined || diedOn !== undefined) return false
  return others.length + earlierBornOn.length + mistypedNhsNumbers.length === 0 && hasNoFurther(profile)
}

function hasNoFurther({ ulns, locals, masterIndexes, otherParents, phones, emails }: Profile): boolean {
  return ulns.length + locals.length + masterIndexes.length + otherParents.length + phones.length + emails.length === 0
}

function isPlainPerson(profile: Profile, known: Comparable): boolean {
  const { bornOn, recordedOn, places } = profile
  if (!isWhole(bornOn, known.bornDay) || !isWhole(recordedOn, known.recordedDay) || places.length > 1) return false
  return isSmall(known.order) && isSmall(known.of) && isPlainMother(profile, known)
}

function doesFitAll(known: Comparable, room: Room): boolean {
  if (!isOneNhsNumber(known) || !isOneUpn(known) || !isOnePostcode(known, room)) return false
  const { schools, practices } = known
  return schools.length < 2 && room.fits(0, schools) && practices.length < 2 && room.fits(0, practices)
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

/** Whether names, or the day of birth, are part of it. */
export function hasNames({ others, bornOn }: Rest): boolean {
  return others !== undefined || bornOn !== undefined
}

/** How a row tells that it says more than its words hold. */
export function restFlag(rest: Rest): number {
  return Object.keys(rest).every((field) => littleMore.has(field)) ? flag.rest : flag.rest | flag.much
}
