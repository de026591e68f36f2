import { eventTypes, type EventTypeInfo, type PostedData, type RecipientRule, type RoutedEvent } from '#libs/events'
import type { Capacity } from '#libs/policy'
import { ownerOf } from '../delivery/line.js'
import { isHandoverWord } from './broken-contract.js'
import { asOfUnknown, isConcealedFrom, isCurrent, type Facts } from './child-facts.js'
import { hubId, type Agency, type Directory } from './directory.js'

/** Somebody an event might go to, and why it is thought of. */
export interface Candidate {
  readonly agencyId: string
  /** At the hub, the role it is for. */
  readonly role?: string
  /** The type's own rule names it. */
  readonly isAddressed: boolean
  readonly capacity?: Capacity
  readonly isRequested: boolean
  readonly isExcluded: boolean
}

interface Found {
  readonly agencyId: string
  readonly role?: string
  readonly capacity?: Capacity
}

/** What candidates are found by. */
export interface Search {
  readonly event: RoutedEvent
  readonly facts: Facts
  readonly directory: Directory
  readonly nowMs: number
}

/** Rules that name somebody for this one event; such a type concerns nobody else who is involved. */
const naming: ReadonlySet<RecipientRule['find']> = new Set([
  'referrer',
  'handover-opener',
  'handover-opener-council',
  'recipients-of',
  'sender-of',
  'role',
  'addressed',
])

/**
 * Who an event might go to: the agencies involved now, those its type names, and those its sender names, less the sender.
 * Those the sender excludes stay in, to be refused on record. Of a child whose identifier is withheld from matching only
 * those whom the sender names.
 */
export function candidatesFor(search: Search): readonly Candidate[] {
  const { event } = search
  const info = eventTypes.get(event.event.type)
  if (!info) return []
  const ruled = event.child || event.addressed ? foundByRules(info, search) : []
  const wished = { requested: event.event.data.requestedRecipients ?? [], excluded: excludedBy(event) }
  const involved = event.child && !isForNamedOnly(info) ? currentlyInvolved(search) : []
  const ids = new Set([...ruled.map(({ agencyId }) => agencyId), ...involved, ...wished.requested, ...wished.excluded])
  if (!event.addressed) ids.delete(event.agencyId)
  return [...ids].map((agencyId) =>
    candidate(
      agencyId,
      ruled.filter((one) => one.agencyId === agencyId),
      wished,
    ),
  )
}

/** Nothing names the agency; the policy is asked all the same, and says why. */
export function notThoughtOf(agencyId: string): Candidate {
  return { agencyId, isAddressed: false, isRequested: false, isExcluded: false }
}

/** A candidate, and, where its sender is told as of a child that nobody has heard of, what it would be then. */
export interface Considered {
  readonly candidate: Candidate
  readonly ifUnknown?: Candidate
}

/**
 * The candidates for an event, in an order that tells nothing of the child: their sender may see it. Of one that is concealed
 * from it also those there would be if nobody had heard of the child, and they come first, so that its sender can be told as of
 * any child. They are no candidates for that: nothing names them to the policy.
 */
export function considered(search: Search): readonly Considered[] {
  const { event, facts, nowMs } = search
  const real = [...candidatesFor(search)].sort(byName)
  // A word about a handover moves none of a child that nobody has heard of, and would be for nobody.
  if (!isConcealedFrom(event.agencyId, facts, nowMs) || isHandoverWord(event))
    return real.map((candidate) => ({ candidate }))
  const unknown = [...candidatesFor({ ...search, facts: asOfUnknown(facts) })].sort(byName)
  const among = (all: readonly Candidate[], id: string) => all.find(({ agencyId }) => agencyId === id)
  const others = real.filter(({ agencyId }) => !among(unknown, agencyId))
  return [
    ...unknown.map((ifUnknown) => {
      const { agencyId } = ifUnknown
      return { candidate: among(real, agencyId) ?? notThoughtOf(agencyId), ifUnknown }
    }),
    ...others.map((candidate) => ({ candidate, ifUnknown: notThoughtOf(candidate.agencyId) })),
  ]
}

function byName({ agencyId: one }: Candidate, { agencyId: other }: Candidate): number {
  return one < other ? -1 : 1
}

function candidate(
  agencyId: string,
  rules: readonly Found[],
  { requested, excluded }: { requested: readonly string[]; excluded: readonly string[] },
): Candidate {
  const role = rules.find((one) => one.role !== undefined)?.role ?? addressedTo(agencyId).role
  const capacity = rules.find((one) => one.capacity !== undefined)?.capacity
  return {
    agencyId,
    isAddressed: rules.length > 0,
    isRequested: requested.includes(agencyId),
    isExcluded: excluded.includes(agencyId),
    ...(role !== undefined && { role }),
    ...(capacity && { capacity }),
  }
}

/** The agencies that an event's sender names, either way. */
export function isNamedBySender(candidate: Candidate): boolean {
  return candidate.isRequested || candidate.isExcluded
}

function excludedBy({ event }: RoutedEvent): readonly string[] {
  const data: Partial<PostedData> = event.data
  return (data.sharingBasis?.excludedRecipients ?? []).map(({ agencyId }) => agencyId)
}

function isForNamedOnly(info: EventTypeInfo): boolean {
  return info.recipients.every(({ find }) => naming.has(find))
}

function currentlyInvolved({ facts, nowMs }: Search): readonly string[] {
  return facts.involvements.filter((span) => isCurrent(span, nowMs)).map(({ agencyId }) => agencyId)
}

/** Whoever the hub addressed an event to is who it is for; else the type's rules find them. */
function foundByRules(info: EventTypeInfo, search: Search): readonly Found[] {
  if (search.event.addressed) return search.event.addressed.map(addressedTo)
  return info.recipients.flatMap((rule) => find(rule, search))
}

/** Who an agency that is named is: at the hub its guardian desk, unless a rule names another office. */
function addressedTo(agencyId: string): Found {
  return agencyId === hubId ? { agencyId, role: 'guardian-desk' } : { agencyId }
}

/** How each kind of rule finds somebody. */
const finders: {
  readonly [How in RecipientRule['find']]: (
    rule: Extract<RecipientRule, { find: How }>,
    search: Search,
  ) => readonly Found[]
} = {
  involved: involvedAs,
  previous: involvedAs,
  area: (rule, search) =>
    search.directory.working(rule.kind, responsibleAreas(search), rule.service).map(({ id }) => ({ agencyId: id })),
  'near-sender': nearSender,
  organisation: organisationIn,
  'near-organisation': nearOrganisation,
  role: ({ role }) => [{ agencyId: hubId, role }],
  addressed: () => [],
  referrer: (_, { facts }) => one(facts.referredSender),
  'sender-of': (_, { facts }) => one(facts.referredSender),
  'recipients-of': holdersOf,
  'handover-opener': (_, { facts }) => one(facts.handover?.openedBy),
  'handover-opener-council': (_, { facts }) => one(facts.handover?.council),
}

function find(rule: RecipientRule, search: Search): readonly Found[] {
  const finder = finders[rule.find] as (rule: RecipientRule, search: Search) => readonly Found[]
  return finder(rule, search)
}

/** Whoever was sent the original; an amendment also goes to those whose copy of it still waits. */
function holdersOf(_: RecipientRule, { event, facts }: Search): readonly Found[] {
  const isAmended = event.event.data.body['kind'] === 'amended'
  const holders = facts.holdings.filter(({ isSent, isCopy }) => isSent || (isAmended && isCopy))
  return holders.map(({ recipient }) => ownerOf(recipient))
}

function one(agencyId: string | undefined): readonly Found[] {
  return agencyId === undefined ? [] : [{ agencyId }]
}

function involvedAs(
  { find: how, kind }: Extract<RecipientRule, { find: 'involved' | 'previous' }>,
  { facts, nowMs }: Search,
): readonly Found[] {
  const asSuch = facts.involvements.filter((one) => one.kind === kind)
  const found = how === 'previous' ? asSuch : asSuch.filter((one) => isCurrent(one, nowMs))
  return found.map(({ agencyId }) => ({ agencyId }))
}

/** The areas of the council that is responsible for the child; a council that posts is, until another is known to be. */
function responsibleAreas({ event, facts, directory, nowMs }: Search): readonly string[] {
  const responsible = facts.involvements.filter((one) => one.kind === 'responsible' && isCurrent(one, nowMs))
  const ids = responsible.length > 0 ? responsible.map(({ agencyId }) => agencyId) : [event.agencyId]
  return ids.flatMap((id) => {
    const agency = directory.find(id)
    return agency?.kind === 'council' ? agency.areas : []
  })
}

function nearSender(
  rule: Extract<RecipientRule, { find: 'near-sender' }>,
  { event, facts, directory, nowMs }: Search,
): readonly Found[] {
  const isStanding = facts.involvements.some((one) => one.kind === rule.unless && isCurrent(one, nowMs))
  if (isStanding) return []
  const areas = directory.find(event.agencyId)?.areas ?? []
  const found = directory.working(rule.kind, areas, rule.service)
  return found.map(({ id }) => ({ agencyId: id, ...(rule.capacity && { capacity: rule.capacity }) }))
}

function organisationIn(rule: Extract<RecipientRule, { find: 'organisation' }>, search: Search): readonly Found[] {
  const agency = agencyIn(rule.field, search)
  return agency ? [{ agencyId: agency.id, ...(rule.capacity && { capacity: rule.capacity }) }] : []
}

function nearOrganisation(
  { field, kind, service }: Extract<RecipientRule, { find: 'near-organisation' }>,
  search: Search,
): readonly Found[] {
  const areas = agencyIn(field, search)?.areas ?? []
  return search.directory.working(kind, areas, service).map(({ id }) => ({ agencyId: id }))
}

/** The agency whose organisation a field of the body names. */
function agencyIn(field: string, { event, directory }: Search): Agency | undefined {
  const named = event.event.data.body[field] as { system?: unknown; value?: unknown } | undefined
  if (typeof named?.system !== 'string' || typeof named.value !== 'string') return undefined
  return directory.named({ system: named.system, value: named.value })
}
