import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import type { OpenReview, ReviewRepository } from './review.repository.js'

/** What listing stands on. */
export interface ListParts {
  readonly database: Database
  readonly reviews: ReviewRepository
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
}

/** Shows a data steward the possible matches nobody has decided; each child on the page is one access. */
export class ListReviews {
  constructor(private readonly parts: ListParts) {}

  async list(
    caller: Caller,
    page: { readonly first: number; readonly after?: string },
  ): Promise<{ readonly reviews: readonly OpenReview[]; readonly receipts: readonly AccessReceipt[] }> {
    requireActor(caller)
    const standing = await standingOf(this.parts.database, caller, requirePurpose(caller))
    const decision = decideAccess(this.parts.policies, { action: 'readChild', ...standing })
    if (decision.outcome !== 'PERMIT' || caller.agencyKind !== 'hub') {
      await this.record(caller, [undefined], { decision: 'DENY', ruleId: decision.ruleId })
      throw new Problem('NOT_PERMITTED')
    }
    const after = page.after === undefined ? {} : { after: page.after }
    const reviews = await this.parts.reviews.open({ limit: page.first + 1, permit: decision.permit, ...after })
    const shown = reviews.slice(0, page.first).flatMap(({ children }) => children.map(({ childId }) => childId))
    const childIds = shown.length > 0 ? [...new Set(shown)] : [undefined]
    return { reviews, receipts: await this.record(caller, childIds, { decision: 'PERMIT', ruleId: decision.ruleId }) }
  }

  private async record(
    caller: Caller,
    childIds: readonly (string | undefined)[],
    truth: { readonly decision: string; readonly ruleId: string },
  ): Promise<readonly AccessReceipt[]> {
    const isShown = truth.decision === 'PERMIT'
    const records = await Promise.all(
      childIds.map((child) =>
        this.parts.recorder.record({
          ...{ kind: isShown ? 'read' : 'refuse', caller, action: 'readReviews', truth },
          outcome: isShown ? 'answered' : 'refused',
          ...(child !== undefined && { child }),
        }),
      ),
    )
    await this.parts.database.transaction((tx) =>
      addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      ),
    )
    return records.map(({ receipt }) => receipt)
  }
}
