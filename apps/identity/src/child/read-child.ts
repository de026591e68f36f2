import { readIdentifier, readUci, uciSystem } from '#libs/identifiers'
import { decideAccess, type AccessDecision, type PolicySet } from '#libs/policy'
import { addToOutbox, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem, requireActor, requirePurpose } from '#libs/service'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { VaultRepository } from '../seal/vault.repository.js'
import type { ChildFacts, ChildRepository } from './child.repository.js'
import { viewOf, type ChildView } from './child-view.js'

/** A child, or nothing, and the receipt of having asked. */
export interface ChildReading {
  readonly child?: ChildView
  readonly receipt: AccessReceipt
}

/** What reading a child stands on. */
export interface ReadChildParts {
  readonly database: Database
  readonly children: ChildRepository
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
  readonly hashes: KeyedHashes
  readonly vault: Pick<VaultRepository, 'tombstonesOfNumber'>
  readonly isProduction: boolean
}

type Decision = AccessDecision<'readChild'>

/**
 * Shows a child to who may know of it. Unknown, protected and not yours take the same steps, one after another: the facts are
 * asked of a child that is not there, the policy decides, the access is durable, and then the answer is nothing.
 */
export class ReadChild {
  constructor(private readonly parts: ReadChildParts) {}

  async byUci(caller: Caller, text: string): Promise<ChildReading> {
    const read = readUci(text, { allowReserved: !this.parts.isProduction })
    if (!read.ok) throw invalid('#/uci', read.code)
    return this.read(caller, `uci ${read.uci}`, () => this.parts.children.ofUci(read.uci, caller.agencyId))
  }

  async byIdentifier(caller: Caller, given: { system: string; value: string }): Promise<ChildReading> {
    const read = readIdentifier(given, { allowReserved: !this.parts.isProduction })
    if (!read.ok) throw invalid(read.code === 'IDENTIFIER_SYSTEM_UNKNOWN' ? '#/system' : '#/value', read.code)
    const { system, value } = read.identifier
    if (system === uciSystem) return this.byUci(caller, value)
    const blindIndex = this.parts.hashes.blindIndex(system, value)
    const tombstones = this.parts.vault.tombstonesOfNumber({ system, value })
    return this.read(caller, `${system} ${value}`, () =>
      this.parts.children.ofIdentifier({ system, blindIndex, tombstones }, caller.agencyId),
    )
  }

  private async read(caller: Caller, asked: string, find: () => Promise<ChildFacts>): Promise<ChildReading> {
    requireActor(caller)
    const purpose = requirePurpose(caller)
    const [facts, standing] = await Promise.all([find(), standingOf(this.parts.database, caller, purpose)])
    const decision = decideAccess(this.parts.policies, {
      ...{ action: 'readChild', ...standing, child: { protection: facts.protection } },
      ...{ involvements: facts.involvements, party: facts.isParty },
    })
    const receipt = await this.record(caller, { asked, facts, decision })
    if (decision.outcome !== 'PERMIT') {
      if (decision.told === 'not-permitted') throw new Problem('NOT_PERMITTED')
      return { receipt }
    }
    const record = await this.parts.children.read({ childId: facts.childId, permit: decision.permit })
    return record ? { child: viewOf(record, caller, facts.requestedAs), receipt } : { receipt }
  }

  private async record(
    caller: Caller,
    { asked, facts, decision }: { asked: string; facts: ChildFacts; decision: Decision },
  ): Promise<AccessReceipt> {
    const isShown = decision.outcome === 'PERMIT' && facts.isKnown
    const { message, receipt } = await this.parts.recorder.record({
      ...{ kind: 'read', caller, action: 'readChild', asked, outcome: outcomeTold(decision, isShown) },
      ...(facts.isKnown && { child: facts.childId }),
      truth: {
        decision: decision.outcome,
        ruleId: decision.ruleId,
        reasons: decision.reasons,
        protection: facts.protection,
        known: facts.isKnown,
      },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    return receipt
  }
}

function outcomeTold(decision: Decision, isShown: boolean): string {
  if (isShown) return 'answered'
  return decision.outcome !== 'PERMIT' && decision.told === 'not-permitted' ? 'refused' : 'nothing'
}

function invalid(pointer: string, code: string): Problem {
  return new Problem('IDENTIFIER_INVALID', undefined, { errors: [{ pointer, code }] })
}
