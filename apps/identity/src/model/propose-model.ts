import { withVariants, type AddedVariants } from '#libs/matching'
import { addToOutbox, type Database } from '#libs/postgres'
import type { AccessReceipt, Caller } from '#libs/security'
import { Problem } from '#libs/service'
import { personOf } from '../protection/person.js'
import type { LiveIndex } from '../resolution/resolve-children.js'
import type { KeepModels } from './keep-models.js'
import type { ModelDesk } from './model-desk.js'
import { stepFor, type ProposalStep } from './model.js'
import type { ModelReport, ModelRepository } from './model.repository.js'
import type { Teacher } from './teacher.js'

/** What deciding upon models stands on. */
export interface ProposeParts {
  readonly database: Database
  readonly models: ModelRepository
  readonly keeping: KeepModels
  readonly teacher: Teacher
  readonly index: Pick<LiveIndex, 'model'>
  readonly desk: ModelDesk
  /** What stewards have accepted: what is learned from now on takes it over. */
  readonly variants: { accepted(): Promise<AddedVariants | undefined> }
  /** Fewer records than these teach nothing that may decide about everybody. */
  readonly leastRecords: number
}

/** Lets data stewards see the models on file and decide which one decides: a shadow first, then two persons. */
export class ProposeModel {
  constructor(private readonly parts: ProposeParts) {}

  async list(caller: Caller): Promise<{ readonly models: readonly ModelReport[]; readonly receipt: AccessReceipt }> {
    const ruleId = await this.parts.desk.admit(caller, 'readModels')
    const models = await this.parts.models.onFile()
    const { message, receipt } = await this.parts.desk.record(caller, 'readModels', { outcome: 'answered', ruleId })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    return { models, receipt }
  }

  /**
   * Has a model learned from what is on file; it will be a draft.
   *
   * @returns whether it began, or one is under way
   * @throws Problem 409 `LEARNING_INSUFFICIENT` where too few records are on file
   */
  async learn(caller: Caller): Promise<{ readonly hasBegun: boolean; readonly receipt: AccessReceipt }> {
    const person = personOf(caller)
    const ruleId = await this.parts.desk.admit(caller, 'learnModel')
    const { models, leastRecords } = this.parts
    const isEnough = (await models.recordsOnFile(leastRecords)) === leastRecords
    const outcome = isEnough ? 'begun' : 'too-few'
    const { message, receipt } = await this.parts.desk.record(caller, 'learnModel', { outcome, ruleId })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    if (!isEnough) throw new Problem('LEARNING_INSUFFICIENT', `Fewer than ${String(leastRecords)} records are on file`)
    const base = withVariants(this.parts.index.model, await this.parts.variants.accepted())
    return { hasBegun: this.parts.teacher.begin(base, person), receipt }
  }

  /** @throws Problem 404 `NOT_FOUND`; 409 `ANOTHER_PERSON_NEEDED` for the same person twice; 403 `NOT_PERMITTED` for a model that is active */
  async propose(
    caller: Caller,
    hash: string,
  ): Promise<{ readonly model: ModelReport; readonly receipt: AccessReceipt }> {
    const person = personOf(caller)
    const ruleId = await this.parts.desk.admit(caller, 'proposeModel')
    const receipt = await this.parts.database.transaction(async (tx) => {
      const onFile = await this.parts.models.lock(tx, hash)
      if (!onFile) throw new Problem('NOT_FOUND')
      const { step } = refused(stepFor(onFile, person))
      if (step === 'shadow') await this.parts.models.makeShadow(tx, hash)
      if (step === 'propose') await this.parts.models.propose(tx, hash, person)
      if (step === 'activate') await this.parts.models.activate(tx, hash, person)
      const recorded = await this.parts.desk.record(caller, 'proposeModel', { outcome: step, ruleId, model: hash })
      await addToOutbox(tx, 'identity', [recorded.message])
      return recorded.receipt
    })
    // The index is built anew for it, which takes as long as a start: whoever proposed does not wait, and replicas look by themselves.
    this.parts.keeping.follow().catch(() => undefined)
    const model = await this.parts.models.report(hash)
    if (!model) throw new Problem('NOT_FOUND')
    return { model, receipt }
  }
}

function refused(step: ProposalStep): Exclude<ProposalStep, { step: 'refuse' }> {
  if (step.step !== 'refuse') return step
  if (step.because === 'same-person') throw new Problem('ANOTHER_PERSON_NEEDED')
  throw new Problem('NOT_PERMITTED', 'This model decides already')
}
