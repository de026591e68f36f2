import { Worker } from 'node:worker_threads'
import type { Helpers, LinkageRecords, SharedWork } from '#libs/matching'

/** What a thread is told. */
export interface Told {
  readonly records?: LinkageRecords
  readonly work?: SharedWork
}

/** Threads that take part in a linkage, beside the one that leads it. */
export class HelpingThreads implements Helpers {
  private readonly workers: readonly Worker[]

  private constructor(count: number) {
    const file = new URL('./linkage.worker.js', import.meta.url)
    this.workers = Array.from({ length: count }, () => new Worker(file))
    for (const worker of this.workers) worker.unref()
  }

  /** @returns undefined for none, and where the program runs from its sources: there is nothing a thread could load */
  static start(count: number): HelpingThreads | undefined {
    return count < 1 || import.meta.url.endsWith('.ts') ? undefined : new HelpingThreads(count)
  }

  readonly learnOf = (records: LinkageRecords): void => {
    for (const worker of this.workers) this.tell(worker, { records })
  }

  readonly takePart = async (work: SharedWork): Promise<void> => {
    await Promise.all(
      this.workers.map(async (worker) => {
        this.tell(worker, { work })
        await answerOf(worker)
      }),
    )
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }

  private tell(worker: Worker, told: Told): void {
    worker.postMessage(told)
  }
}

/** The next answer of a thread; fails if it fails or ends instead. */
async function answerOf(worker: Worker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void) => (): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      act()
    }
    const onMessage = settle(resolve)
    const onError = (error: Error): void => {
      settle(() => {
        reject(error)
      })()
    }
    const onExit = settle(() => {
      reject(new Error('A thread that helped with the linkage ended'))
    })
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
