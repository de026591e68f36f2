import { decideAccess, type Permit, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database, type Sql } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import { isByPerson, personOf } from './person.js'
import type { LiftOutcome, ProtectionRepository } from './protection.repository.js'

/** What lifting stands on. */
export interface LiftParts {
  readonly database: Database
  readonly protections: ProtectionRepository
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
}

/** Ends a protection: one guardian asks, another approves. */
export class LiftProtection {
  constructor(private readonly parts: LiftParts) {}

  async ask(caller: Caller, purpose: string, request: { protectionId: string; reason: string }) {
    const { protectionId, reason } = request
    const { bytes } = await this.parts.protections.seal(protectionId, reason)
    return this.move(caller, { protectionId, purpose, told: 'lift-asked' }, (tx, by) =>
      this.parts.protections.askToLift(tx, protectionId, by, bytes),
    )
  }

  async approve(caller: Caller, purpose: string, protectionId: string) {
    return this.move(caller, { protectionId, purpose, told: 'lifted' }, (tx, by) =>
      this.parts.protections.lift(tx, protectionId, by),
    )
  }

  private async move(
    caller: Caller,
    { protectionId, purpose, told }: { protectionId: string; purpose: string; told: string },
    step: (tx: Sql, by: string) => Promise<LiftOutcome>,
  ): Promise<{ readonly protectionId: string; readonly state: string; readonly accessReceipt: AccessReceipt }> {
    const by = personOf(caller)
    const permit = await this.permit(caller, purpose)
    const children = await this.parts.protections.childrenOf({ protectionId, permit })
    const [first, ...rest] = await this.records(caller, { protectionId, purpose, told, children, permit })
    if (!first) throw new Problem('NOT_FOUND')
    const answer = { protectionId, state: told, accessReceipt: first.receipt }
    await this.parts.database.transaction(async (tx) => {
      refuse(await step(tx, by))
      await addToOutbox(
        tx,
        'identity',
        [first, ...rest].map(({ message }) => message),
      )
      await caller.attempt?.keep(tx, answer)
    })
    return answer
  }

  private async permit(caller: Caller, purpose: string): Promise<Permit<'liftProtection'>> {
    const standing = await standingOf(this.parts.database, caller, purpose)
    const decision = decideAccess(this.parts.policies, { action: 'liftProtection', ...standing })
    if (decision.outcome === 'PERMIT' && isByPerson(caller)) return decision.permit
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'liftProtection', outcome: 'refused', purpose },
      truth: { decision: decision.outcome, ruleId: decision.ruleId },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }

  private records(
    caller: Caller,
    given: {
      protectionId: string
      purpose: string
      told: string
      children: readonly string[]
      permit: Permit<'liftProtection'>
    },
  ) {
    const { protectionId, purpose, told, children, permit } = given
    return Promise.all(
      children.map((child) =>
        this.parts.recorder.record({
          ...{ kind: 'decide', caller, action: 'liftProtection', outcome: told, purpose, child },
          truth: { decision: 'PERMIT', ruleId: permit.ruleId, protection: protectionId },
        }),
      ),
    )
  }
}

/** @throws Problem unless the step was made */
export function refuse(outcome: LiftOutcome): void {
  if (outcome === 'done') return
  if (outcome === 'unknown') throw new Problem('NOT_FOUND')
  if (outcome === 'same-person') throw new Problem('ANOTHER_PERSON_NEEDED')
  throw new Problem('NOT_PERMITTED', 'Nobody has asked for it')
}
