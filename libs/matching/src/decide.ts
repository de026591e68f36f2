import { likenessWith } from './added-variants.js'
import { comparableOf } from './comparable.js'
import { isOfSeveral } from './compare-birth.js'
import { hasEnoughGroups } from './enough-groups.js'
import type { Model } from './model.js'
import { PersonScore, type Candidate, type Standing } from './person-score.js'
import type { Profile } from './profile.js'
import { hasAgreeingIdentifier, levelIn, type Score, type Work } from './score.js'
import { Tally } from './tally.js'
import { ToldOfChild } from './told-of-child.js'

/** `unread`: what is known of somebody whom the record may be could not be read; whoever reads it says so. */
type ReviewReason = 'uncertain' | 'veto' | 'close-second' | 'few-groups' | 'poor-average' | 'unread'

/** What becomes of a record. */
export type LinkDecision =
  | { readonly outcome: 'link'; readonly personId: string }
  | { readonly outcome: 'register' }
  | { readonly outcome: 'review'; readonly because: ReviewReason; readonly personIds: readonly string[] }

/** A person and what is known of it, in a stable order: the first eight profiles are averaged, all are tried. */
export interface Person {
  readonly personId: string
  readonly profiles: readonly [Profile, ...Profile[]]
  readonly standing?: Standing
}

/** How sure a match is, as `$match` of FHIR tells it. */
export type MatchGrade = 'certain' | 'probable' | 'possible'

const certainByIdentifier = 0.999
const probableFrom = 0.95
const possibleFrom = 0.05

/** Scores a record against one person. */
export function scorePerson(record: Profile, person: Person, model: Model, standing?: Standing): Candidate {
  return scoreWith(record, person, workFor(model), standing)
}

function workFor(model: Model): Work {
  return { alike: likenessWith(model.variants), tally: new Tally(model) }
}

/** That a child is a twin is known of it, whichever of its profiles says so. */
function scoreWith(record: Profile, person: Person, work: Work, standing = person.standing): Candidate {
  const scored = new PersonScore(comparableOf(record), work)
  for (const profile of person.profiles) scored.add(comparableOf(profile))
  if (scored.isOfSeveral && work.isMultipleKnown !== true)
    return scoreWith(record, person, { ...work, isMultipleKnown: true }, standing)
  const candidate = scored.candidate(person.personId, standing)
  if (!candidate) throw new Error('A person has at least one profile')
  return candidate
}

/**
 * Scores each profile of one child against another child. What tells two children apart counts whichever of their records
 * says it (ADR 23), also where another pair fits better: every pair is compared, and it stops after each, since children may
 * have hundreds of records.
 */
export function* scoreProfiles(
  profiles: readonly Profile[],
  person: Person,
  model: Model,
  standing = person.standing,
): Generator<void, readonly Candidate[]> {
  const [these, those] = [profiles.map(comparableOf), person.profiles.map(comparableOf)]
  const work = { ...workFor(model), isMultipleKnown: [...these, ...those].some(isOfSeveral) }
  const told = new ToldOfChild()
  const scored = these.map((one) => new PersonScore(one, work, -Infinity, told))
  for (const one of scored)
    for (const other of those) {
      one.add(other)
      yield
    }
  return scored.flatMap((one) => one.candidate(person.personId, standing) ?? [])
}

/**
 * Scores a record against everybody it may be, and decides. A newborn without a name is scored knowing whether its birth
 * has several children on file: that takes the whole list.
 */
export function judge(
  record: Profile,
  people: readonly Person[],
  model: Model,
): { readonly decision: LinkDecision; readonly candidates: readonly Candidate[] } {
  const work = workFor(model)
  const scored = people.map((person) => scoreWith(record, person, work))
  const births = scored.filter(isOfOneBirth)
  const isMultipleKnown = births.length > 1
  const candidates = scored.map((candidate, at) => {
    const person = people[at]
    if (!isMultipleKnown || !person || !isOfOneBirth(candidate) || !isAnyUnnamed(record, person)) return candidate
    return scoreWith(record, person, { ...work, isMultipleKnown })
  })
  return { decision: decideLink(candidates, model), candidates: rank(candidates) }
}

/** Says whether a candidate has the record's mother and day of birth. */
export function isOfOneBirth({ best }: Candidate): boolean {
  const mother = levelIn(best, 'mother')
  return levelIn(best, 'birth') === 'exact' && mother !== undefined && mother !== 'differ'
}

function isAnyUnnamed(record: Profile, { profiles }: Person): boolean {
  return record.hasPlaceholder || profiles.some(({ hasPlaceholder }) => hasPlaceholder)
}

/**
 * Decides what becomes of a record: link it to a person, register a new one, or ask a person to look. What two persons said
 * weighs 166 bits either way, more than all levels together: it decides by itself.
 */
export function decideLink(candidates: readonly Candidate[], model: Model): LinkDecision {
  const ranked = rank(candidates)
  const forced = ranked.find(({ override }) => override === 'must-link')
  if (forced) return { outcome: 'link', personId: forced.personId }
  const open = ranked.filter(({ override }) => override !== 'cannot-link')
  const possible = open.filter((candidate) => isPossible(candidate, model))
  const [best] = possible
  if (!best) return { outcome: 'register' }
  const next = open.find(({ personId }) => personId !== best.personId)
  const because = gateThatHolds(best, { next, possible }, model)
  if (because === undefined) return { outcome: 'link', personId: best.personId }
  return { outcome: 'review', because, personIds: possible.map(({ personId }) => personId) }
}

/** Two who share a verified number are one child, or a number is in error: a person looks, however unlike they are (ADR 22). */
function isPossible({ classes, isNumberShared }: Candidate, model: Model): boolean {
  return isNumberShared === true || classes.same >= model.gates.registerBelow / 10_000
}

/** The likeliest first; equal ones by reference, so that the order in which they came does not matter. */
export function rank(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...candidates].sort((one, two) => two.best.m - one.best.m || (one.personId < two.personId ? -1 : 1))
}

/** The grade of a candidate: certain where the link rule holds; `undefined` below .05. */
export function matchGrade({ personId, classes }: Candidate, decision: LinkDecision): MatchGrade | undefined {
  if (decision.outcome === 'link' && decision.personId === personId) return 'certain'
  if (classes.same >= probableFrom) return 'probable'
  return classes.same >= possibleFrom ? 'possible' : undefined
}

/** The first gate that keeps a candidate from being linked automatically. */
function gateThatHolds(
  best: Candidate,
  { next, possible }: { readonly next: Candidate | undefined; readonly possible: readonly Candidate[] },
  model: Model,
): ReviewReason | undefined {
  if (best.vetoes.length > 0) return 'veto'
  if (best.classes.same < linkFrom(best.best, model)) return 'uncertain'
  if (next && best.best.m - next.best.m < model.gates.advantage) return 'close-second'
  if (!hasEnoughGroups(best, possible, model.gates)) return 'few-groups'
  return best.average < 0 ? 'poor-average' : undefined
}

/**
 * An identifier cross-checked by the exact birth date, with nothing that disagrees, comes to .9995 but for rounding
 * (a number and a date of birth are what national services trace by): it passes from .999.
 */
function linkFrom(best: Score, model: Model): number {
  const isCertain = hasAgreeingIdentifier(best) && levelIn(best, 'birth') === 'exact'
  const isUnopposed = best.evidence.every(({ comparison, m }) => m >= 0 || isOfDailyLife(comparison))
  return isCertain && isUnopposed ? certainByIdentifier : model.gates.linkFrom / 10_000
}

/** Schools, practices and contacts change lawfully. */
function isOfDailyLife(comparison: Score['evidence'][number]['comparison']): boolean {
  return comparison === 'school' || comparison === 'practice' || comparison === 'contact'
}
