import { decideAccess, type Permit, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller, type RecordedAccess } from '#libs/security'
import { Problem, requirePurpose, statusOf } from '#libs/service'
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

/** What somebody tries who was let in. */
interface Attempt {
  readonly action: DeskAction
  /** What was named. */
  readonly asked: string
  /** Whom it would have been about, hidden children included; nobody for each that is not there. */
  readonly about: () => Promise<readonly (string | undefined)[]>
}

/** Refused since there is nothing, or nothing for this desk, or as things stand. */
const refusals: ReadonlySet<number> = new Set([404, 409])

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

  /**
   * Does what somebody was let in for. That it was tried is on record also where it is refused, by the same steps whether what
   * was named is nothing or another desk's.
   */
  async attempt<Result>(desk: Desk, attempt: Attempt, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Problem && refusals.has(statusOf(error.code))) await this.recordRefused(desk, attempt, error)
      throw error
    }
  }

  private async recordRefused(desk: Desk, { action, asked, about }: Attempt, { code }: Problem): Promise<void> {
    const { database, recorder } = this.parts
    const records = await Promise.all(
      (await about()).map((child) =>
        recorder.record({
          ...{ kind: 'refuse', caller: desk.caller, action, outcome: code, asked },
          truth: { decision: 'PERMIT', ruleId: desk.permit.ruleId, code },
          ...(child !== undefined && { child }),
        }),
      ),
    )
    await addToOutbox(
      database,
      'identity',
      records.map(({ message }) => message),
    )
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
