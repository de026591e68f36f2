import { levelIn, hasAgreeingIdentifier, score, type Score } from './score.js'
import type { Model } from './model.js'
import type { Profile } from './profile.js'

/** Chances of the three classes; they add up to one. */
export interface Classes {
  readonly same: number
  readonly sibling: number
  readonly unrelated: number
}

type Veto = 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6' | 'V7'

/** What people have decided about a record and a person, whatever a model says. */
export interface Standing {
  readonly override?: 'must-link' | 'cannot-link'
  readonly isGuarded?: boolean
}

/** A person the record may be, as the record scores against what is known of it. */
export interface Candidate {
  readonly personId: string
  /** Against the profile that fits best. */
  readonly best: Score
  readonly classes: Classes
  /** Mean weight over the person's profiles, each clipped, in milli-bits. */
  readonly average: number
  readonly vetoes: readonly Veto[]
  readonly override?: 'must-link' | 'cannot-link'
}

type ReviewReason = 'uncertain' | 'veto' | 'close-second' | 'few-groups' | 'poor-average'

export type LinkDecision =
  | { readonly outcome: 'link'; readonly personId: string }
  | { readonly outcome: 'register' }
  | { readonly outcome: 'review'; readonly because: ReviewReason; readonly personIds: readonly string[] }

const averageRange = { least: -12_000, most: 15_000 }
const averagedProfiles = 8
const certainByIdentifier = 0.999

/** P(same) = 2^M / (2^M + 2^S + 1), and likewise for the others. */
export function classesOf(found: Score): Classes {
  const same = 2 ** (found.m / 1000)
  const sibling = 2 ** (found.s / 1000)
  const sum = same + sibling + 1
  return { same: same / sum, sibling: sibling / sum, unrelated: 1 / sum }
}

/**
 * Scores a record against one person.
 *
 * @param profiles - what is known of the person, in a stable order; the first eight are averaged, all are tried
 */
export function scorePerson(
  record: Profile,
  person: { readonly personId: string; readonly profiles: readonly [Profile, ...Profile[]] },
  model: Model,
  standing: Standing = {},
): Candidate {
  const scored = person.profiles.map((profile) => ({ profile, found: score(record, profile, model) }))
  const [first, ...rest] = scored
  const best = rest.reduce(
    (leader, next) => (next.found.m > leader.found.m ? next : leader),
    first as (typeof scored)[0],
  )
  const averaged = scored.slice(0, averagedProfiles)
  const sum = averaged.reduce(
    (total, { found }) => total + Math.max(averageRange.least, Math.min(averageRange.most, found.m)),
    0,
  )
  return {
    personId: person.personId,
    best: best.found,
    classes: classesOf(best.found),
    average: Math.round(sum / averaged.length),
    vetoes: vetoesOf(record, best.profile, best.found, standing),
    ...(standing.override && { override: standing.override }),
  }
}

/** Decides what becomes of a record: link it to a person, register a new one, or ask a person to look. */
export function decideLink(candidates: readonly Candidate[], model: Model): LinkDecision {
  const ranked = [...candidates].sort((one, two) => two.best.m - one.best.m || (one.personId < two.personId ? -1 : 1))
  const forced = ranked.find(({ override }) => override === 'must-link')
  if (forced) return { outcome: 'link', personId: forced.personId }
  const possible = ranked.filter(({ classes }) => classes.same >= model.gates.registerBelow / 10_000)
  const [best] = possible
  if (!best) return { outcome: 'register' }
  const because = gateThatHolds(
    best,
    ranked.find(({ personId }) => personId !== best.personId),
    model,
  )
  if (because === undefined) return { outcome: 'link', personId: best.personId }
  return { outcome: 'review', because, personIds: possible.map(({ personId }) => personId) }
}

/** The first gate that keeps a candidate from being linked automatically. */
function gateThatHolds(best: Candidate, next: Candidate | undefined, model: Model): ReviewReason | undefined {
  if (best.vetoes.length > 0) return 'veto'
  if (best.classes.same < linkFrom(best.best, model)) return 'uncertain'
  if (next && best.best.m - next.best.m < model.gates.advantage) return 'close-second'
  if (!hasEnoughGroups(best.best)) return 'few-groups'
  return best.average < 0 ? 'poor-average' : undefined
}

/**
 * An identifier cross-checked by the exact birth date, with nothing that disagrees, comes to .9995 but for rounding
 * (a number and a date of birth are what national services trace by): it passes from .999.
 */
function linkFrom(best: Score, model: Model): number {
  const isCertain = hasAgreeingIdentifier(best) && levelIn(best, 'birth') === 'exact'
  const isUnopposed = best.evidence.every(({ comparison, m }) => m >= 0 || comparison === 'school')
  return isCertain && isUnopposed ? certainByIdentifier : model.gates.linkFrom / 10_000
}

function hasEnoughGroups({ groups, ...found }: Score): boolean {
  if (hasAgreeingIdentifier({ groups, ...found })) return groups.length >= 2
  return groups.includes('names') && groups.includes('birth') && groups.length >= 3
}

function vetoesOf(record: Profile, other: Profile, found: Score, standing: Standing): readonly Veto[] {
  const birth = levelIn(found, 'birth')
  const isBorn = birth === 'exact' || birth === 'earlier' || birth === 'day-month-swapped'
  const isGivenSame = [
    'both-exact',
    'swapped-exact',
    'same-tokens',
    'given-exact-surname-near',
    'given-exact',
  ].includes(levelIn(found, 'names') ?? '')
  const holds: Readonly<Record<Veto, boolean>> = {
    V1: levelIn(found, 'birth-order') === 'another',
    V2: levelIn(found, 'nhs-number') === 'differ-verified' && !(isGivenSame && birth === 'exact'),
    V3: levelIn(found, 'local-number') === 'same-day',
    V4: standing.override === 'cannot-link',
    V5: standing.isGuarded === true,
    V6: mayBeUnnamedTwin(record, other, found),
    V7: !hasAgreeingIdentifier(found) && !isBorn,
  }
  return (Object.keys(holds) as Veto[]).filter((veto) => holds[veto])
}

/** A newborn without a name, of the same mother and day, may be the other twin unless single birth was stated. */
function mayBeUnnamedTwin(record: Profile, other: Profile, found: Score): boolean {
  const isSameMother = levelIn(found, 'mother') === 'name' || levelIn(found, 'mother') === 'name-and-birth'
  const isUnnamed = record.hasPlaceholder || other.hasPlaceholder
  return (
    isUnnamed && isSameMother && levelIn(found, 'birth') === 'exact' && levelIn(found, 'birth-order') !== 'singleton'
  )
}
