import type { RecordDetails } from '#libs/matching'
import { canonicalJson } from '#libs/tlog'
import type { Comparison } from '../resolution/find-child.js'
import { isHiddenFrom } from '../resolution/judge-record.js'
import type { KnownChild } from '../resolution/known-children.js'
import type { Submission } from '../resolution/submission.js'

/** How an agency's record stands beside what is known. */
export type Standing =
  | 'no-differences'
  | 'differences'
  | 'missing-here'
  | 'identifier-invalid'
  | 'identifier-unknown'
  | 'identifier-superseded'
  | 'demographics-match-another'

/** One record of the list, compared. */
export interface Compared {
  readonly outcome: Standing
  /** What the agency's record said when it last came, and says otherwise now. */
  readonly fields?: readonly string[]
  /** Whether the postcodes of the list and of the child have one in common. */
  readonly addresses?: 'intersect' | 'apart'
  readonly child?: KnownChild
}

const compared = ['names', 'bornOn', 'sex', 'birthOrder', 'addresses', 'identifiers', 'parents', 'contacts'] as const

/** Compares a record with the child it belongs to. Of what others say of that child it tells nothing but whether places meet. */
export function compareRecord(submission: Submission, found: Comparison, before: RecordDetails | undefined): Compared {
  const named = namedBy(submission, found)
  if (isUnknown(submission, named)) return { outcome: 'identifier-unknown' }
  const linked = linkedBy(found)
  const child = found.own ?? named ?? linked
  if (!child) return { outcome: 'missing-here' }
  if (linked && linked.childId !== child.childId) return { outcome: 'demographics-match-another' }
  if (isSuperseded(submission, child)) return { outcome: 'identifier-superseded', child }
  return differencesFrom(child, { submission, found, before, isLinked: linked !== undefined })
}

/** The child whose UCI the record bears. */
function namedBy({ uci }: Submission, { known }: Comparison): KnownChild | undefined {
  return uci === undefined ? undefined : known.ofUci(uci)
}

/** The child that the record is judged to be of. */
function linkedBy({ judgement, known }: Comparison): KnownChild | undefined {
  return judgement.outcome === 'link' ? known.child(judgement.childId) : undefined
}

/** A UCI of nobody, or of a child that the agency may not know of. */
function isUnknown(submission: Submission, named: KnownChild | undefined): boolean {
  return submission.uci !== undefined && (!named || isHiddenFrom(named, submission))
}

/** A UCI that the child bore before. */
function isSuperseded({ uci }: Submission, child: KnownChild): boolean {
  return uci !== undefined && uci !== child.uci
}

interface Sides {
  readonly submission: Submission
  readonly found: Comparison
  readonly before: RecordDetails | undefined
  readonly isLinked: boolean
}

/** Whoever knows no more than a UCI is told nothing of where the child lives, and that all agrees only if it does. */
function differencesFrom(child: KnownChild, { submission, found, before, isLinked }: Sides): Compared {
  const fields = before ? compared.filter((field) => differs(before[field], submission.details[field])) : []
  const isAlike = fields.length === 0 && (before !== undefined || isLinked)
  const places = found.own && addressesOf(found.found.profile.postcodes, found.own)
  return {
    ...{ outcome: isAlike ? 'no-differences' : 'differences', child },
    ...(fields.length > 0 && { fields }),
    ...(places && { addresses: places }),
  }
}

function differs(before: unknown, now: unknown): boolean {
  return canonicalJson({ value: before ?? null }) !== canonicalJson({ value: now ?? null })
}

/** Of a child whose places are hidden from most, nothing is said of them. */
function addressesOf(postcodes: readonly string[], { profiles, level }: KnownChild): Compared['addresses'] {
  const known = new Set(profiles.flatMap((profile) => profile.postcodes))
  if (postcodes.length === 0 || known.size === 0 || level !== undefined) return undefined
  return postcodes.some((postcode) => known.has(postcode)) ? 'intersect' : 'apart'
}
