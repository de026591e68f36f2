import { blockingKeys, type Profile } from '#libs/matching'
import { canonicalJson } from '#libs/tlog'
import type { KeyedHashes } from './keyed-hashes.js'
import { contentOf, profileOf, recordNameOf, type Submission } from './submission.js'

/** A submission with the hashes under which it is known and found; those of the profile are made when they are needed. */
export interface Prepared {
  readonly submission: Submission
  readonly recordKey: string
  readonly contentHash: string
  /** Where it was made before. */
  readonly findable?: Findable
}

/** A profile ready to be compared, stored and found. */
export interface Findable {
  readonly profile: Profile
  readonly digest: string
  /** Every blocking key, never stored, and the hashes of the strong ones: by them a later record of the same group is found. */
  readonly keys: readonly string[]
  /** Those that are stored and locked. */
  readonly strongKeys: readonly string[]
  /** Those of a number: whoever holds it is looked at, however little else agrees. */
  readonly numberKeys: readonly string[]
}

/** Names the children that a profile may speak of, from memory. */
export interface Proposer {
  /** The likeliest, those hidden from most among them. */
  propose(profile: Profile, source?: string): readonly string[]
  /** Whether a profile has been scored already, as this child's. */
  isSeen(profileId: string, childId: string): boolean
}

/** Names a submission and its version. */
export function prepareSubmission(submission: Submission, hashes: KeyedHashes): Prepared {
  return {
    submission,
    recordKey: hashes.record(submission.agencyId, recordNameOf(submission)),
    contentHash: hashes.content(contentOf(submission)),
  }
}

/** Normalises a submission and hashes its strong keys. */
export function makeFindable(submission: Submission, hashes: KeyedHashes): Findable {
  const profile = profileOf(submission)
  const { all, strong } = blockingKeys(profile)
  const strongKeys = strong.map((key) => hashes.blockKey(key))
  return {
    profile,
    digest: hashes.content(canonicalJson({ ...profile, recordedOn: undefined })),
    keys: [...all, ...strongKeys],
    strongKeys,
    numberKeys: strong.flatMap((key, at) => (/^(?:nhs|upn|uln)\|/.test(key) ? (strongKeys[at] ?? []) : [])),
  }
}
