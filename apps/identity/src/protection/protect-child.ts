import { readUci } from '#libs/identifiers'
import { decideAccess, type PolicySet } from '#libs/policy'
import { newId, type Database } from '#libs/postgres'
import { standingOf, type AccessReceipt, type AccessRecorder, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import { canonicalJson } from '#libs/tlog'
import { addToOutbox } from '#libs/postgres'
import type { FindChild } from '../resolution/find-child.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { prepareSubmission } from '../resolution/prepare-submission.js'
import type { ProtectRequest } from '../resolution/read-resolve-request.js'
import type { ResolveChildren } from '../resolution/resolve-children.js'
import type { Submission } from '../resolution/submission.js'
import type { ProtectionRepository } from './protection.repository.js'
import { personOf } from './person.js'
import { refuseNobody } from './refuse-nobody.js'

/** The answer to the guardian desk: the same whether or not there is such a child. */
export interface Protected {
  readonly protectionId: string
  readonly accessReceipt: AccessReceipt
}

/** What protecting stands on. */
export interface ProtectParts {
  readonly database: Database
  readonly protections: ProtectionRepository
  readonly children: ResolveChildren
  readonly find: FindChild
  readonly recorder: AccessRecorder
  readonly policies: PolicySet
  readonly hashes: KeyedHashes
  readonly isProduction: boolean
}

/**
 * Hides a child, also one nobody has spoken of yet: then a child without a UCI waits under its particulars, and whoever is
 * registered because of them is hidden too.
 */
export class ProtectChild {
  constructor(private readonly parts: ProtectParts) {}

  async protect(caller: Caller, purpose: string, request: ProtectRequest): Promise<Protected> {
    const setBy = personOf(caller)
    const standing = await standingOf(this.parts.database, caller, purpose)
    const decision = decideAccess(this.parts.policies, { action: 'protect', ...standing })
    if (decision.outcome !== 'PERMIT') throw await this.refused(caller, decision.ruleId)
    const childIds = await this.childrenMeant(caller, request)
    const protectionId = newId()
    const sealed = await this.parts.protections.seal(protectionId, request.reason)
    const records = await Promise.all(
      childIds.map((child) =>
        this.parts.recorder.record({
          ...{ kind: 'decide', caller, action: 'protect', outcome: 'protected', purpose, child },
          truth: { decision: 'PERMIT', ruleId: decision.ruleId, protection: protectionId, level: request.level },
        }),
      ),
    )
    const [first] = records
    if (!first) throw new Error('A protection covers at least one child')
    const answer = { protectionId, accessReceipt: first.receipt }
    await this.parts.database.transaction(async (tx) => {
      await this.parts.protections.set(tx, { protectionId, setBy, sealed, ...request }, childIds)
      await addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      )
      await caller.attempt?.keep(tx, answer)
    })
    return answer
  }

  /** Everybody the particulars may mean; if it is nobody, a child that waits for its first record. */
  private async childrenMeant(caller: Caller, { child }: ProtectRequest): Promise<readonly string[]> {
    const submission = this.submissionOf(caller, child)
    refuseNobody(child, submission, { allowReserved: !this.parts.isProduction })
    const { known, judgement } = await this.parts.find.compare(submission)
    const named = submission.uci === undefined ? undefined : known.ofUci(submission.uci)
    if (named) return [named.childId]
    if (judgement.outcome === 'link') return [judgement.childId]
    const others = judgement.outcome === 'review' ? judgement.others : []
    const waiting = await this.parts.children.resolve(prepareSubmission(submission, this.parts.hashes))
    return [...others, waiting.childId]
  }

  private submissionOf(caller: Caller, { uci, identifiers, demographics }: ProtectRequest['child']): Submission {
    const read = uci === undefined ? undefined : readUci(uci, { allowReserved: !this.parts.isProduction })
    if (read?.ok === false)
      throw new Problem('IDENTIFIER_INVALID', undefined, { errors: [{ pointer: '#/child/uci', code: read.code }] })
    const details = { ...demographics, ...(identifiers && { identifiers }) }
    const named = read?.ok ? { uci: read.uci } : {}
    return {
      ...{ agencyId: caller.agencyId, agencyKind: caller.agencyKind, isGuardian: true, isEvent: true, details },
      // A name that no other role of the hub can come upon by saying the same of the child.
      recordId: `guardian ${this.parts.hashes.content(canonicalJson({ details, ...named }))}`,
      recordedAt: new Date().toISOString(),
      ...named,
    }
  }

  private async refused(caller: Caller, ruleId: string): Promise<Problem> {
    const { message } = await this.parts.recorder.record({
      ...{ kind: 'refuse', caller, action: 'protect', outcome: 'refused' },
      truth: { decision: 'DENY', ruleId },
    })
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    return new Problem('NOT_PERMITTED')
  }
}
