import type { Profile } from '#libs/matching'
import { newId, type Database } from '#libs/postgres'
import type { MemoryIndex } from '../index/live-index.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { ReviewRepository } from '../review/review.repository.js'
import type { ApplyChange } from './apply-change.js'
import { planMerge, type ChildState } from './change.js'
import type { ChangeRepository } from './change.repository.js'
import { judgePair } from './judge-pair.js'
import type { DueCheck, MergeCheckRepository } from './merge-check.repository.js'
import type { OverrideRepository } from './override.repository.js'
import type { RecordContentRepository } from './record-content.repository.js'
import { profilesOf, scoreGroups, type GroupScore } from './score-children.js'

/** What the merge check stands on. */
export interface MergeCheckParts {
  readonly database: Database
  readonly checks: MergeCheckRepository
  readonly changes: ChangeRepository
  readonly records: RecordContentRepository
  readonly overrides: OverrideRepository
  readonly reviews: ReviewRepository
  readonly applying: ApplyChange
  readonly index: Pick<MemoryIndex, 'model' | 'propose' | 'requireReady'>
  readonly hashes: KeyedHashes
}

const atOnce = 20

/**
 * Asks of every child of whom something new was learned whether it is another that is known. Children under protection are
 * compared by the guardian desk, never here.
 */
export class MergeCheck {
  constructor(private readonly parts: MergeCheckParts) {}

  /** @returns how many children were looked at */
  async run(): Promise<number> {
    this.parts.index.requireReady()
    const due = await this.parts.checks.due(atOnce)
    for (const one of due) await this.check(one)
    return due.length
  }

  private async check(due: DueCheck): Promise<void> {
    const [child] = await this.parts.changes.states([due.childId])
    if (child && isOpen(child)) await this.compare(child)
    await this.parts.checks.done(due)
  }

  private async compare(child: ChildState): Promise<void> {
    const own = await this.profilesOf(child)
    const ids = new Set(own.flatMap((profile) => this.parts.index.propose(profile)))
    ids.delete(child.childId)
    const others = (await this.parts.changes.states([...ids])).filter(isOpen)
    for (const other of others) {
      if ((await this.settle(child, other, own)) === 'joined') return
    }
  }

  private async settle(child: ChildState, other: ChildState, own: readonly Profile[]): Promise<'joined' | 'apart'> {
    const { checks, overrides, index } = this.parts
    const said = await overrides.between(child.childId, other.childId)
    const score = scoreGroups(own, await this.profilesOf(other), {
      ...{ personId: other.childId, model: index.model },
      ...(said !== undefined && { said }),
    })
    if (!score) return 'apart'
    const isVerifiedSame = await checks.isVerifiedSame(child.childId, other.childId)
    const judged = judgePair({ one: child, two: other, score, said, isVerifiedSame }, index.model)
    if (judged === 'join') return this.join(child, other, score)
    if (judged === 'review') await this.ask(child, other, score)
    return 'apart'
  }

  private async join(one: ChildState, two: ChildState, score: GroupScore): Promise<'joined' | 'apart'> {
    const { applying, reviews } = this.parts
    const childIds = [one.childId, two.childId]
    const outcome = await applying.apply({
      childIds,
      plan: (states) => {
        const [a, b] = states
        return a && b ? planMerge(newId(), a, b) : { ok: false, because: 'closed' }
      },
      ground: { madeBy: ['merge-check'], explanation: { ...score.explanation, outcome: 'link' } },
      also: async (tx) => {
        await reviews.withdrawSettled(tx, childIds, undefined)
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

  private async profilesOf({ records }: ChildState): Promise<readonly Profile[]> {
    const versions = await this.parts.records.of(records.map(({ sourceRecordId }) => sourceRecordId))
    return profilesOf([...versions.values()].flat(), this.parts.hashes)
  }
}

function isOpen({ status, isProtected }: ChildState): boolean {
  return status !== 'withdrawn' && !isProtected
}
