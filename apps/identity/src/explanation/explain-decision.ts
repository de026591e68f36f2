import {
  explain,
  judge,
  modelHash,
  normaliserVersion,
  replay,
  weighedFor,
  withoutGeneric,
  type Explanation,
  type Model,
  type Person,
} from '#libs/matching'
import type { Permit } from '#libs/policy'
import type { AccessReceipt, Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { OverrideRepository } from '../change/override.repository.js'
import { calibrationOf } from '../resolution/judge-record.js'
import type { LiveIndex } from '../resolution/resolve-children.js'
import type { DecisionSeal } from './decision-seal.js'
import type { ModelsOnFile, StewardDesk } from './steward-desk.js'
import { replayDecision, type Replayed } from './replay.js'
import type { StoredDecision, StoredDecisionRepository } from './stored-decision.repository.js'

/** What explaining stands on. */
export interface ExplainParts {
  readonly decisions: StoredDecisionRepository
  readonly models: ModelsOnFile
  readonly index: LiveIndex
  readonly desk: StewardDesk
  readonly seals: DecisionSeal
  readonly overrides: Pick<OverrideRepository, 'between'>
}

/** A decision made again, and from what. */
export interface ReplayAnswer extends Replayed {
  readonly decisionId: string
  readonly modelHash: string
  /** Whether what is stored is what this program signed when it was decided. */
  readonly isSigned: boolean
  readonly explanation: Explanation
  readonly accessReceipt: AccessReceipt
}

/** Says why records were joined or kept apart, for those who decide about it. Each child it touches is one access. */
export class ExplainDecision {
  constructor(private readonly parts: ExplainParts) {}

  async decision(caller: Caller, id: string) {
    const { permit, isGuardian } = await this.parts.desk.admit(caller, 'readDecision')
    const stored = visible(await this.parts.decisions.decision({ decisionId: id, permit }), isGuardian)
    const receipts = await this.record(caller, { action: 'readDecision', permit, stored })
    return { stored, receipts }
  }

  /** @throws Problem 404 `NOT_FOUND` */
  async replay(caller: Caller, id: string): Promise<ReplayAnswer> {
    const { permit, isGuardian } = await this.parts.desk.admit(caller, 'replayDecision')
    const stored = visible(await this.parts.decisions.decision({ decisionId: id, permit }), isGuardian)
    const [accessReceipt] = await this.record(caller, { action: 'replayDecision', permit, stored })
    if (!stored || !accessReceipt) throw new Problem('NOT_FOUND')
    const { explanation } = stored
    const replayed = await this.again(stored, permit)
    const isSigned = this.parts.seals.holds(stored)
    return { decisionId: id, modelHash: explanation.modelHash, isSigned, ...replayed, explanation, accessReceipt }
  }

  /** Why two records are not one child, or are: scored now, by the active model and what two persons said of them. */
  async whyNot(caller: Caller, left: string, right: string) {
    const { permit, isGuardian } = await this.parts.desk.admit(caller, 'readDecision')
    const records = await Promise.all(
      [left, right].map((id) => this.parts.decisions.record({ sourceRecordId: id, permit })),
    )
    const [one, other] = records
    const isSeen = one && other && (isGuardian || !(one.isProtected || other.isProtected))
    const receipts = await this.parts.desk.record(caller, {
      ...{ action: 'readDecision', permit },
      childIds: isSeen ? [one.childId, other.childId] : [],
    })
    if (!isSeen) return { receipts }
    const { model } = this.parts.index
    const override = await this.parts.overrides.between(one.childId, other.childId)
    const standing = override === undefined ? {} : { override }
    const people: readonly Person[] = [{ personId: right, profiles: [other.profile], standing }]
    const { source } = one
    const { decision, candidates } = judge(withoutGeneric(one.profile, model), people, weighedFor(model, source))
    const calibratedBy = calibrationOf(decision, model, [source, other.source])
    return { explanation: explain(candidates, decision, model, { source, ...calibratedBy }), receipts }
  }

  /** From the records, as long as they are there and read as they were then; else from the levels, which are kept with it. */
  private async again(stored: StoredDecision, permit: Permit<'decideReview'>): Promise<Replayed> {
    const { explanation } = stored
    const model = await this.modelOf(explanation.modelHash)
    if (!model) return { agrees: false, because: 'model-gone' }
    const replayed = await this.fromRecords(stored, model, permit)
    if (replayed?.agrees === true) return replayed
    const isReadAlike = explanation.normaliser === normaliserVersion
    if (replayed && isReadAlike) return replayed
    const { agrees, again } = replay(explanation, model)
    return { agrees, from: 'levels', because: isReadAlike ? 'inputs-gone' : 'normaliser-gone', again }
  }

  private async fromRecords(
    { explanation, inputs }: StoredDecision,
    model: Model,
    permit: Permit<'decideReview'>,
  ): Promise<Replayed | undefined> {
    if (!inputs) return undefined
    const record = await this.parts.decisions.record({ ...inputs, permit })
    const people = record && (await this.comparedIn(inputs, permit))
    return people && replayDecision(explanation, { record: record.judged ?? record.profile, people, model })
  }

  private async comparedIn(
    { compared }: NonNullable<StoredDecision['inputs']>,
    permit: Permit<'decideReview'>,
  ): Promise<readonly Person[] | undefined> {
    const people: Person[] = []
    for (const { childId, profileIds } of compared) {
      const [first, ...rest] = (await this.parts.decisions.profiles({ ids: profileIds, permit })) ?? []
      if (!first) return undefined
      people.push({ personId: childId, profiles: [first, ...rest] })
    }
    return people
  }

  private async modelOf(hash: string): Promise<Model | undefined> {
    const { index, models } = this.parts
    return modelHash(index.model) === hash ? index.model : models.byHash(hash)
  }

  private async record(
    caller: Caller,
    of: { action: string; permit: Permit<'decideReview'>; stored: StoredDecision | undefined },
  ): Promise<readonly AccessReceipt[]> {
    const childIds = of.stored?.children.map(({ childId }) => childId) ?? []
    return this.parts.desk.record(caller, { action: of.action, permit: of.permit, childIds })
  }
}

/** A decision that touches a protected child is there for the guardian desk alone. */
function visible(stored: StoredDecision | undefined, isGuardian: boolean): StoredDecision | undefined {
  return stored && (isGuardian || !stored.children.some(({ isProtected }) => isProtected)) ? stored : undefined
}
