import type { RoutedEvent } from '#libs/events'
import { Poison, startConsumer, type Consumer, type EventLog, type LogMessage } from '#libs/kafka'
import type { Database, Sql } from '#libs/postgres'
import { open, SealBroken, type DataKey, type KeyRing } from '#libs/security'
import type { Logger } from '#libs/service'
import { Batch, type BatchParts } from './batch.js'
import { effectsOf, type Effect } from './effects.js'
import { factsOf } from './facts.js'
import type { FollowChildren } from './follow-children.js'
import type { ProjectEvent } from './project-event.js'
import type { RetractionRepository } from './retraction.repository.js'
import type { World, WorldView } from './world.js'

/** What the projection's consumer works with. */
export interface ProjectionParts {
  readonly database: Database
  readonly eventLog: EventLog
  readonly keyRing: Pick<KeyRing, 'keyById'>
  readonly world: WorldView
  readonly retractions: RetractionRepository
  readonly projectEvent: ProjectEvent
  readonly followChildren: FollowChildren
  readonly batches: BatchParts
  readonly logger: Logger
  /** Called after a commit that may have written to the outbox: a batch of rows does not wake the relay. */
  onTold(): void
}

/** An event that was opened; nothing where its key is gone, since what was erased changes nothing any more. */
type Opened = { readonly routed: RoutedEvent; readonly key: DataKey; readonly seq: number } | undefined

const recordEvents = 'waymark.record-events.v1'

/**
 * Reads every accepted event, once and in the order of its child, and keeps what is true of the child now. That of a change
 * of identity too: `exchange` tells it in the child's own order.
 */
export function startProjection(parts: ProjectionParts): Consumer {
  const { database, eventLog, logger } = parts
  let mayHaveTold = false
  return startConsumer<Opened>({
    ...{ database, eventLog, logger, schema: 'safeguarding', group: 'safeguarding' },
    isAnnounced: true, // to the router of exchange, which may not overtake it
    topics: [recordEvents],
    decode: (message) => decode(message, parts.keyRing),
    apply: async (tx, items) => {
      const changes = await apply(
        tx,
        items.map(({ decoded }) => decoded),
        parts,
      )
      mayHaveTold = changes.some(mayTell)
    },
    afterCommit: () => {
      if (mayHaveTold) parts.onTold()
    },
  })
}

async function decode(message: LogMessage, keyRing: Pick<KeyRing, 'keyById'>): Promise<Opened> {
  const eventId = message.headers['event-id'] ?? ''
  const keyId = message.headers['key-id']
  if (keyId === undefined) throw new Poison('KEY_UNNAMED')
  const key = await keyRing.keyById(keyId)
  if (!key) return undefined
  return { routed: readRouted(key, message.value, eventId), key, seq: Number(message.headers['seq'] ?? 0) }
}

function readRouted(key: DataKey, value: Buffer, eventId: string): RoutedEvent {
  try {
    return JSON.parse(open(key, value, eventId).toString('utf8')) as RoutedEvent
  } catch (error) {
    throw new Poison(error instanceof SealBroken ? 'SEAL_BROKEN' : 'UNREADABLE')
  }
}

/** An event with what it changes. */
type Changing = NonNullable<Opened> & { readonly effects: readonly Effect[] }

/** @returns what it was that the events changed */
async function apply(tx: Sql, opened: readonly Opened[], parts: ProjectionParts): Promise<readonly Effect[]> {
  const world = await parts.world.now()
  const changing = opened
    .filter((each) => each !== undefined)
    .map((each): Changing => ({ ...each, effects: effectsOf(factsOf(each.routed, world.directory, world.calendar)) }))
    .filter(({ effects, routed }) => effects.length > 0 || routed.follows)
  if (changing.length === 0) return []
  const routed = changing.map((one) => one.routed)
  const children = routed.flatMap(({ child }) => child?.childId ?? [])
  const [gone, now] = await Promise.all([
    parts.retractions.among(tx, routed),
    parts.followChildren.whereNow(tx, children),
  ])
  const childOf = ({ child }: RoutedEvent) => child && (now.get(child.childId) ?? child.childId)
  const batch = new Batch(tx, parts.batches)
  await batch.look(changing.flatMap(({ routed, effects }) => (asksWhatWaits(effects) ? (childOf(routed) ?? []) : [])))
  const takenBack = new TakenBack(gone)
  for (const one of changing) {
    if (takenBack.has(one.routed)) continue
    await applyOne(tx, one, { parts, world, batch, childId: childOf(one.routed) })
    takenBack.note(one.effects)
  }
  batch.write()
  return changing.flatMap(({ effects }) => effects)
}

/** A correction takes back what its event did even where nobody knows the child, as that of an event which was held. */
async function applyOne(
  tx: Sql,
  { routed, key, seq, effects }: Changing,
  on: { parts: ProjectionParts; world: World; batch: Batch; childId: string | undefined },
): Promise<void> {
  const { parts, world, batch, childId } = on
  const { child: subject, eventId, agencyId, follows } = routed
  if (!subject || childId === undefined) {
    for (const effect of effects)
      if (effect.do === 'retract')
        await parts.projectEvent.takeBack(tx, effect.eventId, { eventId, agencyId }, { world, batch })
    return
  }
  if (follows) {
    batch.write()
    batch.forget()
    await parts.followChildren.follow(tx, subject.childId, follows)
  }
  const from = { childId, eventId, seq, postedBy: agencyId, subject, key }
  await parts.projectEvent.project(tx, effects, { from, world, batch })
}

/** Events that were taken back, before this batch or in it: of two children the correction may stand before the event. */
class TakenBack {
  private readonly inBatch = new Set<string>()

  constructor(private readonly before: ReadonlySet<string>) {}

  has({ eventId, agencyId }: RoutedEvent): boolean {
    return this.before.has(eventId) || this.inBatch.has(`${eventId} ${agencyId}`)
  }

  note(effects: readonly Effect[]): void {
    for (const effect of effects) if (effect.do === 'retract') this.inBatch.add(`${effect.eventId} ${effect.agencyId}`)
  }
}

function asksWhatWaits(effects: readonly Effect[]): boolean {
  return effects.some((effect) => effect.do === 'arrive')
}

/** Handovers are told of; who is involved and what is flagged is asked for. */
function mayTell(effect: Effect): boolean {
  return ['depart', 'arrive', 'confirm', 'decline', 'retract'].includes(effect.do)
}
