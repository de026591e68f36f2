import { parseNhsNumber, parseUpn } from '#libs/identifiers'

/** An invented child, as agencies describe one; the spellings are each agency's own. */
export interface CastChild {
  readonly given: string
  readonly family: string
  readonly bornOn: string
  readonly sex: 'female' | 'male'
  readonly nhsNumber: string
  readonly upn: string
  readonly mother: { readonly given: string; readonly family: string }
  readonly address: { readonly lines: readonly string[]; readonly postcode: string; readonly uprn: string }
  readonly birthOrder: { readonly order: number; readonly of: number }
}

/** Everybody the demonstration is about. */
export interface Cast {
  readonly amina: CastChild
  readonly leo: CastChild
  /** Leo's twin: the same birthday, mother and address. */
  readonly mia: CastChild
  readonly hidden: CastChild
  /** Known to nobody but the hospital. */
  readonly stranger: CastChild
  readonly pupil: CastChild
}

const families = ['Begum-Khan', 'Cole', 'Osei', 'Nowak', 'Hartley', 'Fairweather', 'Okafor', 'Lindqvist', 'Pemberton']
const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/**
 * The cast of one run. Each run has children of its own, so the demonstration can be told again on the same hub.
 *
 * @param run - 0 to 9,999; the same number gives the same children
 */
export function castOf(run: number): Cast {
  const child = (part: number, about: Pick<CastChild, 'given' | 'sex'> & Partial<CastChild>): CastChild => ({
    family: families[(run + part) % families.length] ?? 'Cole',
    bornOn: dayOf(run * 7 + part * 411),
    nhsNumber: nhsNumberOf(run * 10 + part),
    upn: upnOf(run * 10 + part),
    mother: {
      given: ['Nasreen', 'Carol', 'Adwoa', 'Kasia', 'Jill', 'Wren'][part] ?? 'Ann',
      family: surnameOf(run, part),
    },
    address: addressOf(run, part),
    birthOrder: { order: 1, of: 1 },
    ...about,
  })
  const leo = child(1, { given: 'Leo', sex: 'male', birthOrder: { order: 1, of: 2 } })
  return {
    amina: child(0, { given: 'Amina', sex: 'female' }),
    leo,
    mia: {
      ...leo,
      given: 'Mia',
      sex: 'female',
      birthOrder: { order: 2, of: 2 },
      nhsNumber: nhsNumberOf(run * 10 + 6),
      upn: upnOf(run * 10 + 6),
    },
    hidden: child(2, { given: 'Esi', sex: 'female' }),
    stranger: child(3, { given: 'Kuba', sex: 'male' }),
    pupil: child(4, { given: 'Rowan', sex: 'male' }),
  }
}

function surnameOf(run: number, part: number): string {
  return (families[(run + part) % families.length] ?? 'Cole').split('-')[0] ?? 'Cole'
}

function dayOf(seed: number): string {
  return new Date(Date.UTC(2016, 2, 3) + (seed % 2900) * 86_400_000).toISOString().slice(0, 10)
}

function addressOf(run: number, part: number): CastChild['address'] {
  const unit = `${letters[run % 23] ?? 'A'}${letters[(run + part * 5) % 23] ?? 'B'}`
  const postcode = `NB${(part % 8) + 1} ${(run % 9) + 1}${unit}`
  return { lines: [`${(run % 90) + part + 1} Invented Row`], postcode, uprn: String(990_000_000 + run * 10 + part) }
}

/** A number of the range set aside for tests, 999 and six more digits, with its check digit. */
function nhsNumberOf(seed: number): string {
  for (let serial = (seed * 7) % 1_000_000; ; serial = (serial + 1) % 1_000_000) {
    const nine = `999${String(serial).padStart(6, '0')}`
    const digit = Array.from('0123456789').find((last) => parseNhsNumber(nine + last) !== undefined)
    if (digit !== undefined) return nine + digit
  }
}

function upnOf(seed: number): string {
  const rest = `9999999${String(seed % 100_000).padStart(5, '0')}`
  const letter = Array.from(letters).find((first) => parseUpn(first + rest) !== undefined)
  if (letter === undefined) throw new Error('Every twelve digits have one check letter')
  return letter + rest
}
