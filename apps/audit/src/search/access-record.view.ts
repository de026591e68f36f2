import { textIn, textsIn, type Opened, type StoredRecord } from './opened-record.js'
import type { AccessRecord } from './access-record.type.js'

/** An access record as an auditor sees it: both halves, and what is needed to check them against the log. */
export function viewOf(record: StoredRecord, outer: Opened, inner: Opened): AccessRecord {
  return {
    id: record.recordId,
    entry: record.seq,
    at: new Date(record.at),
    kind: record.kind,
    service: record.service,
    agency: record.agencyId ?? textIn(outer, 'agencyId'),
    client: record.clientId ?? null,
    actorRole: textIn(outer, 'actorRole'),
    actorReference: textIn(outer, 'actorReference'),
    action: textIn(outer, 'action'),
    outcome: textIn(outer, 'outcome'),
    recipient: textIn(outer, 'recipient'),
    eventType: textIn(outer, 'eventType'),
    eventId: textIn(outer, 'eventId'),
    fieldGroups: textsIn(outer, 'fieldGroups'),
    purpose: record.purpose ?? null,
    basisId: textIn(outer, 'basisId'),
    agreement: textIn(outer, 'agreement'),
    decision: textIn(inner, 'decision') ?? textIn(inner, 'outcome'),
    ruleId: textIn(inner, 'ruleId'),
    reasons: textsIn(inner, 'reasons'),
    policyHash: textIn(outer, 'policyHash'),
    state: stateOf(outer, inner),
    ...evidenceOf(record, outer),
  }
}

function evidenceOf({ commitment, salt1, innerHash }: StoredRecord, outer: Opened) {
  return {
    commitment: commitment.toString('hex'),
    salt1: salt1.toString('hex'),
    innerHash: innerHash.toString('hex'),
    outer: 'half' in outer ? JSON.stringify({ ...outer.half, innerHash: innerHash.toString('hex') }) : null,
  }
}

function stateOf(...halves: readonly Opened[]): string {
  const closed = halves.flatMap((half) => ('closed' in half ? [half.closed] : []))
  return closed.includes('altered') ? 'altered' : (closed[0] ?? 'intact')
}
