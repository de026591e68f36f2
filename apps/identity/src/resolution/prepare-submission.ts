import { blockingKeys, type Profile } from '#libs/matching'
import { canonicalJson } from '#libs/tlog'
import type { KeyedHashes } from './keyed-hashes.js'
import { contentOf, profileOf, recordNameOf, type Submission } from './submission.js'

/** A submission with the hashes under which it is known and found; those of the profile are made when they are needed. */
export interface Prepared {
  readonly submission: Submission
  readonly recordKey: string
  readonly contentHash: string
}

/** A profile ready to be compared, stored and found. */
export interface Findable {
  readonly profile: Profile
  readonly digest: string
  readonly keys: readonly string[]
  readonly strongKeys: readonly string[]
}

/** Names a submission and its version. */
export function prepareSubmission(submission: Submission, hashes: KeyedHashes): Prepared {
  return {
    submission,
    recordKey: hashes.record(submission.agencyId, recordNameOf(submission)),
    contentHash: hashes.content(contentOf(submission)),
  }
}

/** Normalises a submission and hashes its blocking keys. */
export function makeFindable(submission: Submission, hashes: KeyedHashes): Findable {
  const profile = profileOf(submission)
  const { all, strong } = blockingKeys(profile)
  return {
    profile,
    digest: hashes.content(canonicalJson({ ...profile, recordedOn: undefined })),
    keys: all.map((key) => hashes.blockKey(key)),
    strongKeys: strong.map((key) => hashes.blockKey(key)),
  }
}
