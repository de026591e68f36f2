import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem, requirePurpose } from '#libs/service'

import type { ClockMoved } from './clock-moved.js'

/** Where the hub's clock stands after it was moved. */
export interface MovedClock {
  readonly now: string
  readonly accessReceipt: AccessReceipt
}

/** What moving the clock works with. */
export interface MoveClockParts {
  readonly database: Database
  readonly policies: PolicySet
  readonly recorder: AccessRecorder
  /** There is a clock to move in the profile `sandbox`, and nowhere else. */
  readonly config: { readonly WAYMARK_PROFILE: string }
  readonly clockMoved: ClockMoved
}

/**
 * Moves the clock of handovers, acknowledgements and escalations forward; never that of tokens, and never back.
 */
export class MoveClock {
  constructor(private readonly parts: MoveClockParts) {}

  /** @throws Problem `NOT_FOUND` outside the sandbox; `NOT_PERMITTED` without the action `administer`, after it was recorded */
  async advance(caller: Caller, advance: string): Promise<MovedClock> {
    const { database, policies, recorder, config } = this.parts
    if (config.WAYMARK_PROFILE !== 'sandbox') throw new Problem('NOT_FOUND')
    requirePurpose(caller)
    const decision = decideAccess(policies, { ...(await standingOf(database, caller)), action: 'administer' })
    const { outcome, ruleId, reasons } = decision
    const isAllowed = outcome === 'PERMIT'
    const told = isAllowed ? 'answered' : 'refused'
    const truth = { decision: outcome, ruleId, reasons, advance }
    const recorded = await recorder.record({
      kind: isAllowed ? 'decide' : 'refuse',
      caller,
      action: 'administer',
      outcome: told,
      truth,
    })
    const answer = await database.transaction(async (tx) => {
      await addToOutbox(tx, 'safeguarding', [recorded.message])
      if (!isAllowed) return undefined
      await tx.query('update safeguarding.demo_clock set ahead = ahead + $1::interval', [advance])
      const [row] = await tx.query<{ now: Date }>('select safeguarding.hub_now() as now')
      if (!row) return undefined
      const moved = { now: row.now.toISOString(), accessReceipt: recorded.receipt }
      await caller.attempt?.keep(tx, moved)
      return moved
    })
    if (!answer) throw new Problem('NOT_PERMITTED')
    this.parts.clockMoved.tell()
    return answer
  }
}
