import { decideLink, type Profile } from '#libs/matching'
import { newId, type Database } from '#libs/postgres'
import { isDamaged } from '#libs/security'
import type { MemoryIndex } from '../index/live-index.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { ReviewRepository } from '../review/review.repository.js'
import type { VaultRepository } from '../seal/vault.repository.js'
import type { ApplyChange } from './apply-change.js'
import { planMerge, type ChildState } from './change.js'
import type { ChangeRepository } from './change.repository.js'
import type { ConfirmChild } from './confirm-child.js'
import { inSlices } from './in-slices.js'
import { isApart, judgePair } from './judge-pair.js'
import type { DueCheck, MergeCheckRepository } from './merge-check.repository.js'
import type { OverrideRepository } from './override.repository.js'
import type { RecordContent, RecordContentRepository } from './record-content.repository.js'
import { mostProfiles, profilesOf, scoreGroups, type GroupScore } from './score-children.js'

/** What the merge check stands on. */
export interface MergeCheckParts {
  readonly database: Database
  readonly checks: MergeCheckRepository
  readonly changes: ChangeRepository
  readonly records: RecordContentRepository
  readonly overrides: OverrideRepository
  readonly reviews: ReviewRepository
  readonly vault: VaultRepository
  readonly confirming: ConfirmChild
  readonly applying: ApplyChange
  readonly index: Pick<MemoryIndex, 'model' | 'propose' | 'requireReady' | 'justLearned'>
  readonly hashes: KeyedHashes
}

/** So many children are looked at in one go; of most it turns out at once that they are near nobody else. */
export const checkedAtOnce = 200

/** A child with what its records say. */
interface Held {
  readonly child: ChildState
  readonly versions: readonly RecordContent[]
  readonly profiles: readonly Profile[]
}

/**
 * Asks of every child of whom something new was learned whether it is another that is known. Children under protection, and
 * those whose records name a sealed identity, are compared by the guardian desk, never here.
 */
export class MergeCheck {
  constructor(private readonly parts: MergeCheckParts) {}

  /**
   * A child that cannot be looked at waits behind all others, so that it holds nobody up.
   *
   * @returns how many children were looked at
   * @throws what the first of those that could not be looked at failed by, once the others are done
   */
  async run(): Promise<number> {
    const { checks, index } = this.parts
    index.requireReady()
    const due = await checks.due(checkedAtOnce)
    const alone = new Set(await inSlices(this.nearNobody(due)))
    await checks.done([...alone])
    const failures: Error[] = []
    for (const one of due.filter((other) => !alone.has(other))) {
      await this.check(one).catch(async (error: unknown) => {
        failures.push(error instanceof Error ? error : new Error(String(error)))
        await checks.postpone(one)
      })
    }
    const [failure] = failures
    if (failure) throw failure
    return due.length
  }

  /** Takes from the queue those of these children whom nobody needs to look at, so that no other program does. */
  async passOverAlone(childIds: readonly string[]): Promise<void> {
    const { checks } = this.parts
    await checks.done(await inSlices(this.nearNobody(await checks.dueOf(childIds))))
  }

  /** Those of whom the index, asked about what this program learned of them, knows no other child. */
  private *nearNobody(due: readonly DueCheck[]): Generator<void, readonly DueCheck[]> {
    const alone: DueCheck[] = []
    for (const one of due) {
      if (this.isNearNobody(one)) alone.push(one)
      yield
    }
    return alone
  }

  /** A provisional child has questions that wait for an answer, whomever it is near to. */
  private isNearNobody({ childId, profileIds, isProvisional }: DueCheck): boolean {
    const { index } = this.parts
    if (isProvisional || profileIds.length === 0) return false
    return profileIds.every((id) => {
      const profile = index.justLearned(id)
      return profile !== undefined && index.propose(profile).every((near) => near === childId)
    })
  }

  private async check(due: DueCheck): Promise<void> {
    const [child] = await this.parts.changes.states([due.childId])
    if (child && isOpen(child)) await this.compare(child)
    await this.parts.checks.done([due])
  }

  private async compare(child: ChildState): Promise<void> {
    const own = await this.held(child)
    const { others } = await this.neighboursOf(own)
    for (const other of others) {
      if ((await this.settle(own, other)) === 'joined') return
    }
    if (child.status === 'provisional') await this.answerQuestions(own)
  }

  /** Whom the index proposes for a child, of those that are compared here at all, and whether each of them could be read. */
  private async neighboursOf(own: Held): Promise<{ readonly others: readonly Held[]; readonly isAllRead: boolean }> {
    const { index, changes } = this.parts
    const ids = new Set(own.profiles.slice(0, mostProfiles).flatMap((profile) => index.propose(profile)))
    ids.delete(own.child.childId)
    const states = (await changes.states([...ids])).filter(isOpen)
    const read = await Promise.all(states.map((one) => this.heldUnlessDamaged(one)))
    const others = await this.comparable(
      own,
      read.filter((one) => one !== undefined),
    )
    return { others, isAllRead: !read.includes(undefined) }
  }

  /**
   * Takes back a question that what the records say now has answered: each other child it names is told apart as surely as
   * a new one is registered. With the last question the child is provisional no more.
   *
   * @see identity.md §9
   */
  private async answerQuestions(own: Held): Promise<void> {
    const { checks, changes, hashes } = this.parts
    const newest = await profilesOf(newestOf(own.versions), hashes)
    for (const { reviewId, otherIds } of await checks.openQuestions(own.child.childId)) {
      const others = await changes.states(await changes.follow(otherIds))
      const answers = await Promise.all(others.map((other) => this.isTwo(own.child, other, newest)))
      if (answers.every(Boolean)) await this.takeBack(own.child.childId, reviewId)
    }
  }

  private async isTwo(one: ChildState, other: ChildState, newest: readonly Profile[]): Promise<boolean> {
    if (!isOpen(other)) return false
    const { overrides, index } = this.parts
    const said = await overrides.between(one.childId, other.childId)
    const held = await this.heldUnlessDamaged(other)
    if (!held) return false
    const score = await scoreGroups(newest, held.profiles, { personId: other.childId, model: index.model })
    return isApart(score, said, index.model)
  }

  private async takeBack(childId: string, reviewId: string): Promise<void> {
    const { database, checks, confirming } = this.parts
    await database.transaction(async (tx) => {
      if (await checks.withdraw(tx, reviewId)) await confirming.confirm(tx, childId)
    })
  }

  /** The probes of a record on its way in: whoever names a sealed identity is compared with nobody. */
  private async comparable(own: Held, others: readonly Held[]): Promise<readonly Held[]> {
    const { database, vault } = this.parts
    const records = [own, ...others].flatMap(recordsOf)
    const ids = [own, ...others].map(({ child }) => child.childId)
    const dead = await vault.deadAmong(database, records, ids)
    const isDead = ({ child }: Held): boolean =>
      records.some((record) => record.childId === child.childId && dead.isDead(record))
    return others.filter((other) => !isDead(own) && !isDead(other))
  }

  private async settle(own: Held, other: Held): Promise<'joined' | 'apart'> {
    const [child, against] = [own.child, other.child]
    const { said, score } = await this.scored(own, other)
    if (!score) return 'apart'
    const isVerifiedSame = await this.parts.checks.isVerifiedSame(child.childId, against.childId)
    const judged = judgePair({ one: child, two: against, score, said, isVerifiedSame }, this.parts.index.model)
    if (judged === 'review') await this.ask(child, against, score)
    if (judged !== 'join') return 'apart'
    return said === 'must-link' || (await this.mayJoin(own, other)) ? this.join(child, against, score) : 'apart'
  }

  private async scored(own: Held, { child: other, profiles }: Held) {
    const { overrides, index } = this.parts
    const said = await overrides.between(own.child.childId, other.childId)
    const given = { personId: other.childId, model: index.model, ...(said !== undefined && { said }) }
    return { said, score: await scoreGroups(own.profiles, profiles, given) }
  }

  /** What persons found to be two stays two, and a provisional child is joined with nobody but the one it clearly leads to. */
  private async mayJoin(own: Held, other: Held): Promise<boolean> {
    if (await this.parts.checks.isFoundTwo(own.child.childId, other.child.childId)) return false
    return (await this.leadsTo(own, other)) && (await this.leadsTo(other, own))
  }

  /**
   * The whole rule of a link, the lead over the next child included, whoever cannot be read; of a child that is active nothing
   * is asked.
   */
  private async leadsTo(own: Held, other: Held): Promise<boolean> {
    if (own.child.status !== 'provisional') return true
    const { others, isAllRead } = await this.neighboursOf(own)
    if (!isAllRead) return false
    const scored = await Promise.all(others.map((one) => this.scored(own, one)))
    const candidates = scored.flatMap(({ score }) => score?.best ?? [])
    const decision = decideLink(candidates, this.parts.index.model)
    return decision.outcome === 'link' && decision.personId === other.child.childId
  }

  private async join(one: ChildState, two: ChildState, score: GroupScore): Promise<'joined' | 'apart'> {
    const { applying, confirming } = this.parts
    const childIds = [one.childId, two.childId]
    const outcome = await applying.apply({
      childIds,
      plan: (states) => {
        const [a, b] = states
        return a && b ? planMerge(newId(), a, b) : { ok: false, because: 'closed' }
      },
      ground: { madeBy: ['merge-check'], explanation: { ...score.explanation, outcome: 'link' } },
      also: async (tx) => {
        await confirming.settleOthers(tx, childIds)
        return []
      },
    })
    return outcome.ok ? 'joined' : 'apart'
  }

  private async ask(one: ChildState, two: ChildState, score: GroupScore): Promise<void> {
    const { database, reviews, checks } = this.parts
    const decisionId = newId()
    await database.transaction(async (tx) => {
      if (await checks.isKnownPair(tx, one.childId, two.childId)) return
      await reviews.explain(tx, decisionId, score.explanation)
      await reviews.open(tx, {
        ...{ id: newId(), kind: 'merge', state: 'open', childId: one.childId, otherIds: [two.childId] },
        ...{ decisionId, needsSecond: true, proposal: { do: 'merge' } },
      })
    })
  }

  /** What does not open of one child keeps no other from being looked at. */
  private heldUnlessDamaged(child: ChildState): Promise<Held | undefined> {
    return this.held(child).catch((error: unknown) => {
      if (!isDamaged(error)) throw error
      return undefined
    })
  }

  private async held(child: ChildState): Promise<Held> {
    const { records, hashes } = this.parts
    const said = await records.of(child.records.map(({ sourceRecordId }) => sourceRecordId))
    const versions = [...said.values()].flat()
    return { child, versions, profiles: await profilesOf(versions, hashes) }
  }
}

/** What each record says last; what it said before is history. */
function newestOf(versions: readonly RecordContent[]): readonly RecordContent[] {
  return [...new Map(versions.map((version) => [version.sourceRecordId, version])).values()]
}

/** What is looked up of a child's records among the tombstones. */
function recordsOf({ child: { childId, records }, versions }: Held) {
  const keys = new Map(records.map(({ sourceRecordId, recordKey }) => [sourceRecordId, recordKey]))
  return versions.map((submission) => ({ childId, submission, recordKey: keys.get(submission.sourceRecordId) ?? '' }))
}

function isOpen({ status, isProtected }: ChildState): boolean {
  return status !== 'withdrawn' && !isProtected
}
