import { parseUpn } from '#libs/identifiers'
import { seeded } from './statistics.js'

/** An invented child by its number: any of millions, without a list of them. */
export interface HeldChild {
  readonly given: string
  readonly family: string
  readonly bornOn: string
  readonly sex: 'female' | 'male'
  readonly address: string
  readonly postcode: string
  readonly upn: string
  readonly mother: { readonly given: string; readonly family: string }
}

const syllables = 'ba den fo gri hal ke lom mi nor pu ros shu ta vel wy zan ela ori una ist'.split(' ')
const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'
const areas = ['NB', 'TW', 'LK', 'SB']
const daysOfChildhood = 6_574
const lastBirthMs = Date.UTC(2026, 8, 1)
const dayMs = 86_400_000

/** The same seed and number give the same child; its pupil number is nobody else's. */
export function heldChild(seed: number, n: number): HeldChild {
  const random = seeded(seed * 7_919 + n)
  const pick = (many: number): number => Math.floor(random() * many)
  // Names repeat as names do: most children have one of few.
  const word = (parts: number): string => {
    const text = Array.from(
      { length: parts },
      () => syllables[Math.floor(random() ** 2 * syllables.length)] ?? '',
    ).join('')
    return text.charAt(0).toUpperCase() + text.slice(1)
  }
  const family = word(3)
  const outcode = `${areas[pick(areas.length)] ?? ''}${String(pick(90) + 1)}`
  return {
    given: word(2),
    family,
    bornOn: new Date(lastBirthMs - pick(daysOfChildhood) * dayMs).toISOString().slice(0, 10),
    sex: random() < 0.5 ? 'female' : 'male',
    address: `${String(pick(200) + 1)} ${word(2)} Row`,
    postcode: `${outcode} ${String(pick(9) + 1)}${letters[pick(letters.length)] ?? 'A'}${letters[pick(letters.length)] ?? 'A'}`,
    upn: upnOf(n),
    mother: { given: word(2), family },
  }
}

/** A pupil number of a school that does not exist. */
function upnOf(n: number): string {
  const rest = `999${String(n % 1_000_000_000).padStart(9, '0')}`
  const letter = Array.from(letters).find((first) => parseUpn(first + rest) !== undefined)
  if (letter === undefined) throw new Error('Every twelve digits have one check letter')
  return letter + rest
}

const columns = 'record_id,recorded_at,given,family,born_on,sex,address,postcode,upn,mother_given,mother_family'

/** Children from one number to another as a bulk file. */
export function fileOf(seed: number, from: number, until: number): string {
  const lines = [columns]
  for (let n = from; n < until; n += 1) {
    const child = heldChild(seed, n)
    const { given, family, bornOn, sex, address, postcode, upn, mother } = child
    lines.push(
      [
        `held-${String(n)}`,
        '2026-10-01T09:00:00Z',
        given,
        family,
        bornOn,
        sex,
        address,
        postcode,
        upn,
        mother.given,
        mother.family,
      ].join(','),
    )
  }
  return `${lines.join('\n')}\n`
}

/** A record of a child as `POST /v1/resolve` takes it. */
export function recordOf(
  child: HeldChild,
  of: { readonly agency: string; readonly id: string; readonly at: string },
): object {
  const { given, family, bornOn, sex, address, postcode, mother } = child
  return {
    mode: 'register',
    source: `urn:waymark:agency:${of.agency}`,
    sourceRecordId: of.id,
    recordedAt: of.at,
    names: [{ use: 'legal', given, family }],
    bornOn,
    sex,
    addresses: [{ lines: [address], postcode }],
    identifiers: [{ system: 'urn:waymark:upn', value: child.upn }],
    parents: [{ role: 'mother', ...mother }],
  }
}
