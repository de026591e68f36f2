import { decideAccess, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessRecorder, type Caller, type Standing } from '#libs/security'
import { Problem } from '#libs/service'
import type { Ended } from './gathering.js'

/** Who asks for a record to be resolved, and in which words. */
export interface ResolveQuestion {
  readonly caller: Caller
  readonly purpose: string
  /** In a normal form, for the access record. */
  readonly asked: string
}

/** What permitting stands on. */
export interface PermitParts {
  readonly database: Database
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
}

type Decision = ReturnType<typeof decideAccess<'resolve'>>

const decisionsAtMost = 1_000

/** Asks the policy who may resolve. Where each stands is read for every group; equal questions of a second are asked once. */
export class PermitResolve {
  private readonly decisions = new Map<string, Decision>()

  constructor(private readonly parts: PermitParts) {}

  /** For each question the rule that permits it, or 403 `NOT_PERMITTED` once the refusal is on record; in order. */
  async all(questions: readonly ResolveQuestion[]): Promise<readonly Ended<string>[]> {
    const standings = new Map<string, Promise<Standing>>()
    return Promise.all(
      questions.map(async (question) => {
        const name = nameOf(question)
        const standing = standings.get(name) ?? standingOf(this.parts.database, question.caller, question.purpose)
        standings.set(name, standing)
        const decision = this.decide(await standing)
        return decision.outcome === 'PERMIT' ? { value: decision.ruleId } : this.refuse(question, decision)
      }),
    )
  }

  private decide(standing: Standing): Decision {
    const { nowMs, ...rest } = standing
    const name = JSON.stringify([Math.floor(nowMs / 1000), rest])
    const known = this.decisions.get(name)
    if (known) return known
    if (this.decisions.size >= decisionsAtMost) this.decisions.clear()
    const decision = decideAccess(this.parts.policies, { action: 'resolve', ...standing })
    this.decisions.set(name, decision)
    return decision
  }

  private async refuse({ caller, purpose, asked }: ResolveQuestion, decision: Decision): Promise<Ended<string>> {
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'resolve', outcome: 'refused', purpose, asked },
      truth: { decision: decision.outcome, ruleId: decision.ruleId, reasons: decision.reasons },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    return { error: new Problem('NOT_PERMITTED') }
  }
}

/** Two questions of one name have one standing. */
function nameOf({ caller, purpose }: ResolveQuestion): string {
  const { agencyId, agencyKind, role, agreement, actions } = caller
  return JSON.stringify([agencyId, agencyKind, role, agreement, actions, purpose])
}
