import type { Model } from '#libs/matching'
import { decideAccess, type Permit, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'

/** Models by their hash. */
export interface ModelsOnFile {
  byHash(hash: string): Promise<Model | undefined>
}

/** Somebody who may see how children are told apart. */
export interface Seated {
  readonly permit: Permit<'decideReview'>
  /** Sees what touches a protected child. */
  readonly isGuardian: boolean
}

/** Lets in who decides about identity, and writes down what was looked at before it is answered. */
export class StewardDesk {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly recorder: AccessRecorder
      readonly policies: PolicySet
    },
  ) {}

  /** @throws Problem `NOT_PERMITTED`, on record */
  async admit(caller: Caller, action: string, purpose = requirePurpose(caller)): Promise<Seated> {
    requireActor(caller)
    const standing = await standingOf(this.parts.database, caller, purpose)
    const isGuardian = caller.role === 'guardian-desk'
    const protection = isGuardian ? 'existence-hidden' : 'none'
    const decision = decideAccess(this.parts.policies, { action: 'decideReview', ...standing, child: { protection } })
    if (decision.outcome === 'PERMIT') return { permit: decision.permit, isGuardian }
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action, outcome: 'refused', purpose },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }

  /** Makes a record for each child durable; where there is none, one of having asked. */
  async record(
    caller: Caller,
    looked: {
      readonly action: string
      readonly permit: Seated['permit']
      readonly childIds: readonly string[]
      readonly asked?: string
    },
  ): Promise<readonly AccessReceipt[]> {
    const { action, permit, childIds, asked } = looked
    const children = childIds.length > 0 ? [...new Set(childIds)] : [undefined]
    const records = await Promise.all(
      children.map((child) =>
        this.parts.recorder.record({
          ...{ kind: 'read', caller, action, outcome: 'answered' },
          truth: { decision: 'PERMIT', ruleId: permit.ruleId },
          ...(child !== undefined && { child }),
          ...(asked !== undefined && { asked }),
        }),
      ),
    )
    await this.parts.database.transaction((tx) =>
      addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      ),
    )
    return records.map(({ receipt }) => receipt)
  }
}
