import { readIdentifier } from '#libs/identifiers'
import type { RecordDetails } from '#libs/matching'
import type { ChildCore } from '../resolution/effects.js'
import { makeFindable, type Findable } from '../resolution/prepare-submission.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { RecordContent } from './record-content.repository.js'

/** A number that a child holds by its records. */
interface HeldNumber {
  readonly system: string
  readonly value: string
  readonly status: string
  readonly verifiedBy?: string
}

/** All that is derived of a child from its records. */
export interface ChildContent {
  readonly profiles: readonly Findable[]
  readonly numbers: readonly HeldNumber[]
  readonly core?: { readonly core: ChildCore; readonly recordedAt: string }
}

const personal = ['https://fhir.nhs.uk/Id/nhs-number', 'urn:waymark:upn', 'urn:waymark:uln']

/**
 * Derives a child from its records, from nothing else: what is found under, shown and held after a change is what would be
 * there if the records had come to this child alone.
 *
 * @param versions - of all the child's records
 */
export function childContentOf(versions: readonly RecordContent[], hashes: KeyedHashes): ChildContent {
  const inOrder = [...versions].sort((one, two) => (one.recordedAt < two.recordedAt ? -1 : 1))
  const profiles = new Map<string, Findable>()
  const numbers = new Map<string, HeldNumber>()
  let core: ChildContent['core']
  for (const version of inOrder) {
    const found = makeFindable(submissionOf(version), hashes)
    if (!profiles.has(found.digest)) profiles.set(found.digest, found)
    for (const number of numbersIn(version)) numbers.set(`${number.system} ${number.value}`, merged(numbers, number))
    const own = coreOf(version.details)
    if (own) core = { core: own, recordedAt: version.recordedAt }
  }
  return { profiles: [...profiles.values()], numbers: [...numbers.values()], ...(core && { core }) }
}

function submissionOf({ source, agencyKind, isEvent, details, recordedAt }: RecordContent) {
  return { agencyId: source, agencyKind, isEvent, details, recordedAt }
}

function numbersIn({ details, source }: RecordContent): readonly HeldNumber[] {
  return (details.identifiers ?? []).flatMap((given) => {
    const read = personal.includes(given.system) ? readIdentifier(given) : undefined
    if (!read?.ok) return []
    const verifiedBy = given.verified === true ? { verifiedBy: source } : {}
    return [{ ...read.identifier, status: given.status ?? 'current', ...verifiedBy }]
  })
}

/** A number once said to be former stays so, and one once verified stays verified. */
function merged(known: ReadonlyMap<string, HeldNumber>, number: HeldNumber): HeldNumber {
  const before = known.get(`${number.system} ${number.value}`)
  if (!before) return number
  const status = number.status === 'current' ? before.status : number.status
  const verifiedBy = before.verifiedBy ?? number.verifiedBy
  return { ...number, status, ...(verifiedBy !== undefined && { verifiedBy }) }
}

function coreOf({ names = [], bornOn }: RecordDetails): ChildCore | undefined {
  if (names.length === 0 && bornOn === undefined) return undefined
  return { names: names.slice(0, 5), ...(bornOn !== undefined && { bornOn }) }
}
