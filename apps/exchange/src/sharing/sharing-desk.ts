import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller, type RecordedAccess } from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import { asIfNotHidden, type Facts } from '../routing/child-facts.js'
import type { SharingQuestion } from './sharing-question.js'
import type { Sight } from './sharing-question.repository.js'

/** Somebody who may see, or decide, questions of sharing. */
export interface Desk extends Sight {
  readonly caller: Caller
  readonly actor: NonNullable<Caller['actor']>
  readonly standing: Awaited<ReturnType<typeof standingOf>>
}

/** What is done there, for the access log. */
export type DeskAction = 'readSharingQuestions' | 'decideSharing'

export interface SharingDeskParts {
  readonly database: Database
  readonly policies: PolicySet
  readonly recorder: AccessRecorder
  readonly onCommitted: () => void
}

/** Asks the policy who may see and decide questions of sharing, and describes what is done for the access log. */
export class SharingDesk {
  constructor(private readonly parts: SharingDeskParts) {}

  /** @throws Problem `NOT_PERMITTED`, on record: also where a program would decide, since that takes a person */
  async admit(caller: Caller, action: DeskAction): Promise<Desk> {
    const purpose = requirePurpose(caller)
    const actor = requireActor(caller)
    const standing = await standingOf(this.parts.database, caller, purpose)
    const access = decideAccess(this.parts.policies, {
      ...standing,
      action: 'decideSharing',
      ...(caller.agencyKind !== 'hub' && { owner: caller.agencyId }),
    })
    const mayAct = action === 'readSharingQuestions' || actor.role !== 'system-client'
    if (access.outcome === 'PERMIT' && mayAct) return deskOf({ caller, actor, standing, permit: access.permit })
    const { outcome: decision, ruleId, reasons } = access
    const refusal = { ...{ kind: 'refuse' as const, caller, action }, outcome: 'NOT_PERMITTED' }
    const { message } = await this.parts.recorder.record({ ...refusal, truth: { decision, ruleId, reasons } })
    await addToOutbox(this.parts.database, 'exchange', [message])
    this.parts.onCommitted()
    throw new Problem('NOT_PERMITTED')
  }

  /** The basis may leave it to persons of one role; past its clock it is the duty desk's too. */
  isTheirs({ actor, isDutyDesk }: Desk, { role }: Pick<SharingQuestion, 'role'>): boolean {
    return isDutyDesk || role === undefined || role === actor.role
  }

  /**
   * Whether somebody may know who the recipient is: one whom the sender did not name is somebody involved with the child.
   * That its existence was hidden since tells nothing: its sender reads the question as before. Where its place is hidden only
   * the responsible council is named: practice, school and provider count as places.
   */
  maySeeRecipient(
    { standing, isDutyDesk }: Desk,
    { isNamedBySender, recipient }: SharingQuestion,
    facts: Facts,
  ): boolean {
    if (isDutyDesk || isNamedBySender) return true
    const isResponsible = facts.involvements.some((one) => one.agencyId === recipient && one.kind === 'responsible')
    if (facts.protection === 'location-hidden' && !isResponsible) return false
    const involvements = facts.involvements.filter(({ agencyId }) => agencyId === standing.agency.id)
    const { protection } = asIfNotHidden(facts)
    const asked = { action: 'readInvolvements' as const, child: { protection }, involvements }
    return decideAccess(this.parts.policies, { ...standing, ...asked }).outcome === 'PERMIT'
  }

  /** What somebody reads or decides about one question's child; or that there was nothing. */
  record(
    { caller, permit }: Desk,
    action: DeskAction,
    about: SharingQuestion | undefined,
    said: { readonly outcome: string; readonly truth?: Readonly<Record<string, string | readonly string[]>> },
  ): Promise<RecordedAccess> {
    const { event, recipient, childId, sender, id } = about ?? {}
    return this.parts.recorder.record({
      ...{ kind: action === 'decideSharing' ? 'decide' : 'read', caller, action, outcome: said.outcome },
      ...(event && { eventType: event.type, eventId: event.id }),
      ...(childId !== undefined && { child: childId }),
      truth: {
        ...{ decision: 'PERMIT', ruleId: permit.ruleId },
        ...{ sender: sender ?? '', recipient: recipient ?? '', question: id ?? '' },
        ...said.truth,
      },
    })
  }
}

function deskOf(admitted: Pick<Desk, 'caller' | 'actor' | 'standing' | 'permit'>): Desk {
  const { agencyId, role } = admitted.caller
  return { ...admitted, agencyId, isDutyDesk: role === 'guardian-desk' }
}
