import {
  explain,
  scoreProfiles,
  withoutGeneric,
  type Candidate,
  type Explanation,
  type Model,
  type Profile,
} from '#libs/matching'
import { calibrationOf } from '../resolution/judge-record.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { makeFindable } from '../resolution/prepare-submission.js'
import { inSlices } from './in-slices.js'
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

/** Whom a group is scored against, and how. */
interface Against {
  readonly personId: string
  readonly model: Model
  readonly said?: Said
}

/** So many profiles of a child are averaged; all are tried. */
export const mostProfiles = 8

/** The distinct profiles of records, lowest digests first. */
export function profilesOf(versions: readonly RecordContent[], hashes: KeyedHashes): Promise<readonly Profile[]> {
  return inSlices(profilesIn(versions, hashes))
}

function* profilesIn(versions: readonly RecordContent[], hashes: KeyedHashes): Generator<void, readonly Profile[]> {
  const found = new Map<string, Profile>()
  for (const { source, agencyKind, isEvent, details, recordedAt } of versions) {
    const made = makeFindable({ agencyId: source, agencyKind, isEvent, details, recordedAt }, hashes)
    found.set(made.digest, made.profile)
    yield
  }
  return [...found].sort(([one], [two]) => (one < two ? -1 : 1)).map(([, profile]) => profile)
}

/**
 * Scores every profile of one group against all of the other; nothing where either says nothing. Groups are of many sources:
 * they are weighed as those of all are.
 */
export function scoreGroups(
  left: readonly Profile[],
  right: readonly Profile[],
  given: Against,
): Promise<GroupScore | undefined> {
  return inSlices(scoringGroups(left, right, given))
}

function* scoringGroups(
  left: readonly Profile[],
  right: readonly Profile[],
  given: Against,
): Generator<void, GroupScore | undefined> {
  const { personId, model, said } = given
  const [first, ...rest] = right
  if (!first || left.length === 0) return undefined
  const standing = said === undefined ? {} : { override: said }
  const person = { personId, profiles: [first, ...rest] } as const
  const own = left.map((profile) => withoutGeneric(profile, model))
  const scored = yield* scoreProfiles(own, person, model, standing)
  const best = scored.reduce((leader, next) => (fitsBetter(next, leader) ? next : leader))
  const averaged = scored.slice(0, mostProfiles)
  const mean = Math.round(averaged.reduce((sum, { average }) => sum + average, 0) / averaged.length)
  const asked = { outcome: 'review', because: 'uncertain', personIds: [personId] } as const
  const explanation = explain([best], asked, model, calibrationOf(asked, model))
  return { mean, best, explanation }
}

/** Of two that fit equally well the one counts that speaks more for a sibling. */
function fitsBetter({ best: next }: Candidate, { best: leader }: Candidate): boolean {
  return next.m > leader.m || (next.m === leader.m && next.s > leader.s)
}

/**
 * Weighs each two records against each other.
 *
 * @param profiles - of each record
 * @returns the weight of two of them in either order, in milli-bits
 */
export async function weighRecords(
  profiles: ReadonlyMap<string, readonly Profile[]>,
  model: Model,
): Promise<(one: string, two: string) => number> {
  const weights = await inSlices(weighing(profiles, model))
  return (one, two) => weights.get(pairOf(one, two)) ?? 0
}

function* weighing(
  profiles: ReadonlyMap<string, readonly Profile[]>,
  model: Model,
): Generator<void, ReadonlyMap<string, number>> {
  const weights = new Map<string, number>()
  for (const [one, left] of profiles)
    for (const [two, right] of profiles) {
      if (one >= two) continue
      const score = yield* scoringGroups(left, right, { personId: two, model })
      weights.set(pairOf(one, two), score?.mean ?? 0)
    }
  return weights
}

function pairOf(one: string, two: string): string {
  return one < two ? `${one} ${two}` : `${two} ${one}`
}
