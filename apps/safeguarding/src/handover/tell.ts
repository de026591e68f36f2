import { partitionOf } from '#libs/kafka'
import { fullType, type PostedEvent, type RoutedEvent } from '#libs/events'
import { formatUci } from '#libs/identifiers'
import { addToOutbox, newId, type OutboxMessage, type Sql } from '#libs/postgres'
import { laneOf, open, seal, type DataKey, type KeyRing, type ProgramKeys } from '#libs/security'
import { newTraceparent } from '#libs/service'
import type { HandoverRepository, StoredHandover } from './handover.repository.js'

/** The child of a handover, as its events name it. */
export type Subject = NonNullable<RoutedEvent['child']>

/** What the hub says about a handover. */
export type HandoverNews = 'opened' | 'overdue' | 'closed'

const topic = 'waymark.safeguarding-changes.v1'
const partitions = 24
const shards = 4

/** A child between two agencies is nobody's consent to give: the duty to share and the public task carry these events. */
const basis: PostedEvent['data']['sharingBasis'] = {
  purpose: 'safeguard-child',
  gateways: ['CA2004-16LA'],
  article6: 'A6E',
  article9: 'A9G',
  dpaSchedule1: 'P18',
  regime: 'PART2',
  detriment: {
    considered: true,
    outcome: 'not-more-detrimental',
    reason: 'A child between two agencies is safe only when the one says that it has arrived.',
  },
}

/** Sends what the hub has to say about handovers, through the outbox, to the two agencies and the child's council. */
export class TellAgencies {
  constructor(
    private readonly parts: {
      readonly keys: ProgramKeys
      readonly handovers: HandoverRepository
      readonly keyRing: Pick<KeyRing, 'keyOf'>
    },
  ) {}

  /**
   * Adds the event to the transaction that made it true. About a child that the handover came to since it was opened, it says
   * nothing of the one that it was opened for.
   *
   * @param sealedBy - the key under which the handover's child was sealed
   */
  async tell(tx: Sql, news: HandoverNews, handover: StoredHandover, sealedBy: DataKey): Promise<void> {
    const { subject, key } = await this.subjectNow(tx, handover, sealedBy)
    const seq = await this.parts.handovers.nextSeq(tx, handover.childId)
    const eventId = newId()
    const routed = eventOf({ news, handover, subject, eventId, seq, atMs: Date.now() })
    const value = seal(key, Buffer.from(JSON.stringify(routed), 'utf8'), eventId)
    await addToOutbox(tx, 'safeguarding', [this.messageOf(handover.childId, { eventId, keyId: key.id, seq, value })])
  }

  private async subjectNow(
    tx: Sql,
    handover: StoredHandover,
    sealedBy: DataKey,
  ): Promise<{ readonly subject: Subject; readonly key: DataKey }> {
    const sealed = subjectOf(handover, sealedBy)
    if (sealed.childId === handover.childId) return { subject: sealed, key: sealedBy }
    const now = await this.parts.handovers.childNow(tx, handover.childId, sealed.childId)
    const { uci, status, isJoined } = now
    const identifiers = isJoined ? sealed.identifiers : []
    return {
      subject: { childId: handover.childId, status, identifiers, ...(uci !== undefined && { uci: formatUci(uci) }) },
      key: await this.parts.keyRing.keyOf(`child:${handover.childId}`, 'content'),
    }
  }

  private messageOf(
    childId: string,
    sealed: { eventId: string; keyId: string; seq: number; value: Buffer },
  ): OutboxMessage {
    const key = laneOf(this.parts.keys, childId)
    const partition = partitionOf(key, partitions)
    const { eventId, keyId, seq, value } = sealed
    const headers = { 'event-id': eventId, seq: String(seq), 'key-id': keyId, v: '1', traceparent: newTraceparent() }
    return { topic, partition, key, eventId, headers, value, shard: partition % shards }
  }
}

/** Seals the child of a handover for that handover. */
export function sealSubject(key: DataKey, handoverId: string, subject: Subject): Buffer {
  return seal(key, Buffer.from(JSON.stringify(subject), 'utf8'), handoverId)
}

function subjectOf({ id, sealedSubject }: StoredHandover, key: DataKey): Subject {
  return JSON.parse(open(key, sealedSubject, id).toString('utf8')) as Subject
}

/** A child of whom too little is known has no UCI yet. */
function namedBy({ uci, identifiers }: Subject): PostedEvent['data']['child'] {
  return uci === undefined ? { identifiers } : { uci }
}

/** Both agencies and the child's council; the hub is nobody's recipient of its own event. */
function addressedOf({ openedBy, expectedReceiver, council }: StoredHandover): readonly string[] {
  return [...new Set([openedBy, expectedReceiver, council].filter((id) => id !== undefined))]
}

function eventOf(said: {
  news: HandoverNews
  handover: StoredHandover
  subject: Subject
  eventId: string
  seq: number
  atMs: number
}): RoutedEvent {
  const { news, handover, subject, eventId, seq, atMs } = said
  const type = fullType(`hub.handover.${news}`)
  const at = new Date(atMs).toISOString()
  const body = { ...bodyOf(handover), ...(news === 'closed' && { reason: handover.state }) }
  const event: PostedEvent = {
    specversion: '1.0',
    id: eventId,
    source: 'urn:waymark:hub',
    type,
    time: at,
    dataschema: `https://waymark.example/schemas/events/${type}.json`,
    data: { occurredAt: at, urgency: 'U2', child: namedBy(subject), sharingBasis: basis, body },
  }
  const addressed = addressedOf(handover)
  return {
    v: 1,
    eventId,
    acceptedAt: at,
    agencyId: 'waymark-hub',
    agencyKind: 'hub',
    clientId: 'safeguarding',
    child: subject,
    event,
    addressed,
    seq,
  }
}

function bodyOf({ id, kind, dueAtMs, level, openedBy, contact }: StoredHandover): Record<string, unknown> {
  return { handoverId: id, kind, dueAt: new Date(dueAtMs).toISOString(), level, fromAgency: openedBy, contact }
}
