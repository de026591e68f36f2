import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller, type RecordedAccess } from '#libs/security'
import { Problem, requirePurpose } from '#libs/service'
import { isByPerson } from '../protection/person.js'

/** What is but looked at; all else a person does. */
const reads: ReadonlySet<string> = new Set(['readModels', 'readNameVariants'])

/** What came of an action, for the access log; whoever reads of it there learns no name and nothing of a child. */
interface Done {
  readonly outcome: string
  readonly ruleId: string
  readonly model?: string
  readonly variant?: string
}

/** Lets data stewards in who decide by what all records are matched, and describes what they do for the access log. */
export class ModelDesk {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly recorder: AccessRecorder
      readonly policies: PolicySet
    },
  ) {}

  /**
   * @returns the rule that lets the caller in
   * @throws Problem `NOT_PERMITTED`, on record
   */
  async admit(caller: Caller, action: string): Promise<string> {
    const standing = await standingOf(this.parts.database, caller, requirePurpose(caller))
    const decision = decideAccess(this.parts.policies, {
      ...{ action: 'decideReview', ...standing },
      child: { protection: 'none' },
    })
    const isStewards = caller.role === 'data-steward' && (reads.has(action) || isByPerson(caller))
    if (decision.outcome === 'PERMIT' && isStewards) return decision.ruleId
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action, outcome: 'refused' },
      truth: { decision: 'DENY', ruleId: decision.ruleId },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    throw new Problem('NOT_PERMITTED')
  }

  record(caller: Caller, action: string, { outcome, ...truth }: Done): Promise<RecordedAccess> {
    const kind = reads.has(action) ? 'read' : 'decide'
    return this.parts.recorder.record({ ...{ kind, caller, action, outcome }, truth: { decision: 'PERMIT', ...truth } })
  }
}
