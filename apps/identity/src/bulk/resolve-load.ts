import { inFewMessages, type AccessRecorder } from '#libs/security'
import { isRefused, type Outcome, type Resolved } from '../resolution/plan-resolution.js'
import type { Prepared } from '../resolution/prepare-submission.js'
import { TryAgain, type ResolveChildren } from '../resolution/resolve-children.js'
import type { BulkLoadRepository, Counts, Cursor, OpenLoad } from './bulk-load.repository.js'
import { preparedFrom, type StagedRow } from './stage-rows.js'

/** Records of one commit. */
const commitRows = 500

/** What resolving staged records stands on. */
export interface ResolveLoadParts {
  readonly loads: BulkLoadRepository
  readonly children: ResolveChildren
}

/** One commit of a load: those after it are planned while it is written, and end after it. */
interface Step {
  /** It holds every lock it needs: the next may ask for locks and never be in its way. */
  readonly planned: Promise<void>
  readonly ended: Promise<void>
  /** Rejects where it has to ask for its locks once more. */
  readonly again: Promise<never>
}

interface Batch {
  readonly load: OpenLoad
  readonly rows: readonly StagedRow[]
  readonly prepared: readonly Prepared[]
  readonly cursor: NonNullable<Cursor>
  readonly before: Step
}

const never = new Promise<never>(() => undefined)
const begun: Step = { planned: Promise.resolve(), ended: Promise.resolve(), again: never }

/** Resolves what was staged of a load, a commit at a time, from where it stopped. */
export class ResolveLoad {
  constructor(private readonly parts: ResolveLoadParts) {}

  async resolve(load: OpenLoad, isStopped: () => boolean): Promise<void> {
    const { loads } = this.parts
    const key = await loads.keyOf(load.loadId)
    let steps: readonly [Step, Step] = [begun, begun]
    let coming = loads.rowsAfter(load.loadId, load.cursor, commitRows)
    while (!isStopped()) {
      const rows = await coming
      const last = rows.at(-1)
      if (!last) break
      const cursor = { sort: last.sort, line: last.line }
      coming = loads.rowsAfter(load.loadId, cursor, commitRows)
      coming.catch(() => undefined) // awaited in the next turn, if there is one
      const prepared = rows.map((row) => preparedFrom(row, { loadId: load.loadId, key }))
      const [earlier, before] = steps
      await Promise.all([earlier.ended, Promise.race([before.planned, before.ended])])
      steps = [before, this.begin({ load, rows, prepared, cursor, before })]
    }
    await steps[1].ended
  }

  private begin(batch: Batch): Step {
    const { load, prepared, rows, cursor, before } = batch
    const planned = new Signal()
    const again = new Signal()
    const ended = this.parts.children.resolveEach(prepared, {
      witness: (answers, recorder) => witness({ load, answers }, recorder),
      planned: planned.give,
      again: again.give,
      also: async (tx, answers) => {
        await Promise.race([before.ended, before.again])
        await this.parts.loads.checkpoint(tx, load.loadId, { cursor, ...tallied(rows, answers) })
      },
    })
    const step = {
      planned: planned.given,
      ended: ended.then(() => before.ended),
      again: again.given.then(() => Promise.reject(new TryAgain())),
    }
    for (const promise of Object.values(step)) promise.catch(() => undefined) // each is awaited by whoever comes next
    return step
  }
}

/** Something that happens once, whoever waits for it. */
class Signal {
  give: () => void = () => undefined
  readonly given = new Promise<void>((resolve) => {
    this.give = resolve
  })
}

/** An access record a child, as if each had been posted by itself. */
async function witness(
  of: { readonly load: OpenLoad; readonly answers: readonly Outcome[] },
  recorder: AccessRecorder,
) {
  const { caller, purpose, ruleId } = of.load.poster
  const recorded = of.answers.flatMap((answer) =>
    isRefused(answer)
      ? []
      : recorder.record({
          ...{ kind: 'query', caller, action: 'resolve', purpose, child: answer.childId },
          outcome: answer.status === 'active' ? 'identified' : 'provisional',
          truth: {
            ...{ decision: 'PERMIT', ruleId, bulkLoad: of.load.loadId },
            ...(answer.decisionId !== undefined && { matchDecision: answer.decisionId }),
          },
        }),
  )
  return inFewMessages((await Promise.all(recorded)).map(({ message }) => message))
}

/** How many records became what; those that cannot stand beside what is known, by their line. */
function tallied(rows: readonly StagedRow[], answers: readonly Outcome[]) {
  const refused = answers.flatMap((answer, at) =>
    isRefused(answer) ? [{ line: rows[at]?.line ?? 0, code: answer.refused.code, pointer: '#' }] : [],
  )
  return { counts: countsOf(answers.filter((answer): answer is Resolved => !isRefused(answer))), refused }
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
