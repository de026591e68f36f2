import { decideAccess, type Permit, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller, type RecordedAccess } from '#libs/security'
import { Problem, requirePurpose } from '#libs/service'
import { isByPerson, personOf } from '../protection/person.js'

/** Somebody who may work on the queue. */
export interface Desk {
  readonly caller: Caller
  /** Until people sign in, two are told apart by the reference that their program gives. */
  readonly person: string
  /** The guardian desk sees its own items and whatever touches a protected child, and nothing else. */
  readonly isGuardian: boolean
  readonly permit: Permit<'decideReview'>
}

/** What is done at the queue, for the access log. */
export type DeskAction = 'readReviews' | 'claimReview' | 'decideReview' | 'proposeChange'

/** Asks the policy who may work on the queue, and describes what is done there for the access log. */
export class ReviewDesk {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly recorder: AccessRecorder
      readonly policies: PolicySet
    },
  ) {}

  /** @throws Problem `NOT_PERMITTED`, on record */
  async admit(caller: Caller, action: DeskAction): Promise<Desk> {
    const person = personOf(caller)
    const standing = await standingOf(this.parts.database, caller, requirePurpose(caller))
    const isGuardian = caller.role === 'guardian-desk'
    const protection = isGuardian ? 'existence-hidden' : 'none'
    const decision = decideAccess(this.parts.policies, { action: 'decideReview', ...standing, child: { protection } })
    const mayAct = action === 'readReviews' || isByPerson(caller)
    if (decision.outcome === 'PERMIT' && mayAct) return { caller, person, isGuardian, permit: decision.permit }
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action, outcome: 'refused' },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }

  /** A record for each child; where there is none, one of having asked. */
  records(
    { caller, permit }: Desk,
    action: DeskAction,
    childIds: readonly string[],
    truth: Readonly<Record<string, string>> = {},
  ): Promise<readonly RecordedAccess[]> {
    const children = childIds.length > 0 ? [...new Set(childIds)] : [undefined]
    const kind = action === 'readReviews' || action === 'claimReview' ? 'read' : 'decide'
    return Promise.all(
      children.map((child) =>
        this.parts.recorder.record({
          ...{ kind, caller, action, outcome: 'answered' },
          truth: { decision: 'PERMIT', ruleId: permit.ruleId, ...truth },
          ...(child !== undefined && { child }),
        }),
      ),
    )
  }
}
