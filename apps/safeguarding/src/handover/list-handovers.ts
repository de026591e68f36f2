import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import type { HandoverState } from './handover.js'
import type { HandoverListRepository, ShownHandover } from './handover-list.repository.js'

/** What listing works with. */
export interface ListHandoversParts {
  readonly database: Database
  readonly list: HandoverListRepository
  readonly policies: PolicySet
  readonly recorder: AccessRecorder
}

/** A page of handovers, with one more if there is more, and the receipts for it: one a child. */
export interface ListedHandovers {
  readonly handovers: readonly ShownHandover[]
  readonly receipts: readonly AccessReceipt[]
}

const waiting: readonly HandoverState[] = ['open', 'overdue']

/** Answers an agency which handovers wait for it, or which it waits for; one access record a child, before the answer. */
export class ListHandovers {
  constructor(private readonly parts: ListHandoversParts) {}

  /** @throws Problem `NOT_PERMITTED`, after the refusal was recorded; `PURPOSE_NOT_ALLOWED`, `MALFORMED` */
  async list(
    caller: Caller,
    page: { state?: HandoverState; after: string | undefined; first: number },
  ): Promise<ListedHandovers> {
    requireActor(caller)
    requirePurpose(caller)
    const { database, list, policies } = this.parts
    const standing = await standingOf(database, caller)
    const decision = decideAccess(policies, { ...standing, action: 'readHandovers', owner: caller.agencyId })
    const states = page.state ? [page.state] : waiting
    const permit = decision.outcome === 'PERMIT' ? decision.permit : undefined
    const handovers = permit
      ? await list.ofAgency(database, { after: page.after, limit: page.first + 1, states }, permit)
      : []
    const receipts = await this.record(caller, handovers.slice(0, page.first), decision)
    if (!permit) throw new Problem('NOT_PERMITTED')
    return { handovers, receipts }
  }

  private async record(
    caller: Caller,
    handovers: readonly ShownHandover[],
    { outcome, ruleId, reasons }: { outcome: string; ruleId: string; reasons: readonly string[] },
  ): Promise<readonly AccessReceipt[]> {
    const access = {
      kind: 'query',
      caller,
      action: 'readHandovers',
      fieldGroups: ['core'],
      asked: 'handovers',
    } as const
    const told = outcome === 'PERMIT' ? 'answered' : 'refused'
    const children = [...new Set(handovers.map(({ childId }) => childId))]
    const truth = { decision: outcome, ruleId, reasons }
    const about = children.length > 0 ? children.map((child) => ({ child })) : [{}]
    const recorded = await Promise.all(
      about.map((child) => this.parts.recorder.record({ ...access, outcome: told, ...child, truth })),
    )
    await this.parts.database.transaction((tx) =>
      addToOutbox(
        tx,
        'safeguarding',
        recorded.map(({ message }) => message),
      ),
    )
    return recorded.map(({ receipt }) => receipt)
  }
}
