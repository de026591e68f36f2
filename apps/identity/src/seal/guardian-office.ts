import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller, type RecordedAccess } from '#libs/security'
import { Problem } from '#libs/service'
import { isByPerson, personOf } from '../protection/person.js'

/** A guardian whom the policy let in. */
interface Guardian {
  readonly caller: Caller
  readonly purpose: string
  readonly rule: string
  /** Not a client: two of them must agree. */
  readonly person: string
}

/** Asks the policy who may seal and unseal, and describes it for the access log. */
export class GuardianOffice {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly recorder: AccessRecorder
      readonly policies: PolicySet
    },
  ) {}

  /** @throws Problem `NOT_PERMITTED`, on record */
  async admit(caller: Caller, purpose: string): Promise<Guardian> {
    const person = personOf(caller)
    const standing = await standingOf(this.parts.database, caller, purpose)
    const decision = decideAccess(this.parts.policies, { action: 'sealChild', ...standing })
    if (decision.outcome === 'PERMIT' && isByPerson(caller)) return { caller, purpose, rule: decision.ruleId, person }
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'sealChild', outcome: 'refused', purpose },
      truth: { decision: decision.outcome, ruleId: decision.ruleId },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }

  /** The record of a step, about the birth identity and never about another. */
  record({ caller, purpose, rule }: Guardian, child: string, outcome: string): Promise<RecordedAccess> {
    return this.parts.recorder.record({
      ...{ kind: 'decide', caller, action: 'sealChild', outcome, purpose, child },
      truth: { decision: 'PERMIT', ruleId: rule },
    })
  }
}
