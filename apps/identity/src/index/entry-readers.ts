import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { KeyRing } from '#libs/security'
import { readEntries, type EntryBatch } from './read-entries.js'

/** How many profiles are worth starting threads for, and batches that a thread may be ahead. */
const many = 50_000
const ahead = 4

/** Where profiles are read from. */
export interface EntryReadersParts {
  readonly url: string
  readonly keyFile: string
  readonly keyRing: KeyRing
  readonly threads: number
}

/** Reads all profiles for the index: of a large table in threads of their own, so that this one has but to put them in. */
export class EntryReaders {
  constructor(private readonly parts: EntryReadersParts) {}

  /**
   * Where the program runs from its sources, as in tests, there is nothing a thread could load: it reads here.
   *
   * @param expected - profiles, roughly
   */
  async *read(expected: number): AsyncGenerator<EntryBatch> {
    const { threads, url, keyRing } = this.parts
    const isSmall = expected < many || import.meta.url.endsWith('.ts')
    const batches = isSmall ? readEntries({ url, keyRing, share: { at: 0, of: 1 } }) : this.fromThreads(threads)
    for await (const batch of batches) {
      yield batch
      await turn() // whoever asks meanwhile is answered
    }
  }

  private async *fromThreads(many: number): AsyncGenerator<EntryBatch> {
    const { url, keyFile } = this.parts
    const arrived = new Arrivals(many)
    const workers = Array.from({ length: many }, (_, at) => {
      const workerData = { url, keyFile, ahead, share: { at, of: many } }
      const worker = new Worker(new URL('./read-entries.worker.js', import.meta.url), { workerData })
      arrived.listenTo(worker)
      return worker
    })
    try {
      yield* arrived.batches()
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()))
    }
  }
}

/** Batches of several threads in the order in which they arrive. */
class Arrivals {
  private readonly waiting: { readonly batch: EntryBatch; readonly from: Worker }[] = []
  private fault: Error | undefined
  private wake: () => void = () => undefined

  /** @param open - threads that have more */
  constructor(private open: number) {}

  listenTo(worker: Worker): void {
    let isFinished = false
    worker.on('message', (batch: EntryBatch | undefined) => {
      if (batch) this.waiting.push({ batch, from: worker })
      else {
        isFinished = true
        this.open -= 1
      }
      this.wake()
    })
    worker.on('error', (error) => {
      this.fail(error)
    })
    worker.on('exit', () => {
      if (!isFinished) this.fail(new Error('A thread that read profiles ended'))
    })
  }

  async *batches(): AsyncGenerator<EntryBatch> {
    for (;;) {
      if (this.fault) throw this.fault
      const next = this.waiting.shift()
      if (next) {
        next.from.postMessage('one more')
        yield next.batch
      } else if (this.open === 0) return
      else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  private fail(error: unknown): void {
    this.fault ??= error instanceof Error ? error : new Error('A thread that read profiles failed')
    this.wake()
  }
}
