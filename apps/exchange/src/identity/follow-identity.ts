import type { RoutedEvent } from '#libs/events'
import { formatUci } from '#libs/identifiers'
import { newId, type Sql } from '#libs/postgres'
import { seal, type KeyRing } from '#libs/security'
import type { EventRepository } from '../ingest/event.repository.js'
import type { HubRows } from '../ingest/held-notices.js'
import { EventErased, openEvent } from '../ingest/open-event.js'
import type { ChildResolver, ResolutionItem, ResolvedChild } from '../ingest/resolution.client.js'
import { identifiersIn, type ChangedChild, type ToldChange } from './identity-change.js'
import type { IdentityChangeRepository, SealedAnew, SealedEvent } from './identity-change.repository.js'

type Word = Awaited<ReturnType<HubRows['prepare']>>

/** A change ready to be followed. */
export interface Followed {
  readonly childId: string
  readonly joined: readonly string[]
  readonly moved: Follows['moved']
  readonly mislinked: readonly string[]
  /** What still waits speaks of its child as it is now. */
  readonly anew: readonly SealedAnew[]
  readonly words: readonly Word[]
}

type Follows = NonNullable<RoutedEvent['follows']>

/** An event of a child that was parted, and whether its copies name the child it was parted from. */
interface Parted {
  readonly eventId: string
  readonly childId: string
  readonly isMislinked: boolean
  /** It still waits for an earlier one of its sender's: nobody was told of it. */
  readonly anew?: SealedAnew
}

/** An event as it is asked about. */
interface Asked {
  readonly item: ResolutionItem
  readonly sealed: SealedEvent
  readonly opened: Awaited<ReturnType<typeof openEvent>>
}

/** What following stands on. */
export interface FollowIdentityParts {
  readonly changes: IdentityChangeRepository
  readonly events: EventRepository
  readonly hubRows: Pick<HubRows, 'prepare'>
  readonly resolver: ChildResolver
  readonly keyRing: KeyRing
}

const mostAtOnce = 200

/**
 * Makes a change of identity true here and tells everybody who holds the children, through the same router and feed as any
 * event. `safeguarding` reads the same word, in the child's own order, and lets its rows follow too.
 */
export class FollowIdentity {
  constructor(private readonly parts: FollowIdentityParts) {}

  /** Asks what must be asked outside, before a transaction is open. */
  async prepare(change: ToldChange): Promise<Followed> {
    const joined = idsOf(change, 'joined')
    const parted = new Set([...idsOf(change, 'new'), ...idsOf(change, 'revived')])
    const events = parted.size > 0 ? await this.eventsOf(change.childId, parted) : []
    const moved = events.map(({ eventId, childId }) => ({ eventId, childId }))
    const mislinked = events.filter(({ isMislinked }) => isMislinked).map(({ eventId }) => eventId)
    const words = await Promise.all(
      change.others.map((other, n) =>
        this.wordOf(change, other, n === 0 ? { joined, moved, mislinked } : { joined: [], moved: [] }),
      ),
    )
    const anew = events.flatMap((event) => event.anew ?? [])
    return { childId: change.childId, joined, moved, mislinked, anew, words }
  }

  /**
   * All that follows any of the changes is locked once, in the order of everybody who locks it.
   *
   * @throws where an event went on meanwhile that was taken to wait: the change is prepared anew
   */
  async apply(tx: Sql, changes: readonly Followed[]): Promise<void> {
    await this.parts.changes.lock(tx, {
      joined: changes.flatMap(({ joined, childId: into }) => joined.map((childId) => ({ childId, into }))),
      inLines: changes.flatMap(({ anew, childId }) => (anew.length > 0 ? [childId] : [])),
      eventIds: changes.flatMap(({ moved, mislinked }) => [...moved.map(({ eventId }) => eventId), ...mislinked]),
      streams: changes.flatMap(({ words }) => words.flatMap(({ outgoing }) => outgoing?.stream ?? [])),
    })
    for (const change of changes) await this.applyOne(tx, change)
  }

  private async applyOne(tx: Sql, { childId, joined, moved, mislinked, anew, words }: Followed): Promise<void> {
    await this.parts.changes.join(tx, joined, childId)
    await this.parts.changes.move(tx, moved)
    const still = await this.parts.changes.sealAnew(tx, anew)
    if (still < anew.length) throw new Error('an event that waited went on meanwhile')
    const [word] = words
    if (word) await this.parts.changes.mislink(tx, mislinked, word.eventId)
    if (words.length > 0) await this.parts.events.insertWith(tx, words)
  }

  /** Which of a child's events are of a child that was parted from it: identity knows by the records they were. */
  private async eventsOf(childId: string, parted: ReadonlySet<string>): Promise<readonly Parted[]> {
    const sealed = await this.parts.changes.eventsOf(childId)
    const found: Parted[] = []
    for (let at = 0; at < sealed.length; at += mostAtOnce) {
      const asked = (await Promise.all(sealed.slice(at, at + mostAtOnce).map((one) => this.askedOf(one)))).flat()
      const answers = await this.parts.resolver.resolve(asked.map(({ item }) => item))
      if (!answers) throw new Error('identity did not say whose the events are')
      const gone = asked.map((one, n) => {
        const answer = answers[n]
        const isParted = answer?.outcome === 'resolved' && parted.has(answer.child.childId)
        return isParted ? [this.partedOf(one, answer.child)] : []
      })
      found.push(...(await Promise.all(gone.flat())))
    }
    return found
  }

  private async partedOf({ sealed, opened }: Asked, child: ResolvedChild): Promise<Parted> {
    const { eventId, isWaiting, sealed: was } = sealed
    const { childId } = child
    if (!isWaiting) return { eventId, childId, isMislinked: opened.child?.childId !== childId }
    const key = await this.parts.keyRing.keyOf(`child:${childId}`, 'content')
    const anew = seal(key, Buffer.from(JSON.stringify({ ...opened, child }), 'utf8'), eventId)
    return { eventId, childId, isMislinked: false, anew: { eventId, was, keyId: key.id, sealed: anew } }
  }

  private async askedOf(sealed: SealedEvent): Promise<readonly Asked[]> {
    const opened = await openEvent(this.parts.keyRing, sealed).catch(isErased)
    const child = opened?.event.data.child
    if (!opened || !child) return []
    const { agencyId, agencyKind, event, acceptedAt } = opened
    const { purpose } = event.data.sharingBasis
    // Asked again later, it was recorded no later than when it was accepted.
    const recordedAt = Date.parse(event.time) < Date.parse(acceptedAt) ? event.time : acceptedAt
    const item = { key: sealed.eventId, agencyId, agencyKind, child, recordedAt, purpose }
    return [{ item, sealed, opened }]
  }

  private wordOf(change: ToldChange, other: ChangedChild, follows: Follows): Promise<Word> {
    const identifiers = identifiersIn(change, other)
    const shown = formatUci(identifiers?.newUci ?? change.uci ?? '')
    return this.parts.hubRows.prepare({
      eventId: newId(),
      type: `hub.identity.${change.kind}`,
      at: new Date(),
      body: {
        changeId: change.changeId,
        oldUci: identifiers ? formatUci(identifiers.oldUci) : shown,
        newUci: shown,
      },
      child: keptChild(change),
      // A child that had no identifier is nowhere written down under one.
      addressed: identifiers ? (change.holders ?? []) : [],
      follows,
    })
  }
}

function idsOf({ others }: ToldChange, part: ChangedChild['part']): readonly string[] {
  return others.filter((other) => other.part === part).map(({ childId }) => childId)
}

function keptChild({ childId, uci, status }: ToldChange): ResolvedChild {
  const stands = status === 'provisional' ? 'provisional' : 'active'
  return { childId, status: stands, identifiers: [], ...(uci !== undefined && { uci: formatUci(uci) }) }
}

/** What is erased is nobody's any more. */
function isErased(error: unknown): undefined {
  if (error instanceof EventErased) return undefined
  throw error
}
