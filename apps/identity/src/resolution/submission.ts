import { uciSystem } from '#libs/identifiers'
import { buildProfile, type Notice, type Profile, type RecordDetails } from '#libs/matching'
import { canonicalJson } from '#libs/tlog'

/** A record of a child as it reached a door, its form already checked. */
export interface Submission {
  readonly agencyId: string
  readonly agencyKind: string
  /** Whether the caller may see every child (the guardian desk). */
  readonly isGuardian?: boolean
  /** The sender's own id; else one is derived from what the record says. */
  readonly recordId?: string
  /** An event adds to its record, and never meets `RECORD_VERSION_REUSED`. */
  readonly isEvent: boolean
  readonly details: RecordDetails
  /** Ten symbols, where the record names its child by UCI. */
  readonly uci?: string
  readonly recordedAt: string
}

/** What the record is called at its source, unless that is a name of ours: the content itself. */
export function recordNameOf({ recordId, details, uci }: Submission): string {
  if (recordId !== undefined) return `id|${recordId}`
  return uci !== undefined && isReference({ details }) ? `uci|${uci}` : `content|${plainForm(details)}`
}

const contents = new WeakMap<Submission, string>()

/** What two submissions of one record must share to be the same version of it; written once. */
export function contentOf(submission: Submission): string {
  const known = contents.get(submission)
  if (known !== undefined) return known
  const { details, uci } = submission
  const content = canonicalJson({ details, uci })
  contents.set(submission, content)
  return content
}

/** A record that names its child by UCI and says nothing else. */
export function isReference({ details }: Pick<Submission, 'details'>): boolean {
  return !hasEvidence(details)
}

function hasEvidence({ names = [], bornOn, addresses = [], identifiers = [], parents = [] }: RecordDetails): boolean {
  return names.length + addresses.length + identifiers.length + parents.length > 0 || bornOn !== undefined
}

/** A submission is normalised once, however often its profile is asked for. */
const read = new WeakMap<Submission, ReturnType<typeof buildProfile>>()

/** The normalised profile of a submission; a UCI it names counts as an entry of the hub's own master index. */
export function profileOf(submission: Submission): Profile {
  const { profile } = normalised(submission)
  return submission.uci === undefined ? profile : { ...profile, masterIndexes: [masterEntry(submission.uci)] }
}

/** What of a submission was not taken as sent. */
export function noticesOf(submission: Submission): readonly Notice[] {
  return normalised(submission).notices
}

function normalised(submission: Submission): ReturnType<typeof buildProfile> {
  const known = read.get(submission)
  if (known) return known
  const { agencyId, agencyKind, details, recordedAt } = submission
  const context = { source: agencyId, recordedOn: recordedAt.slice(0, 10) }
  const built = buildProfile(details, agencyKind === 'school' ? { ...context, school: agencyId } : context)
  read.set(submission, built)
  return built
}

/** How a UCI stands in a profile. */
export function masterEntry(uci: string): string {
  return `waymark ${uci}`
}

/** Splits the UCI off the identifiers of a record: it names a child of ours, and is no evidence from outside. */
export function withoutUci(details: RecordDetails): { readonly details: RecordDetails; readonly uciText?: string } {
  const found = details.identifiers?.find(({ system }) => system === uciSystem)
  if (!found) return { details }
  const identifiers = details.identifiers?.filter(({ system }) => system !== uciSystem) ?? []
  return { details: { ...details, identifiers }, uciText: found.value }
}

/** Letters' case, blanks and the order of identifiers do not make another record. */
function plainForm(details: RecordDetails): string {
  const identifiers = [...(details.identifiers ?? [])]
    .map(({ system, value }) => `${system} ${value.replace(/\s/g, '').toUpperCase()}`)
    .sort()
  return canonicalJson({ ...details, identifiers })
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
}
