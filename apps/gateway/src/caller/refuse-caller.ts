import type { AccessRecorder, Caller } from '#libs/security'
import { failureFields, logCodes, Problem, tokenProblem, type Logger } from '#libs/service'
import type { AdmissionRepository } from './admission.repository.js'

const refusalLog = logCodes('refusal', ['REFUSED', 'NOT_RECORDED', 'OVER_LIMIT'])

/** What a refusal is told to the access log with. */
export interface Refusal {
  readonly code: Problem['code']
  /** The true reason: recorded, never told. */
  readonly reason: string
  readonly action: string
  readonly caller?: Caller
  readonly asked?: string
}

interface RefuserParts {
  readonly recorder: Pick<AccessRecorder, 'record'>
  readonly admissions: Pick<AdmissionRepository, 'countRefusal' | 'recordRefusal'>
  readonly logger: Logger
  readonly nowMs: () => number
}

const overLimitMs = 10_000

/** Records refusals, and slows down addresses that collect them. */
export class Refuser {
  /** Addresses over the limit and until when they are told so without asking the database again. */
  private readonly overUntilMs = new Map<string, number>()

  constructor(private readonly parts: RefuserParts) {}

  /**
   * What a refused token or proof is answered: 401, after the refusal is recorded; 429 from the 601st in a minute of one
   * address, which is counted and not recorded one by one.
   */
  async unauthenticated(reason: string, address: string, caller?: Caller): Promise<Problem> {
    const judged = tokenProblem(reason)
    if (judged.code !== 'UNAUTHENTICATED') return judged
    if (await this.isOverLimit(address)) {
      return new Problem('RATE_LIMITED', undefined, { retryAfterSeconds: overLimitMs / 1000 })
    }
    await this.record({ code: 'UNAUTHENTICATED', reason, action: 'authenticate', ...(caller && { caller }) })
    const error = reason.startsWith('proof-') ? 'invalid_dpop_proof' : 'invalid_token'
    return new Problem('UNAUTHENTICATED', undefined, {
      headers: { 'www-authenticate': `DPoP error="${error}", algs="ES256 PS256 EdDSA"` },
    })
  }

  /** Writes the access record of a refusal. A failure is logged and changes no answer: nothing was disclosed. */
  async record({ code, reason, action, caller, asked }: Refusal): Promise<void> {
    this.parts.logger.info(refusalLog.REFUSED, { problem: code, reason })
    try {
      const { message } = await this.parts.recorder.record({
        kind: 'refuse',
        action,
        outcome: code,
        truth: { decision: 'REFUSED', reason },
        ...(caller && { caller }),
        ...(asked !== undefined && { asked }),
      })
      await this.parts.admissions.recordRefusal(message)
    } catch (error) {
      this.parts.logger.error(refusalLog.NOT_RECORDED, failureFields(error))
    }
  }

  private async isOverLimit(address: string): Promise<boolean> {
    const now = this.parts.nowMs()
    if ((this.overUntilMs.get(address) ?? 0) > now) return true
    this.overUntilMs.delete(address)
    if (await this.parts.admissions.countRefusal(address).catch(() => true)) return false
    if (this.overUntilMs.size > 100_000) this.overUntilMs.clear()
    this.overUntilMs.set(address, now + overLimitMs)
    this.parts.logger.warn(refusalLog.OVER_LIMIT)
    return true
  }
}
