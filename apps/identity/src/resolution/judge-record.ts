import {
  calibrationFor,
  explain,
  judge,
  scorePerson,
  weighedFor,
  withoutGeneric,
  type Candidate,
  type Explanation,
  type LinkDecision,
  type Model,
  type Person,
  type Profile,
} from '#libs/matching'
import { isBare, isSufficient, numbersOf, withoutPlaces } from './evidence.js'
import { comparableProfiles, type KnownChild } from './known-children.js'
import type { Standings } from './standings.js'

/** Who asks: an agency, or the guardian desk, from whom nothing is hidden. */
export interface Asker {
  readonly agencyId: string
  readonly agencyKind: string
  readonly isGuardian?: boolean
}

/** What becomes of a record, before anything is written. */
export type Judgement = {
  readonly explanation: Explanation
  /** The likeliest children of those that are open to the asker, best first. */
  readonly compared: readonly KnownChild[]
  /** Every child open to the asker that was scored, best first. */
  readonly ranked: readonly Candidate[]
  /** By the link rule alone, before what is known by a number alone is looked at. */
  readonly decision: LinkDecision
  /** Hidden children the record may speak of: the guardian desk learns of it, the sender never. */
  readonly guarded: readonly { readonly childId: string; readonly isLikely: boolean }[]
} & Settlement

const possible = 0.05
/** The best explains a decision, the next its advantage; whether a birth has several children shows in the others. */
const comparedAtMost = 4
const likely = 0.5

/**
 * Says whether a child answers to the asker as if there were no such child. That the hub holds a record of it, because its
 * guardian desk hid it, makes it known to nobody else of the hub.
 */
export function isHiddenFrom(child: KnownChild, { agencyId, agencyKind, isGuardian }: Asker): boolean {
  if (child.level === undefined || isGuardian === true) return false
  return agencyKind === 'hub' || !child.entitled.has(agencyId)
}

/** Whose word counts beside the record's own: who asks, and what people decided about the record before. */
interface Hearing extends Asker {
  readonly standings?: Standings
}

/**
 * Judges a record against the children it may speak of. Hidden ones are compared like any other, without their places,
 * and change nothing of the answer.
 */
export function judgeRecord(
  profile: Profile,
  candidates: readonly KnownChild[],
  hearing: Hearing,
  model: Model,
): Judgement {
  const weighed = weighedFor(model, hearing.agencyId)
  const open = candidates.filter((child) => !isHiddenFrom(child, hearing))
  const hidden = candidates.filter((child) => isHiddenFrom(child, hearing))
  const guarded = hidden.flatMap((child) => guardedBy(profile, child, weighed))
  const people = open.filter((child) => !isKnownByNumberAlone(child)).flatMap((child) => standing(child, hearing))
  const { decision, candidates: ranked } = judge(withoutGeneric(profile, model), people, weighed)
  const best = open.find(({ childId }) => childId === ranked[0]?.personId)
  const apart = open.filter(({ childId }) => hearing.standings?.get(childId) !== 'cannot-link')
  const held = { ...holdersOf(profile, apart), unread: unreadAmong(apart, hearing) }
  const told = heldBack(decision, held)
  const calibratedBy = calibrationOf(told, model, [hearing.agencyId, best?.source])
  const explanation = explain(ranked, told, model, { source: hearing.agencyId, ...calibratedBy })
  const compared = ranked
    .slice(0, comparedAtMost)
    .flatMap(({ personId }) => open.find(({ childId }) => childId === personId) ?? [])
  return { ...settle(profile, decision, held), explanation, compared, decision, ranked, guarded }
}

/** By which map the chances of what a person is asked are told; stewards were asked of nothing else, so nothing else is known. */
export function calibrationOf(
  { outcome }: Pick<LinkDecision, 'outcome'>,
  model: Model,
  [one, two]: readonly (string | undefined)[] = [],
): Pick<Explanation, 'calibratedBy'> {
  const key = outcome === 'review' ? calibrationFor(model, one, two) : undefined
  return key === undefined ? {} : { calibratedBy: key }
}

/** `isBare`: too little was said for a UCI. */
type Settlement =
  | { readonly outcome: 'link'; readonly childId: string }
  | { readonly outcome: 'register'; readonly isBare: boolean }
  | { readonly outcome: 'review'; readonly isBare: boolean; readonly others: readonly string[] }

/** What is read decides only where all is read. */
function settle(profile: Profile, decision: LinkDecision, holders: Held): Settlement {
  const settled = settleByWhatIsRead(profile, decision, holders)
  const { unread } = holders
  if (unread.length === 0) return settled
  const others = [...new Set([...childrenOf(settled), ...unread])]
  return { outcome: 'review', isBare: !isSufficient(profile), others }
}

/** The decision as it is explained: where not all is read, that is why a person is asked. */
function heldBack(decision: LinkDecision, { unread }: Held): LinkDecision {
  return unread.length === 0 ? decision : { outcome: 'review', because: 'unread', personIds: unread }
}

function childrenOf(settled: Settlement): readonly string[] {
  if (settled.outcome === 'register') return []
  return settled.outcome === 'link' ? [settled.childId] : settled.others
}

/** Who cannot be compared whole may be the record's child or not, and nobody knows: a person is asked, unless two said so. */
function unreadAmong(children: readonly KnownChild[], { standings }: Hearing): readonly string[] {
  return children.flatMap(({ childId, isPartlyUnread }) =>
    isPartlyUnread && standings?.get(childId) !== 'must-link' ? [childId] : [],
  )
}

/** A child known by its number alone takes the first record that says more and agrees. */
function settleByWhatIsRead(profile: Profile, decision: LinkDecision, holders: Holders): Settlement {
  if (isBare(profile)) return followNumber(holders)
  if (decision.outcome === 'link') return { outcome: 'link', childId: decision.personId }
  const isTooLittle = !isSufficient(profile)
  if (decision.outcome === 'review') return { outcome: 'review', isBare: isTooLittle, others: decision.personIds }
  const [waiting, ...more] = holders.full.length > 0 ? [] : holders.bare
  if (waiting !== undefined && more.length === 0) return { outcome: 'link', childId: waiting }
  return { outcome: 'register', isBare: isTooLittle }
}

/** A number alone is followed where exactly one child holds it. */
function followNumber({ full, bare }: Holders): Settlement {
  const holders = full.length > 0 ? full : bare
  const [only] = holders
  if (only === undefined) return { outcome: 'register', isBare: true }
  return holders.length > 1 ? { outcome: 'review', isBare: true, others: holders } : { outcome: 'link', childId: only }
}

interface Holders {
  readonly full: readonly string[]
  readonly bare: readonly string[]
}

interface Held extends Holders {
  /** Children of whom a profile does not open. */
  readonly unread: readonly string[]
}

/** The children that hold one of the record's numbers: those known by more than it, and those known by it alone. */
function holdersOf(profile: Profile, children: readonly KnownChild[]): Holders {
  const numbers = new Set(numbersOf(profile))
  const holders = children.filter(({ profiles }) =>
    profiles.some((known) => numbersOf(known).some((number) => numbers.has(number))),
  )
  return {
    full: holders.filter((child) => !isKnownByNumberAlone(child)).map(({ childId }) => childId),
    bare: holders.filter(isKnownByNumberAlone).map(({ childId }) => childId),
  }
}

/** Nothing of it can be cross-checked, so a score against it says little. */
function isKnownByNumberAlone({ profiles, isPartlyUnread }: KnownChild): boolean {
  return !isPartlyUnread && profiles.every(isBare)
}

function guardedBy(profile: Profile, child: KnownChild, model: Model): Judgement['guarded'] {
  if (child.isPartlyUnread) return [{ childId: child.childId, isLikely: true }]
  const [person] = personOf(child)
  const candidate = person && scorePerson(withoutPlaces(withoutGeneric(profile, model)), person, model)
  const isNumberAlone = isHeldByNumberAlone(profile, child)
  const same = candidate?.classes.same ?? 0
  if (!isNumberAlone && same < possible) return []
  return [{ childId: child.childId, isLikely: isNumberAlone || same >= likely }]
}

function isHeldByNumberAlone(profile: Profile, child: KnownChild): boolean {
  const { full, bare } = holdersOf(profile, [child])
  return bare.length > 0 || (full.length > 0 && isBare(profile))
}

function standing(child: KnownChild, { standings }: Hearing): readonly Person[] {
  const override = standings?.get(child.childId)
  return personOf(child).map((person) => (override === undefined ? person : { ...person, standing: { override } }))
}

function personOf(child: KnownChild): readonly Person[] {
  const [first, ...rest] = comparableProfiles(child)
  return first ? [{ personId: child.childId, profiles: [first, ...rest] }] : []
}
