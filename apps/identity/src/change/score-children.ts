import {
  explain,
  scoreProfiles,
  withoutGeneric,
  type Candidate,
  type Explanation,
  type Model,
  type Profile,
} from '#libs/matching'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { makeFindable } from '../resolution/prepare-submission.js'
import type { RecordContent } from './record-content.repository.js'

/** How two groups of records score against each other. */
export interface GroupScore {
  /** Mean weight over pairs of profiles, each clipped, in milli-bits (identity.md §7). */
  readonly mean: number
  /** The pair that fits best. */
  readonly best: Candidate
  readonly explanation: Explanation
}

/** What people have said about two groups, whatever a model says. */
export type Said = 'must-link' | 'cannot-link' | undefined

/** So many profiles of a child are averaged; all are tried. */
export const mostProfiles = 8

/** The distinct profiles of records, lowest digests first. */
export function profilesOf(versions: readonly RecordContent[], hashes: KeyedHashes): readonly Profile[] {
  const found = new Map<string, Profile>()
  for (const { source, agencyKind, isEvent, details, recordedAt } of versions) {
    const made = makeFindable({ agencyId: source, agencyKind, isEvent, details, recordedAt }, hashes)
    found.set(made.digest, made.profile)
  }
  return [...found].sort(([one], [two]) => (one < two ? -1 : 1)).map(([, profile]) => profile)
}

/** Scores every profile of one group against all of the other; nothing where either says nothing. */
export function scoreGroups(
  left: readonly Profile[],
  right: readonly Profile[],
  given: { readonly personId: string; readonly model: Model; readonly said?: Said },
): GroupScore | undefined {
  const { personId, model, said } = given
  const [first, ...rest] = right
  if (!first || left.length === 0) return undefined
  const standing = said === undefined ? {} : { override: said }
  const person = { personId, profiles: [first, ...rest] } as const
  const own = left.map((profile) => withoutGeneric(profile, model))
  const scored = scoreProfiles(own, person, model, standing)
  const best = scored.reduce((leader, next) => (fitsBetter(next, leader) ? next : leader))
  const averaged = scored.slice(0, mostProfiles)
  const mean = Math.round(averaged.reduce((sum, { average }) => sum + average, 0) / averaged.length)
  const explanation = explain([best], { outcome: 'review', because: 'uncertain', personIds: [personId] }, model)
  return { mean, best, explanation }
}

/** Of two that fit equally well the one counts that speaks more for a sibling. */
function fitsBetter({ best: next }: Candidate, { best: leader }: Candidate): boolean {
  return next.m > leader.m || (next.m === leader.m && next.s > leader.s)
}

/** Weight of two records against each other, in milli-bits. */
export function weightOf(left: readonly Profile[], right: readonly Profile[], model: Model): number {
  return scoreGroups(left, right, { personId: 'other', model })?.mean ?? 0
}
