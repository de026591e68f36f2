import { Injectable } from '@nestjs/common'
import { readUci } from '#libs/identifiers'
import { decideAccess, type AccessDecision, type PolicySet } from '#libs/policy'
import { addToOutbox, Database } from '#libs/postgres'
import {
  accessIndexOf,
  AccessRecorder,
  standingOf,
  type AccessReceipt,
  type Caller,
  type ProgramKeys,
} from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import { AccessRecordRepository, type Search } from './access-record.repository.js'
import type { StoredRecord } from './opened-record.js'

const nobody = '00000000-0000-0000-0000-000000000000'

/** A page of what is recorded about a child, and the receipt for having read it. */
export interface Trace {
  readonly records: readonly StoredRecord[]
  readonly receipt: AccessReceipt
}

/** What is asked of the log: whose records, and which of them. */
export type TraceQuestion = { readonly uci: string } & Omit<Search, 'childIndexes' | 'permit'>

type ReadDecision = AccessDecision<'readAccessLog'>

/**
 * Answers who saw, or was sent, what about a child. Reading the log is itself recorded, before the answer, also when the
 * answer is a refusal, and whether or not there is such a child.
 */
@Injectable()
export class TraceChild {
  constructor(
    private readonly database: Database,
    private readonly records: AccessRecordRepository,
    private readonly recorder: AccessRecorder,
    private readonly rules: { readonly policies: PolicySet; readonly keys: ProgramKeys },
  ) {}

  async trace(caller: Caller, question: TraceQuestion): Promise<Trace> {
    requireActor(caller)
    requirePurpose(caller)
    const { uci: text, ...search } = question
    const uci = uciOf(text)
    const childId = await this.records.childOf(uci)
    const { decision, ofUnknown } = await this.decide(caller, childId)
    const permitted = [decision, ofUnknown].find((one) => one.outcome === 'PERMIT')
    const receipt = await this.record(caller, { uci, childId, decision, isAnswered: permitted !== undefined })
    if (permitted === undefined) throw new Problem('NOT_PERMITTED')
    // An unknown child has an index of its own, under which nothing is recorded: the same queries, an empty page.
    const joined = await this.records.joinedInto(childId ?? nobody)
    const isShown = childId !== undefined && decision.outcome === 'PERMIT'
    const ids = isShown ? [childId, ...joined] : [`unknown:${uci}`]
    const childIndexes = ids.map((id) => accessIndexOf(this.rules.keys, id))
    return { records: await this.records.search({ ...search, childIndexes, permit: permitted.permit }), receipt }
  }

  /** About the child as it is, and as if nobody knew it: whoever may ask, and may not see this one, is told that. */
  private async decide(caller: Caller, childId: string | undefined) {
    const protection = await this.records.protectionOf(childId ?? nobody)
    const standing = await standingOf(this.database, caller)
    const about = (level: typeof protection): ReadDecision =>
      decideAccess(this.rules.policies, { action: 'readAccessLog', ...standing, child: { protection: level } })
    return { decision: about(protection), ofUnknown: about('none') }
  }

  private async record(
    caller: Caller,
    {
      uci,
      childId,
      decision,
      isAnswered,
    }: { uci: string; childId: string | undefined; decision: ReadDecision; isAnswered: boolean },
  ): Promise<AccessReceipt> {
    const { message, receipt } = await this.recorder.record({
      kind: 'log-read',
      caller,
      action: 'readAccessLog',
      outcome: isAnswered ? 'answered' : 'refused',
      asked: uci,
      ...(childId !== undefined && { child: childId }),
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.database.transaction((tx) => addToOutbox(tx, 'audit', [message]))
    return receipt
  }
}

function uciOf(text: string): string {
  const read = readUci(text, { allowReserved: true })
  if (read.ok) return read.uci
  throw new Problem('IDENTIFIER_INVALID', undefined, { errors: [{ pointer: '#/uci', code: read.code }] })
}
