import { decideAccess, type AccessDecision, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type AccessReceipt, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { DecidedEvent, DecisionRepository, WrittenDecision } from './decision.repository.js'
import { toldToPoster } from './told-decision.js'

/** What a caller may read of an event's decisions. */
export interface ReadableDecisions {
  readonly event: DecidedEvent
  readonly decisions: readonly WrittenDecision[]
  readonly receipt: AccessReceipt
}

/**
 * Shows who was sent an event and who was not: to auditors and data protection officers everything, to the poster what
 * became of those it named itself ({@link toldToPoster}), since others would tell it who is involved. Never to an agency
 * that was refused.
 */
export class ReadDecisions {
  constructor(
    private readonly parts: {
      database: Database
      decisions: DecisionRepository
      policies: PolicySet
      recorder: AccessRecorder
      onCommitted: () => void
    },
  ) {}

  /** @throws Problem `NOT_FOUND` alike for an event that is not there and one that is not the caller's */
  async read(caller: Caller, eventId: string): Promise<ReadableDecisions> {
    const [standing, event] = await Promise.all([
      standingOf(this.parts.database, caller),
      this.parts.decisions.event(eventId),
    ])
    const access = decideAccess(this.parts.policies, {
      ...standing,
      action: 'readDecisions',
      owner: event?.sender ?? '',
    })
    const shown = access.outcome === 'PERMIT' && event ? { event, permit: access.permit } : undefined
    const { message, receipt } = await this.record(caller, { eventId, event, access, isShown: shown !== undefined })
    await addToOutbox(this.parts.database, 'exchange', [message])
    this.parts.onCommitted()
    if (!shown) throw new Problem('NOT_FOUND')
    const decisions = await this.parts.decisions.about(shown.permit, eventId)
    const told = seesAll(caller) ? decisions : toldToPoster(this.parts.policies, decisions)
    return { event: shown.event, decisions: told, receipt }
  }

  private record(
    caller: Caller,
    {
      eventId,
      event,
      access,
      isShown,
    }: { eventId: string; event: DecidedEvent | undefined; access: AccessDecision<'readDecisions'>; isShown: boolean },
  ) {
    return this.parts.recorder.record({
      kind: 'read',
      caller,
      action: 'readDecisions',
      outcome: isShown ? 'answered' : 'NOT_FOUND',
      asked: `decisions:${eventId}`,
      ...(isShown && { eventId }),
      ...(event?.childId !== undefined && { child: event.childId }),
      truth: { decision: access.outcome, ruleId: access.ruleId, reasons: access.reasons, event: eventId },
    })
  }
}

function seesAll({ role }: Caller): boolean {
  return role === 'auditor' || role === 'data-protection-officer'
}
