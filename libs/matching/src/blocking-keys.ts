import { doubleMetaphone } from 'double-metaphone'
import { formOf, type NameForm } from './compare-names.js'
import { outcodeOf } from './normalise-place.js'
import type { Profile } from './profile.js'

/**
 * Keys under which a profile is found: two profiles that share one are compared. They hold personal data and must be
 * hashed under a secret key before they are stored.
 */
interface BlockingKeys {
  /** Those that decide which commits must wait for each other. */
  readonly strong: readonly string[]
  readonly all: readonly string[]
}

/** The blocking keys of a profile; a key with a missing part is not made. */
export function blockingKeys(profile: Profile): BlockingKeys {
  const forms = [profile.name, ...profile.others].map(formOf)
  const dates = [profile.bornOn, ...profile.earlierBornOn].filter((date) => date !== undefined)
  const strong = unique([
    ...numberKeys(profile),
    ...keysOf(
      'dob+surname',
      product(
        dates,
        forms.map(({ surname }) => soundOf(surname)),
      ),
    ),
    ...keysOf('dob+postcode', product(dates, profile.postcodes)),
    ...keysOf('mother+dob', product(dates, [motherOf(profile)])),
  ])
  return {
    strong,
    all: unique([...strong, ...dates.flatMap((date) => dateKeys(date, forms, profile)), ...nameKeys(forms, profile)]),
  }
}

function numberKeys(profile: Profile): readonly string[] {
  const { nhsNumbers, upns, ulns, mistypedNhsNumbers } = profile
  return [
    ...[...nhsNumbers.map(({ value }) => value), ...mistypedNhsNumbers].map((value) => `nhs|${value}`),
    ...upns.map(({ value }) => `upn|${value}`),
    ...ulns.map(({ value }) => `uln|${value}`),
  ]
}

function dateKeys(date: string, forms: readonly NameForm[], profile: Profile): readonly string[] {
  const [year, month, day] = [date.slice(0, 4), date.slice(5, 7), date.slice(8)]
  const swapped = Number(day) <= 12 ? [date, `${year}-${day}-${month}`].sort()[0] : undefined
  const outcodes = unique(profile.postcodes.map(outcodeOf))
  return forms.flatMap(({ first, surname }) => [
    ...keysOf('dob+given+outcode', product([date], [soundOf(first)], outcodes)),
    ...keysOf('given+surname+year', product([first], [surname], [year])),
    ...keysOf('names+dob', product([[first, surname].sort().join('|')], [date])),
    ...keysOf('mother+given+month', product([motherOf(profile)], [soundOf(first)], [`${year}-${month}`])),
    ...(swapped === undefined ? [] : keysOf('swapped+surname', product([swapped], [soundOf(surname)]))),
    ...keysOf('starts+year', product([surname.slice(0, 2)], [first.slice(0, 2)], [year])),
  ])
}

function nameKeys(forms: readonly NameForm[], profile: Profile): readonly string[] {
  return forms.flatMap(({ first, surname }) => [
    ...keysOf('given+postcode', product([soundOf(first)], profile.postcodes)),
    ...keysOf('surname+postcode', product([soundOf(surname)], profile.postcodes)),
  ])
}

function motherOf({ mother }: Profile): string {
  return mother ? [soundOf(formOf(mother).first), soundOf(formOf(mother).surname)].join('|') : ''
}

function soundOf(name: string): string {
  return name === '' ? '' : doubleMetaphone(name)[0]
}

function keysOf(kind: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `${kind}|${value}`)
}

/** Every combination of one of each, none where a part is missing. */
function product(...parts: readonly (readonly string[])[]): readonly string[] {
  return parts
    .map((values) => values.filter((value) => value !== '' && value !== '|'))
    .reduce(
      (made, values) => made.flatMap((start) => values.map((value) => (start === '' ? value : `${start}|${value}`))),
      [''],
    )
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
