import { setTimeout as sleep } from 'node:timers/promises'
import { isEarlierNormaliser } from '#libs/matching'
import { isRefusedData, newId, type Database, type Sql } from '#libs/postgres'
import type { KeyRing } from '#libs/security'
import { inSlices } from '../change/in-slices.js'
import type { MergeCheck } from '../change/merge-check.js'
import type { IndexKeeper } from '../index/index-keeper.js'
import type { MemoryIndex } from '../index/live-index.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { indexKeyOf, sealedProfile } from '../resolution/seal-effects.js'
import { planRenewal, type Renewal } from './plan-renewal.js'
import { readChildren, type ReadChild } from './read-children.js'
import type { RenewalRepository, SealedRenewal } from './renewal.repository.js'

/** What making profiles anew stands on. */
export interface RenewParts {
  readonly database: Database
  readonly renewals: RenewalRepository
  readonly keyRing: KeyRing
  readonly hashes: KeyedHashes
  readonly index: Pick<MemoryIndex, 'renew'>
  readonly keeper: Pick<IndexKeeper, 'catchUp'>
  readonly checks: Pick<MergeCheck, 'passOverAlone'>
}

/** What became of profiles that an earlier normaliser made. */
export interface Tally {
  /** They say something else now. */
  readonly changed: number
  /** They say what they said. */
  readonly kept: number
  /** Others of their child say the same now. */
  readonly gone: number
  /** They stay: what they were made of was erased or cannot be read. */
  readonly left: number
  /** Children that others wrote meanwhile; their turn comes again. */
  readonly missed: number
}

/** Whom a pass tells, and who ends it. */
export interface Passing {
  /** Profiles that are due, roughly; told once. */
  readonly found: (profiles: number) => void
  readonly went: (slice: Tally) => void
  readonly stopped: AbortSignal
}

/** Children made anew in one transaction: whoever resolves one of them waits for so many. */
const childrenAtOnce = 25
const attempts = 5
const nobody = '00000000-0000-0000-0000-000000000000'
const none: Tally = { changed: 0, kept: 0, gone: 0, left: 0, missed: 0 }

interface Planned {
  readonly child: ReadChild
  readonly renewal: Renewal
}

/**
 * Makes profiles that an earlier normaliser made anew, from the records they came from, a few children at a time: under the
 * locks of a resolve, and only if nothing was learned of them since they were read. What is done is done for good, so that
 * any program may go on where another ended; two at once take turns, and find nothing that the other did.
 */
export class RenewProfiles {
  private since = '-infinity'

  constructor(
    private readonly parts: RenewParts,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Makes all anew that are due. Later passes look only at what came since: another program may be of an earlier version. */
  async pass(passing: Passing): Promise<Tally> {
    const { renewals } = this.parts
    const normalisers = (await renewals.versions()).filter((version) => isEarlierNormaliser(version))
    if (normalisers.length === 0) return none
    const until = await renewals.settledUntil()
    if (this.since === '-infinity') passing.found(await renewals.count(normalisers))
    let all = none
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const walked = await this.walk(normalisers, passing)
      all = { ...sum(all, walked), left: walked.left, missed: walked.missed }
      if (passing.stopped.aborted) return all
      if (walked.missed === 0) break
    }
    if (all.missed === 0) this.since = until
    return all
  }

  /** How many profiles there are of an earlier normaliser, those that stay among them. */
  async outdated(): Promise<number> {
    const { renewals } = this.parts
    return renewals.count((await renewals.versions()).filter((version) => isEarlierNormaliser(version)))
  }

  /** Every child that is due, once; between slices others have as much time as each takes. */
  private async walk(normalisers: readonly string[], { went, stopped }: Passing): Promise<Tally> {
    let [all, after] = [none, nobody]
    while (!stopped.aborted) {
      const from = performance.now()
      const of = { normalisers, after, since: this.since, limit: childrenAtOnce }
      const childIds = await this.parts.renewals.due(of)
      const last = childIds.at(-1)
      if (last === undefined) return all
      const slice = await this.renew(childIds, normalisers)
      went(slice)
      ;[all, after] = [sum(all, slice), last]
      await sleep(performance.now() - from, undefined, { signal: stopped }).catch(() => undefined) // woken to stop
    }
    return all
  }

  /** A child that PostgreSQL does not take as it is made anew stays, and keeps no other from its turn. */
  private async renew(childIds: readonly string[], normalisers: readonly string[]): Promise<Tally> {
    try {
      return await this.renewTogether(childIds, normalisers)
    } catch (error) {
      if (!isRefusedData(error)) throw error
    }
    if (childIds.length === 1) return { ...none, left: 1 }
    const middle = Math.ceil(childIds.length / 2)
    const first = await this.renew(childIds.slice(0, middle), normalisers)
    return sum(first, await this.renew(childIds.slice(middle), normalisers))
  }

  private async renewTogether(childIds: readonly string[], normalisers: readonly string[]): Promise<Tally> {
    const { database, renewals, hashes, index, keeper, checks } = this.parts
    const done = await database.transaction(async (tx) => {
      await renewals.takeTurn(tx)
      const ring = this.parts.keyRing.within(tx)
      const read = await readChildren({ childIds, normalisers }, { sql: tx, keyRing: ring, renewals, hashes })
      const planned = await inSlices(planning(read))
      const written = await this.write(tx, { planned, normalisers, keyRing: ring })
      return { planned, written, ring }
    })
    done.ring.keep()
    index.renew(
      done.written.flatMap(entriesOf),
      done.written.flatMap(({ renewal }) => renewal.dropped),
    )
    // Whom the program whose turn it was before made anew is near as well.
    if (done.written.length > 0) await keeper.catchUp()
    await checks.passOverAlone(done.written.map(({ child }) => child.childId))
    return tallyOf(done.planned, done.written)
  }

  /** @returns what was written: the plans of children that are as they were read */
  private async write(
    tx: Sql,
    {
      planned,
      normalisers,
      keyRing,
    }: { planned: readonly Planned[]; normalisers: readonly string[]; keyRing: KeyRing },
  ): Promise<readonly Planned[]> {
    const { renewals } = this.parts
    const due = planned.filter(isDue)
    if (due.length === 0) return []
    const indexKey = await indexKeyOf(keyRing, this.nowMs())
    const ids = due.map(({ child }) => child.childId)
    await renewals.lock(tx, due.flatMap(locksOf), ids)
    const now = new Map((await renewals.children(tx, ids, normalisers)).map(({ child_id, stamp }) => [child_id, stamp]))
    const asRead = due.filter(({ child }) => now.get(child.childId) === child.stamp)
    const sealed = asRead.map(({ child: { childId }, renewal }): SealedRenewal => {
      const profiles = [...renewal.kept, ...renewal.added]
      const bytes = profiles.map(
        ({ profileId, made }) => [profileId, sealedProfile(indexKey, made.profile, profileId)] as const,
      )
      return { childId, renewal, sealed: new Map(bytes) }
    })
    await renewals.write(tx, sealed)
    return asRead
  }
}

function* planning(children: readonly ReadChild[]): Generator<void, readonly Planned[]> {
  const planned: Planned[] = []
  for (const child of children) {
    planned.push({ child, renewal: planRenewal(child, newId) })
    yield
  }
  return planned
}

function isDue({ renewal: { kept, added, dropped } }: Planned): boolean {
  return kept.length + added.length + dropped.length > 0
}

/** What it was found by, what it is found by from now on, and its records. */
function locksOf({ child, renewal }: Planned): readonly string[] {
  const before = child.profiles.flatMap(({ keys }) => keys)
  const now = [...renewal.kept, ...renewal.added].flatMap(({ made }) => made.strongKeys)
  return [...before, ...now, ...child.recordLocks]
}

function entriesOf({ child: { childId, isHidden }, renewal }: Planned) {
  return renewal.added.map(({ profileId, made: { profile } }) => ({ profileId, childId, isHidden, profile }))
}

function tallyOf(planned: readonly Planned[], written: readonly Planned[]): Tally {
  const isWritten = new Set(written)
  const missed = planned.filter((one) => isDue(one) && !isWritten.has(one)).length
  const standing = planned.filter((one) => !isDue(one) || isWritten.has(one))
  return standing.reduce((all, { renewal }) => sum(all, countsOf(renewal)), { ...none, missed })
}

function countsOf({ kept, added, dropped, left }: Renewal): Tally {
  const changed = Math.min(added.length, dropped.length)
  return { changed, kept: kept.length, gone: dropped.length - changed, left, missed: 0 }
}

function sum(one: Tally, two: Tally): Tally {
  return {
    changed: one.changed + two.changed,
    kept: one.kept + two.kept,
    gone: one.gone + two.gone,
    left: one.left + two.left,
    missed: one.missed + two.missed,
  }
}
