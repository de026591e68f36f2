import { formatUci, nhsNumberSystem, readUci, upnSystem } from '#libs/identifiers'
import type { Identifier } from './child-reference.js'
import { findCode } from './code-list.js'
import type {
  AgencyKind,
  Contact,
  DeliveredDecision,
  DeliveredEvent,
  FieldGroup,
  PostedData,
  PostedEvent,
  Sender,
} from './envelope.js'
import { eventTypes, type BodyField, type EventTypeInfo } from './event-type.js'

/** What the policy decided of one recipient, and what the copy needs besides the event. */
export interface Delivery {
  /** The hub's id of the event. */
  readonly eventId: string
  readonly recipientKind: AgencyKind
  readonly groups: readonly FieldGroup[]
  /** Fields that name an area go although group `l` does not. */
  readonly areaOnly?: boolean
  /** The child as the hub knows it; absent where there is none, or it is withheld. */
  readonly child?: { readonly uci?: string; readonly identifiers: readonly Identifier[] }
  /** Which of the child's identifiers this recipient may have. */
  readonly identifiers: readonly ('uci' | 'nhs-number' | 'upn')[]
  /** The recipient's pseudonym of the child. */
  readonly subject?: string
  readonly ackRequiredBy?: string
  readonly decision: Omit<DeliveredDecision, 'outcome' | 'fieldGroups'>
  /** Who posted it as the directory has it, for what the event itself does not say of its sender. */
  readonly sender?: Sender
  /** The guardian desk, which stands for the sender and its contacts where the child's place is hidden. */
  readonly insteadOfSender?: Contact
}

/** Kinds of agency that may ever have these numbers: a UPN is for education, an NHS number for care (domain §2, §5). */
const identifierKinds: Readonly<Record<'nhs-number' | 'upn', readonly AgencyKind[]>> = {
  'nhs-number': ['council', 'nhs', 'hub'],
  upn: ['council', 'school', 'hub'],
}
const systems = { 'nhs-number': nhsNumberSystem, upn: upnSystem } as const
const hubSource = 'urn:waymark:hub'
const hubAgency = 'waymark-hub'

/**
 * Makes the copy of an event that one recipient may have: the fields of the groups decided, the identifiers of its
 * kind, and how to handle it. What stays with the hub, the sender's record id, demographics, the basis and unknown
 * fields of the body are never in it.
 *
 * @param event - a valid event of the catalogue
 * @throws Error if its type is unknown
 */
export function deliver(event: PostedEvent, delivery: Delivery): DeliveredEvent {
  const info = eventTypes.get(event.type)
  if (!info) throw new Error('No such event type')
  const isHidden = delivery.insteadOfSender !== undefined
  return {
    specversion: '1.0',
    id: isHidden ? delivery.eventId : event.id,
    source: isHidden ? hubSource : event.source,
    type: event.type,
    time: event.time,
    dataschema: `https://waymark.example/schemas/events/${event.type}.delivered.json`,
    ...present({
      subject: delivery.subject,
      correlationid: event.correlationid,
      causationid: event.causationid,
    }),
    data: deliveredData(event.data, info, delivery),
  }
}

function deliveredData(data: PostedData, info: EventTypeInfo, delivery: Delivery): DeliveredEvent['data'] {
  const narrative = delivery.groups.includes('n') ? { assertions: data.assertions, childVoice: data.childVoice } : {}
  return {
    eventId: delivery.eventId,
    occurredAt: data.occurredAt,
    urgency: data.urgency,
    sensitivity: data.sensitivity ?? 'none',
    ...present({
      ackRequiredBy: delivery.ackRequiredBy ?? data.ackRequiredBy,
      child: delivery.child && childOf(delivery.child, delivery),
      sender: senderOf(data.sender, delivery),
      supersedes: data.supersedes,
      ...narrative,
    }),
    body: bodyOf(data.body, info, delivery),
    decision: { outcome: 'PERMIT', fieldGroups: delivery.groups, ...delivery.decision },
    handling: { readers: info.readers[delivery.recipientKind], notToBeShownTo: ['family', 'pupil-portal'] },
  }
}

function bodyOf(
  body: Readonly<Record<string, unknown>>,
  info: EventTypeInfo,
  delivery: Delivery,
): Readonly<Record<string, unknown>> {
  const told = tellings(body, info)
  const kept = [...info.fields]
    .filter(([name, field]) => mayHave(name, field, info, delivery))
    .map(([name, field]) => [name, fieldValue(told.get(name) ?? body[name], field, delivery)])
    .filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept) as Record<string, unknown>
}

/** Codes that stay are told by a field that does not give them away: an adoption placement reads as foster care. */
function tellings(body: Readonly<Record<string, unknown>>, info: EventTypeInfo): ReadonlyMap<string, unknown> {
  const entries = [...info.fields].flatMap(([name, { toldAs }]) =>
    toldAs === undefined ? [] : [[toldAs, findCode('placement-type', body[name])?.careKind] as const],
  )
  return new Map(entries)
}

function mayHave(name: string, { group, isArea }: BodyField, info: EventTypeInfo, delivery: Delivery): boolean {
  if (group === 'stays') return false
  if (!delivery.groups.includes(group)) return group === 'l' && isArea && delivery.areaOnly === true
  const only = info.limits[delivery.recipientKind]?.[group]
  return only === undefined || only.includes(name)
}

/** Where the child's place is hidden, the agency that sends and its telephone would give it away. */
function fieldValue(value: unknown, field: BodyField, { insteadOfSender }: Delivery): unknown {
  if (value === undefined || !insteadOfSender) return value
  if (field.definition === 'agencyId') return hubAgency
  return field.definition === 'contact' && field.group === 'core' ? insteadOfSender : value
}

function senderOf(given: Sender | undefined, { sender, insteadOfSender }: Delivery): Sender | undefined {
  if (insteadOfSender) return { role: insteadOfSender.role, contact: insteadOfSender }
  return given || sender ? { ...sender, ...given } : undefined
}

function childOf(
  child: NonNullable<Delivery['child']>,
  { identifiers, recipientKind }: Delivery,
): NonNullable<DeliveredEvent['data']['child']> {
  const allowed = (['nhs-number', 'upn'] as const)
    .filter((name) => identifiers.includes(name) && identifierKinds[name].includes(recipientKind))
    .map((name) => systems[name] as string)
  const mayHaveUci = identifiers.includes('uci') && child.uci !== undefined
  return {
    ...(mayHaveUci ? { uci: shownUci(child.uci) } : {}),
    identifiers: child.identifiers
      .filter(({ system }) => allowed.includes(system))
      .map(({ system, value }) => ({ system, value })),
  }
}

function shownUci(text: string | undefined): string {
  const read = readUci(text ?? '', { allowReserved: true })
  if (!read.ok) throw new Error('The child of a routed event has no valid UCI')
  return formatUci(read.uci)
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The members that are there. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>
}
