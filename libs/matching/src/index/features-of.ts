import { dayNumber } from '../calendar-day.js'
import type { Comparable } from '../comparable.js'
import type { Features } from './looser-pass.js'
import type { ProfileStore } from './profile-store.js'
import { contactKey, dayKey, mistypedKey, nhsKey, placeKey, postcodeKey, tokenKey } from './strong-keys.js'

const digits = 10

/** The features of a store, as the looser pass asks for them. */
export function featuresOf(store: ProfileStore): Features {
  return {
    rows: () => store.size,
    bornAt: (row) => store.rows.bornAt(row),
    tokens: () => store.vocabulary.size,
    givenIdAt: (row) => store.rows.givenIdAt(row),
    familyIdAt: (row) => store.rows.familyIdAt(row),
    familyIdsAt: (row) => store.rows.familyIdsAt(row),
    neighbours: (text) => store.vocabulary.neighbours(text),
    count: (token, part) => store.tokens[part].countOf(token),
    touch: (rows) => {
      store.rows.touch(rows)
    },
    bornOn: (born) => store.bornOn(dayNumber(born)),
    pairsOf: (token, part) => store.tokens[part].pairsOf(token),
    gatherAside: (token, part) => store.gatherAside(tokenKey(token, part)),
    gatherOthers: (known) => othersOf(store, known),
  }
}

function othersOf(store: ProfileStore, known: Comparable): ReturnType<Features['gatherOthers']> {
  const homes = [...known.postcodes.map(postcodeKey), ...known.places.map(placeKey)]
  const found: ReturnType<Features['gatherOthers']> = [
    ...homes.map((key) => ({ field: 'place' as const, rows: store.gatherHome(key, known) })),
    ...[...known.phones, ...known.emails].map((contact) => ({
      field: 'contact' as const,
      rows: store.gatherAside(contactKey(contact)),
    })),
    ...numberForms(known, store.hasMistyped).map((key) => ({
      field: 'number' as const,
      rows: store.gatherNumber(key),
    })),
    { field: 'birth', rows: known.born > 0 ? store.gatherAside(dayKey(known.born)) : [] },
  ]
  return found.filter(({ rows }) => rows.length > 0)
}

/** A number as it is, and as it may have been mistyped: a digit replaced, left out or doubled, or two exchanged. */
function numberForms({ nhsNumbers, mistypedNhsNumbers }: Comparable, hasMistyped: boolean): readonly number[] {
  const texts = (hasMistyped ? nhsNumbers : []).map(({ value }) => String(value).padStart(digits, '0'))
  return [
    ...texts.flatMap((text) => [...slipsOf(text)].map(mistypedKey)),
    ...mistypedNhsNumbers.flatMap((text) => [...slipsOf(text)].filter((slip) => slip.length === digits).map(nhsKey)),
  ]
}

function slipsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (let at = 0; at <= text.length; at += 1) {
    const [start, rest] = [text.slice(0, at), text.slice(at)]
    found.add(start + rest.slice(1))
    if (rest.length > 1) found.add(start + rest.charAt(1) + rest.charAt(0) + rest.slice(2))
    for (let digit = 0; digit < 10; digit += 1) {
      found.add(`${start}${digit}${rest}`)
      if (rest !== '') found.add(`${start}${digit}${rest.slice(1)}`)
    }
  }
  return found
}
