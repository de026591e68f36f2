import {
  explain,
  judge,
  modelHash,
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
import { replayDecision, type NotReplayable, type Replayed } from './replay.js'
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

/** A decision made again, or why it cannot be. */
export interface ReplayAnswer {
  readonly decisionId: string
  readonly modelHash: string
  /** Whether what is stored is what this program signed when it was decided. */
  readonly isSigned: boolean
  readonly agrees: boolean
  readonly because?: NotReplayable
  readonly explanation: Explanation
  readonly again?: Explanation
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
    const found = await this.again(stored, permit)
    const replayed = typeof found === 'string' ? { agrees: false, because: found } : found
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

  private async again(
    { explanation, inputs }: StoredDecision,
    permit: Permit<'decideReview'>,
  ): Promise<Replayed | NotReplayable> {
    const model = await this.modelOf(explanation.modelHash)
    if (!model) return 'model-gone'
    const record = inputs && (await this.parts.decisions.record({ ...inputs, permit }))
    if (!record) return 'inputs-gone'
    const people = await this.comparedIn(inputs, permit)
    if (!people) return 'inputs-gone'
    const profile = record.judged ?? record.profile
    if (profile.v !== explanation.normaliser) return 'normaliser-gone'
    return replayDecision(explanation, { record: profile, people, model })
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
