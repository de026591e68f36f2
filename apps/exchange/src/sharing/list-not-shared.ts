import { decideAccess, type Permit, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import {
  SealBroken,
  standingOf,
  type AccessReceipt,
  type AccessRecorder,
  type Caller,
  type KeyRing,
} from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import { EventErased, openEvent } from '../ingest/open-event.js'
import { basisOf } from '../routing/delivery-question.js'
import type { NotShared, NotSharedRepository } from './not-shared.repository.js'

/** A decision not to share with what its sender says of it; nothing of one that is erased. */
export interface ShownNotShared {
  readonly found: NotShared
  readonly reason?: string
  readonly detriment?: { readonly outcome: string; readonly reason: string }
}

export interface ListNotSharedParts {
  readonly database: Database
  readonly policies: PolicySet
  readonly list: NotSharedRepository
  readonly recorder: AccessRecorder
  readonly keyRing: KeyRing
  readonly onCommitted: () => void
}

const action = 'readDecisions'

/**
 * Shows what was set against sharing, and why: to auditors and data protection officers everybody's, to a sender its own.
 * Each is an access to its child, on record before anything is opened.
 */
export class ListNotShared {
  constructor(private readonly parts: ListNotSharedParts) {}

  /** @throws Problem `NOT_PERMITTED`, on record */
  async list(
    caller: Caller,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<{ readonly shown: readonly ShownNotShared[]; readonly receipts: readonly AccessReceipt[] }> {
    const { permit, ruleId } = await this.admit(caller)
    const sender = caller.agencyKind === 'hub' ? undefined : caller.agencyId
    const found = await this.parts.list.list(this.parts.database, permit, { sender, ...page })
    const about = found.length > 0 ? found : [undefined]
    const records = await Promise.all(about.map((one) => this.record(caller, ruleId, one)))
    await this.write(records.map(({ message }) => message))
    const shown = await Promise.all(found.map(async (one) => ({ found: one, ...(await this.saidOf(one)) })))
    return { shown, receipts: records.map(({ receipt }) => receipt) }
  }

  private async admit(caller: Caller): Promise<{ readonly permit: Permit<'readDecisions'>; readonly ruleId: string }> {
    const purpose = requirePurpose(caller)
    requireActor(caller)
    const standing = await standingOf(this.parts.database, caller, purpose)
    const owner = caller.agencyKind === 'hub' ? {} : { owner: caller.agencyId }
    const access = decideAccess(this.parts.policies, { ...standing, action, ...owner })
    const { ruleId } = access
    if (access.outcome === 'PERMIT') return { permit: access.permit, ruleId }
    const truth = { decision: access.outcome, ruleId, reasons: access.reasons }
    const refusal = { kind: 'refuse' as const, caller, action, outcome: 'NOT_PERMITTED', truth }
    await this.write([(await this.parts.recorder.record(refusal)).message])
    throw new Problem('NOT_PERMITTED')
  }

  private async write(messages: Parameters<typeof addToOutbox>[2]): Promise<void> {
    await addToOutbox(this.parts.database, 'exchange', messages)
    this.parts.onCommitted()
  }

  private record(caller: Caller, ruleId: string, found: NotShared | undefined) {
    return this.parts.recorder.record({
      ...{ kind: 'read' as const, caller, action, outcome: 'answered' },
      ...(found && { eventType: found.event.type, eventId: found.event.id }),
      ...(found?.childId !== undefined && { child: found.childId }),
      truth: { decision: 'PERMIT', ruleId, sender: found?.sender ?? '' },
    })
  }

  private async saidOf({ event, keyId, sealed }: NotShared): Promise<Omit<ShownNotShared, 'found'>> {
    try {
      const opened = await openEvent(this.parts.keyRing, { eventId: event.id, keyId, sealed })
      const { outcome, reason } = basisOf(opened).detriment
      return { reason: opened.event.data.body['reason'] as string, detriment: { outcome, reason } }
    } catch (error) {
      if (error instanceof EventErased || error instanceof SealBroken) return {}
      throw error
    }
  }
}
