import { dayOneModel } from '#libs/matching'
import type { CandidateRepository } from './candidate.repository.js'
import { judgeRecord } from './judge-record.js'
import type { KeyedHashes } from './keyed-hashes.js'
import type { Resolved } from './plan-resolution.js'
import { makeFindable, prepareSubmission } from './prepare-submission.js'
import type { Submission } from './submission.js'

/** `many` never lists: more particulars are needed. */
export interface Finding {
  readonly outcome: 'found' | 'none' | 'many'
  readonly child?: Resolved
}

/** Looks for the child of a record and writes nothing. */
export class FindChild {
  constructor(
    private readonly candidates: CandidateRepository,
    private readonly hashes: KeyedHashes,
  ) {}

  async find(submission: Submission): Promise<Finding> {
    const { recordKey } = prepareSubmission(submission, this.hashes)
    const { profile, keys } = makeFindable(submission, this.hashes)
    const ucis = submission.uci === undefined ? [] : [submission.uci]
    const known = await this.candidates.load({ recordKeys: [recordKey], keys, ucis, agencyIds: [submission.agencyId] })
    const judgement = judgeRecord(profile, known.candidates(keys, submission.uci), submission, dayOneModel)
    const record = known.recordOf(recordKey)
    const childId = judgement.outcome === 'link' ? judgement.childId : record?.childId
    const child = childId === undefined ? undefined : known.child(childId)
    if (child) return { outcome: 'found', child }
    return { outcome: judgement.outcome === 'review' && judgement.others.length > 1 ? 'many' : 'none' }
  }
}
