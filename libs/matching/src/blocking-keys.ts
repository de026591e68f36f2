import { comparableOf, type Comparable } from './comparable.js'
import type { NameForm } from './name-form.js'
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
export function blockingKeys(profile: Profile, cut: Comparable = comparableOf(profile)): BlockingKeys {
  const forms = cut.names
  const mother = motherOf(cut)
  const dates = [profile.bornOn, ...profile.earlierBornOn].filter((date) => date !== undefined)
  const strong = unique([
    ...numberKeys(profile),
    ...keysOf(
      'dob+surname',
      product(
        dates,
        forms.map(({ surname }) => surname?.sound ?? ''),
      ),
    ),
    ...keysOf('dob+postcode', product(dates, profile.postcodes)),
    ...keysOf('mother+dob', product(dates, [mother])),
  ])
  return {
    strong,
    all: unique([
      ...strong,
      ...localKeys(profile),
      ...dates.flatMap((date) => dateKeys(date, forms, { mother, postcodes: profile.postcodes })),
      ...nameKeys(forms, profile),
    ]),
  }
}

function localKeys({ locals }: Profile): readonly string[] {
  return locals.map(({ source, value }) => `local|${source}|${value}`)
}

function numberKeys(profile: Profile): readonly string[] {
  const { nhsNumbers, upns, ulns, mistypedNhsNumbers } = profile
  return [
    ...[...nhsNumbers.map(({ value }) => value), ...mistypedNhsNumbers].map((value) => `nhs|${value}`),
    ...upns.map(({ value }) => `upn|${value}`),
    ...ulns.map(({ value }) => `uln|${value}`),
  ]
}

function dateKeys(
  date: string,
  forms: readonly NameForm[],
  { mother, postcodes }: { readonly mother: string; readonly postcodes: readonly string[] },
): readonly string[] {
  const [year, month, day] = [date.slice(0, 4), date.slice(5, 7), date.slice(8)]
  const swapped = Number(day) <= 12 ? [date, `${year}-${day}-${month}`].sort()[0] : undefined
  const outcodes = unique(postcodes.map(outcodeOf))
  return forms.flatMap((form) => {
    const { given, surname, givenSound, surnameSound } = textsOf(form)
    return [
      ...keysOf('dob+given+outcode', product([date], [givenSound], outcodes)),
      ...keysOf('given+surname+year', product([given], [surname], [year])),
      ...keysOf('names+dob', product([[given, surname].sort().join('|')], [date])),
      ...keysOf('mother+given+month', product([mother], [givenSound], [`${year}-${month}`])),
      ...(swapped === undefined ? [] : keysOf('swapped+surname', product([swapped], [surnameSound]))),
      ...keysOf('starts+year', product([surname.slice(0, 2)], [given.slice(0, 2)], [year])),
    ]
  })
}

function nameKeys(forms: readonly NameForm[], profile: Profile): readonly string[] {
  return forms
    .map(textsOf)
    .flatMap(({ givenSound, surnameSound }) => [
      ...keysOf('given+postcode', product([givenSound], profile.postcodes)),
      ...keysOf('surname+postcode', product([surnameSound], profile.postcodes)),
    ])
}

function motherOf({ mother }: Comparable): string {
  if (!mother) return ''
  const { givenSound, surnameSound } = textsOf(mother.name)
  return `${givenSound}|${surnameSound}`
}

/** Empty where a part is missing, so that no key is made of it. */
const missing = { text: '', sound: '' }

function textsOf({ first, surname }: NameForm) {
  const [given, family] = [first ?? missing, surname ?? missing]
  return { given: given.text, surname: family.text, givenSound: given.sound, surnameSound: family.sound }
}

function keysOf(kind: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `${kind}|${value}`)
}

/** Every combination of one of each, none where a part is missing. */
function product(...parts: readonly (readonly string[])[]): readonly string[] {
  let made: readonly string[] = ['']
  for (const values of parts) {
    const longer: string[] = []
    for (const start of made)
      for (const value of values)
        if (value !== '' && value !== '|') longer.push(start === '' ? value : `${start}|${value}`)
    made = longer
  }
  return made
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
