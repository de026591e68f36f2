import { open, type AccessRecorder, type DataKey } from '#libs/security'
import { Problem } from '#libs/service'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { Resolved } from '../resolution/plan-resolution.js'
import { prepareSubmission, type Prepared } from '../resolution/prepare-submission.js'
import type { ResolveChildren } from '../resolution/resolve-children.js'
import type { Submission } from '../resolution/submission.js'
import type { BulkLoadRepository, Counts, Cursor, OpenLoad } from './bulk-load.repository.js'
import { placeOf, type StagedRow } from './stage-rows.js'

/** Records of one commit. */
const commitRows = 500
/** Commits of one load that are prepared beside each other; they end in order. */
const inFlight = 2

/** What resolving staged records stands on. */
export interface ResolveLoadParts {
  readonly loads: BulkLoadRepository
  readonly children: ResolveChildren
  readonly hashes: KeyedHashes
}

/** Resolves what was staged of a load, a commit at a time, from where it stopped. */
export class ResolveLoad {
  constructor(private readonly parts: ResolveLoadParts) {}

  async resolve(load: OpenLoad, isStopped: () => boolean): Promise<void> {
    const key = await this.parts.loads.keyOf(load.loadId)
    const running: Promise<void>[] = []
    let { cursor } = load
    let before = Promise.resolve()
    while (!isStopped()) {
      const rows = await this.parts.loads.rowsAfter(load.loadId, cursor, commitRows)
      const last = rows.at(-1)
      if (!last) break
      cursor = { sort: last.sort, line: last.line }
      before = this.commit({ load, key, rows, cursor, before })
      before.catch(() => undefined) // awaited below
      running.push(before)
      if (running.length >= inFlight) await running.shift()
    }
    await Promise.all(running)
  }

  /** A record that cannot stand, such as another body of a version that is known, is rejected by itself. */
  private async commit(batch: Batch): Promise<void> {
    try {
      await this.commitAll(batch)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'RECORD_VERSION_REUSED') throw error
      await batch.before
      for (const row of batch.rows) await this.commitOne(batch, row)
    }
  }

  private async commitOne(batch: Batch, row: StagedRow): Promise<void> {
    const cursor = { sort: row.sort, line: row.line }
    try {
      await this.commitAll({ ...batch, rows: [row], cursor })
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'RECORD_VERSION_REUSED') throw error
      await this.parts.loads.reject(batch.load.loadId, cursor, error.code)
    }
  }

  private async commitAll(batch: Batch): Promise<void> {
    const { load, rows, key, cursor, before } = batch
    const prepared = rows.map((row) => prepareSubmission(submissionIn(row, load.loadId, key), this.parts.hashes))
    await this.parts.children.resolve(prepared, {
      witness: (answers, recorder) => witness({ load, prepared, answers }, recorder),
      also: async (tx, answers) => {
        await before
        await this.parts.loads.checkpoint(tx, load.loadId, { cursor, counts: countsOf(answers) })
      },
    })
    await before
  }
}

interface Batch {
  readonly load: OpenLoad
  readonly key: DataKey
  readonly rows: readonly StagedRow[]
  readonly cursor: NonNullable<Cursor>
  readonly before: Promise<void>
}

function submissionIn({ sealed, line }: StagedRow, loadId: string, key: DataKey): Submission {
  return JSON.parse(open(key, sealed, placeOf(loadId, line)).toString('utf8')) as Submission
}

/** An access record a child, as if each had been posted by itself. */
async function witness(
  of: { readonly load: OpenLoad; readonly prepared: readonly Prepared[]; readonly answers: readonly Resolved[] },
  recorder: AccessRecorder,
) {
  const { caller, purpose, ruleId } = of.load.poster
  const recorded = of.answers.map((answer) =>
    recorder.record({
      ...{ kind: 'query', caller, action: 'resolve', purpose, child: answer.childId },
      outcome: answer.status === 'active' ? 'identified' : 'provisional',
      truth: {
        ...{ decision: 'PERMIT', ruleId, bulkLoad: of.load.loadId },
        ...(answer.decisionId !== undefined && { matchDecision: answer.decisionId }),
      },
    }),
  )
  return (await Promise.all(recorded)).map(({ message }) => message)
}

function countsOf(answers: readonly Resolved[]): Counts {
  const count = (is: (answer: Resolved) => boolean): number => answers.filter(is).length
  const isNew = ({ became }: Resolved): boolean => became === 'linked' || became === 'registered'
  return {
    linked: count(({ became, status }) => became === 'linked' && status === 'active'),
    registered: count(({ became, status }) => became === 'registered' && status === 'active'),
    provisional: count((answer) => isNew(answer) && answer.status === 'provisional'),
    known: count((answer) => !isNew(answer)),
  }
}
