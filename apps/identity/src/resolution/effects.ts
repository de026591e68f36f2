import type { Explanation, Profile, RecordDetails } from '#libs/matching'

/** Names and birth date of a child as the newest record has them: what an entitled reader is shown. */
export interface ChildCore {
  readonly names: readonly { readonly use?: string; readonly given?: string; readonly family?: string }[]
  readonly bornOn?: string
}

/** Ids and hashes alone; what they stand for is sealed. */
export interface DecisionInputs {
  readonly sourceRecordId: string
  readonly contentHash: string
  /** Children the record was compared with, the likeliest first, each with the profiles known of it then. */
  readonly compared: readonly { readonly childId: string; readonly profileIds: readonly string[] }[]
}

type ChangeKind = 'registered' | 'confirmed' | 'identifier-changed'

/** Everything a group of records writes, in plain form; hashes and hashed keys are hex or decimal text. */
export interface Effects {
  readonly children: { childId: string; uci?: string; status: 'active' | 'provisional' }[]
  readonly settled: { childId: string; uci?: string; status: 'active' | 'provisional' }[]
  /** Children that hold a number they did not hold before. */
  readonly touched: Set<string>
  readonly cores: Map<string, { core: ChildCore; recordedAt: string }>
  readonly records: {
    sourceRecordId: string
    recordKey: string
    source: string
    contentHash: string
    recordedAt: string
    isNew: boolean
  }[]
  readonly versions: {
    sourceRecordId: string
    contentHash: string
    recordedAt: string
    isEvent: boolean
    /** With the UCI by which the record names its child, if it does. */
    details: RecordDetails & { readonly uci?: string }
    childId: string
    profileId?: string
    decisionId: string
  }[]
  readonly profiles: { profileId: string; childId: string; digest: string; profile: Profile; keys: readonly string[] }[]
  readonly identifiers: {
    childId: string
    system: string
    value: string
    status: string
    /** The agency that says it checked the number with the register. */
    verifiedBy?: string
  }[]
  readonly decisions: {
    decisionId: string
    explanation: Explanation
    /** What it rests on: the record's version and the profiles it was compared with, so that it can be made again. */
    inputs: DecisionInputs
  }[]
  readonly links: { sourceRecordId: string; childId: string; decisionId: string }[]
  readonly reviews: {
    reviewId: string
    kind: 'possible-match' | 'split' | 'guardian'
    childId: string
    others: readonly string[]
    decisionId: string
    /** The child was registered by a stale record of a sealed identity. */
    isStale: boolean
  }[]
  /** New children that inherit the protection of those they may be. */
  readonly inherited: { childId: string; from: string }[]
  readonly changes: { childId: string; kind: ChangeKind; uci?: string }[]
}

/** Nothing yet. */
export function noEffects(): Effects {
  return {
    children: [],
    settled: [],
    touched: new Set(),
    cores: new Map(),
    records: [],
    versions: [],
    profiles: [],
    identifiers: [],
    decisions: [],
    links: [],
    reviews: [],
    inherited: [],
    changes: [],
  }
}
