import type { RoutedEvent } from '#libs/events'
import type { OutboxMessage } from '#libs/postgres'
import type { AccessRecorder } from '#libs/security'
import type { Decision } from './decision.js'
import { basisOf } from './delivery-question.js'

/**
 * The access records of an event's decisions: one for all that permit, since each copy is recorded again when it leaves,
 * and one for each that does not.
 */
export async function recordDecisions(
  recorder: AccessRecorder,
  event: RoutedEvent,
  decisions: readonly Decision[],
): Promise<readonly OutboxMessage[]> {
  const permitted = decisions.filter(({ outcome }) => outcome === 'PERMIT')
  const others = decisions.filter(({ outcome }) => outcome !== 'PERMIT')
  const records = await Promise.all([
    ...(permitted.length > 0 ? [recordPermits(recorder, event, permitted)] : []),
    ...others.map((decision) => recordOther(recorder, event, decision)),
  ])
  return records.map(({ message }) => message)
}

function outerOf({ event, eventId, child }: RoutedEvent) {
  return {
    kind: 'decide' as const,
    action: 'receive',
    eventType: event.type,
    purpose: basisOf({ event }).purpose,
    basisId: eventId,
    eventId,
    ...(child && { child: child.childId }),
  }
}

function recordPermits(recorder: AccessRecorder, event: RoutedEvent, decisions: readonly Decision[]) {
  return recorder.record({
    ...outerOf(event),
    outcome: 'PERMIT',
    truth: {
      decision: 'PERMIT',
      ruleId: [...new Set(decisions.map(({ ruleId }) => ruleId))].join(' '),
      sender: event.agencyId,
      recipients: decisions.map(({ recipient }) => recipient),
      rules: decisions.map(({ ruleId }) => ruleId),
      fieldGroups: decisions.map(({ fieldGroups }) => fieldGroups.join(' ')),
      decisionIds: decisions.map(({ decisionId }) => decisionId),
    },
  })
}

function recordOther(recorder: AccessRecorder, event: RoutedEvent, decision: Decision) {
  const { outcome, recipient, ruleId, reasons, decisionId } = decision
  return recorder.record({
    ...outerOf(event),
    outcome,
    recipient,
    truth: { decision: outcome, ruleId, reasons, sender: event.agencyId, recipient, decisionId },
  })
}
