import { comparisonsOf } from './comparisons.js'
import type { Comparison } from './comparison.js'
import type { LinkageRecords } from './records.js'
import { isDone, takePart, type SharedWork } from './shared-work.js'

/** Whoever takes part in the work of a linkage beside the thread that leads it. */
export interface Helpers {
  /** Tells the records that work will be about, in the order of the linkage. */
  readonly learnOf: (records: LinkageRecords) => void
  /** Has them take part in a piece of work. @returns when none of them is at it any more; fails if one has failed */
  readonly takePart: (work: SharedWork) => Promise<void>
}

/** One of the helpers, in its own thread. */
export class Helper {
  private made: readonly Comparison[] | undefined

  constructor(private readonly records: LinkageRecords) {}

  takePart(work: SharedWork): void {
    takePart(work, () => (this.made ??= comparisonsOf(this.records)))
  }
}

/** The leading thread and its helpers, if there are any. */
export class Crew {
  constructor(
    private readonly comparisons: readonly Comparison[],
    private readonly helpers: Helpers | undefined,
  ) {}

  /** Has the helpers begin; @returns what the leading thread calls when it has nothing else to do */
  begin(work: SharedWork): () => Promise<void> {
    const others = this.helpers?.takePart(work)
    others?.catch(() => undefined) // told to whoever waits below
    return async () => {
      takePart(work, () => this.comparisons)
      if (!isDone(work)) await others
    }
  }
}
