import { textIn, textsIn, type Opened, type StoredRecord } from './opened-record.js'
import type { AccessRecord } from './access-record.type.js'

/** An access record as an auditor sees it: both halves, and what is needed to check them against the log. */
export function viewOf(record: StoredRecord, outer: Opened, inner: Opened): AccessRecord {
  return {
    id: record.recordId,
    entry: record.seq,
    at: new Date(textIn(outer, 'at') ?? record.at),
    kind: textIn(outer, 'kind') ?? record.kind,
    service: textIn(outer, 'service') ?? record.service,
    ...callerOf(record, outer),
    actorRole: textIn(outer, 'actorRole'),
    actorReference: textIn(outer, 'actorReference'),
    action: textIn(outer, 'action'),
    outcome: textIn(outer, 'outcome'),
    recipient: textIn(outer, 'recipient'),
    eventType: textIn(outer, 'eventType'),
    eventId: textIn(outer, 'eventId'),
    fieldGroups: textsIn(outer, 'fieldGroups'),
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

/** What was logged is shown before what the row says: the row alone where the half cannot be opened. */
function callerOf({ agencyId, clientId, purpose }: StoredRecord, outer: Opened) {
  const row: Opened = { half: { agencyId, clientId, purpose }, isMisfiled: false }
  const known = 'half' in outer ? outer : row
  return {
    agency: textIn(known, 'agencyId'),
    client: textIn(known, 'clientId'),
    purpose: textIn(known, 'purpose'),
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

/** intact, altered or erased: the worst of its halves. */
export function stateOf(...halves: readonly Opened[]): string {
  const states = halves.map((half) => ('closed' in half ? half.closed : half.isMisfiled ? 'altered' : 'intact'))
  return (['altered', 'erased'] as const).find((state) => states.includes(state)) ?? 'intact'
}
