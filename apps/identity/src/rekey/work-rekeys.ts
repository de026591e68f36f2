import { formatUci } from '#libs/identifiers'
import { decideAccess, type Permit, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem, requirePurpose } from '#libs/service'
import { personOf } from '../protection/person.js'
import { rekeyStateOf, type RekeyState } from './rekey.js'
import type { RekeyItem, RekeyRepository } from './rekey.repository.js'

/** An item of an agency's worklist, as it is told. */
export interface ToldRekey {
  readonly id: string
  readonly changeId: string
  readonly kind: string
  readonly state: RekeyState
  readonly oldUci: string
  readonly newUci: string
  readonly openedAt: string
  readonly dueAt: string
  readonly confirmedAt?: string
}

/** What the worklist stands on. */
export interface WorkRekeysParts {
  readonly database: Database
  readonly rekeys: RekeyRepository
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
}

/** An agency's own worklist: what it has to write anew after a change of identity, and its word that it has. */
export class WorkRekeys {
  constructor(private readonly parts: WorkRekeysParts) {}

  async list(
    caller: Caller,
    page: { readonly limit: number; readonly after?: string; readonly isAll: boolean },
  ): Promise<{
    readonly items: readonly ToldRekey[]
    /** Records of its own that it is asked about: a person could not tell whose they are. */
    readonly questions: readonly { readonly id: string; readonly uci: string; readonly askedUntil: string }[]
    readonly next?: string
    readonly accessReceipt: AccessReceipt
  }> {
    const { permit } = await this.permit(caller)
    const { limit, after, isAll } = page
    const { message, receipt } = await this.record(caller, permit, 'listed')
    const { rows, asked } = await this.parts.database.transaction(async (tx) => {
      await addToOutbox(tx, 'identity', [message])
      const from = after === undefined ? {} : { after }
      return {
        rows: await this.parts.rekeys.ofHolder(tx, { permit, limit: limit + 1, isAll, ...from }),
        asked: await this.parts.rekeys.questionsFor(tx, permit),
      }
    })
    const now = await this.parts.rekeys.hubNow()
    const items = rows.slice(0, limit)
    const last = rows.length > limit ? items.at(-1) : undefined
    const questions = asked.map(({ id, uci, askedUntil }) => ({
      ...{ id, uci: formatUci(uci), askedUntil: askedUntil.toISOString() },
    }))
    return {
      ...{ items: items.map((item) => told(item, now)), questions, accessReceipt: receipt },
      ...(last && { next: last.id }),
    }
  }

  /** @throws Problem `NOT_FOUND` where the item is another's, or there is none */
  async confirm(caller: Caller, id: string): Promise<ToldRekey & { readonly accessReceipt: AccessReceipt }> {
    const { permit } = await this.permit(caller)
    const by = personOf(caller)
    const { message, receipt } = await this.record(caller, permit, 'confirmed', id)
    const now = await this.parts.rekeys.hubNow()
    const answer = await this.parts.database.transaction(async (tx) => {
      await addToOutbox(tx, 'identity', [message])
      const item = await this.parts.rekeys.confirm(tx, { id, permit, by })
      if (!item) return undefined
      const confirmed = { ...told(item, now), accessReceipt: receipt }
      await caller.attempt?.keep(tx, confirmed)
      return confirmed
    })
    if (!answer) throw new Problem('NOT_FOUND')
    return answer
  }

  private async permit(caller: Caller): Promise<{ readonly permit: Permit<'confirmRekey'> }> {
    const standing = await standingOf(this.parts.database, caller, requirePurpose(caller))
    const decision = decideAccess(this.parts.policies, { action: 'confirmRekey', ...standing })
    if (decision.outcome === 'PERMIT') return decision
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'confirmRekey', outcome: 'refused' },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }

  private record(caller: Caller, { ruleId }: Permit<'confirmRekey'>, outcome: string, item?: string) {
    return this.parts.recorder.record({
      ...{ kind: outcome === 'listed' ? 'query' : 'decide', caller, action: 'confirmRekey', outcome },
      truth: { decision: 'PERMIT', ruleId, ...(item !== undefined && { item }) },
    })
  }
}

function told(item: RekeyItem, now: Date): ToldRekey {
  return {
    ...{ id: item.id, changeId: item.changeId, kind: item.kind, state: rekeyStateOf(item, now) },
    ...{ oldUci: formatUci(item.oldUci), newUci: formatUci(item.newUci) },
    ...{ openedAt: item.openedAt.toISOString(), dueAt: item.dueAt.toISOString() },
    ...(item.confirmedAt && { confirmedAt: item.confirmedAt.toISOString() }),
  }
}
