import { setTimeout as sleep } from 'node:timers/promises'
import type { Model } from '#libs/matching'
import { newId } from '#libs/postgres'
import type { EntryReaders } from './entry-readers.js'
import type { FeedChange, FeedPosition, IndexRepository } from './index.repository.js'
import { IndexParts, type MemoryIndex } from './live-index.js'

/** How often a replica looks by itself, and how far behind it may be. */
const lookMs = 250
/** What is told commits and is flushed like anything else: seldom enough to cost nothing, and sooner than others look. */
const tellMs = 100
const tellProgressMs = 10_000
const behindAtMostSeconds = 2
const changesAtOnce = 5_000
const keptHours = 24
const comparisons = 5

/** Fills the index in memory from the table and keeps the two in step. */
export class IndexKeeper {
  private readonly name = newId()
  private position: FeedPosition = { xid: '0', seq: '0' }
  private behindSeconds = Number.POSITIVE_INFINITY
  private isStopped = false
  private reading: Promise<number> | undefined
  private looking: Promise<void> | undefined
  private telling: NodeJS.Timeout | undefined
  private wakeUp: (() => void) | undefined
  private progressed: (held: number, expected: number) => void = () => undefined
  private unreadTold = 0
  private foundUnread: (count: number) => void = () => undefined

  constructor(
    private readonly index: MemoryIndex,
    private readonly entries: IndexRepository,
    private readonly readers: EntryReaders,
  ) {
    index.whenLearned(() => {
      this.tellOthers()
    })
  }

  /** @param told - is called every now and then while an index is built, with the profiles held and those expected */
  whenProgressed(told: (held: number, expected: number) => void): void {
    this.progressed = told
  }

  /** @param told - is called with how many profiles do not open, whenever they are more or fewer */
  whenUnread(told: (count: number) => void): void {
    this.foundUnread = told
  }

  /** Within two seconds of what others committed. */
  get isInStep(): boolean {
    return this.behindSeconds <= behindAtMostSeconds
  }

  /** Builds a new index beside the one in use, then lets it take that one's place. @returns profiles held */
  async rebuild(model: Model = this.index.model): Promise<number> {
    const position = await this.entries.horizon()
    const expected = await this.entries.expected()
    const parts = new IndexParts(model, expected)
    let toldAt = Date.now()
    for await (const batch of this.readers.read(expected)) {
      parts.fill(batch)
      if (Date.now() - toldAt < tellProgressMs) continue
      toldAt = Date.now()
      this.progressed(parts.size, expected)
    }
    while (this.reading) await this.reading // another may begin in the moment in which one ends
    this.position = position
    this.index.become(parts)
    this.tellUnread()
    await this.catchUp()
    return this.index.size
  }

  /** Reads the feed whenever it is woken, and every now and then. */
  start(): void {
    this.looking = this.look()
  }

  /** Tells other replicas that this one committed; many commits of a moment are told once. */
  private tellOthers(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined
      this.entries.wake(this.name).catch(() => undefined) // they look by themselves a little later
    }, tellMs).unref()
  }

  /**
   * Something was committed: read now.
   *
   * @param by - who told of it; of its own commits this program knows, and moves on past them when it looks by itself
   */
  wake(by?: string): void {
    if (by !== this.name) this.wakeUp?.()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.telling)
    this.wake()
    await this.looking
  }

  /** Applies what is in the feed and was not yet: all that was committed before it was asked. @returns how many changes */
  async catchUp(): Promise<number> {
    while (this.reading) await this.reading.catch(() => undefined) // begun before that, maybe
    this.reading = this.apply().finally(() => {
      this.reading = undefined
    })
    return this.reading
  }

  /**
   * Compares the index with the table; where they differ, and it is not only that one is ahead, builds it anew.
   *
   * @returns whether they were the same
   */
  async compare(): Promise<boolean> {
    for (let look = 0; look < comparisons; look += 1) {
      await this.catchUp()
      if ((await this.entries.digest()) === this.index.digest) return true
      await sleep(lookMs)
    }
    await this.rebuild()
    return false
  }

  async forgetOld(): Promise<void> {
    await this.entries.forgetBefore(keptHours)
  }

  private async look(): Promise<void> {
    while (!this.isStopped) {
      await this.catchUp().catch(() => 0) // how far behind it is shows below; the database may be away
      this.behindSeconds = await this.entries.secondsBehind(this.position).catch(() => Number.POSITIVE_INFINITY)
      await this.pause()
    }
  }

  private async pause(): Promise<void> {
    const clock = new AbortController()
    const woken = new Promise<void>((resolve) => {
      this.wakeUp = resolve
    })
    if (this.isStopped) return
    await Promise.race([woken, sleep(lookMs, undefined, { signal: clock.signal }).catch(() => undefined)])
    clock.abort()
  }

  /** What this program committed itself it holds already; only what others did is read. */
  private async take(changes: readonly FeedChange[]): Promise<void> {
    const isHeld = ({ profileId, childId, isHidden }: FeedChange): boolean =>
      childId !== null && this.index.holds(profileId, childId, isHidden)
    const missing = new Set(changes.filter((change) => !isHeld(change)).map(({ profileId }) => profileId))
    if (missing.size === 0) return
    const entries = await this.entries.entriesOf([...missing])
    for (const profileId of missing) this.index.drop(profileId)
    for (const entry of entries) this.index.put(entry)
    this.tellUnread()
  }

  private tellUnread(): void {
    const { unread } = this.index
    if (unread === this.unreadTold) return
    this.unreadTold = unread
    this.foundUnread(unread)
  }

  private async apply(): Promise<number> {
    let applied = 0
    for (;;) {
      const changes = await this.entries.changesAfter(this.position, changesAtOnce)
      await this.take(changes)
      const last = changes.at(-1)
      if (last) this.position = { xid: last.xid, seq: last.seq }
      applied += changes.length
      if (changes.length < changesAtOnce) return applied
    }
  }
}
