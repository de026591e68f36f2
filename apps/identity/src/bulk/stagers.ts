import { Worker } from 'node:worker_threads'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { stageRows, type Block, type Staged } from './stage-rows.js'

interface Waiting {
  readonly resolve: (staged: Staged) => void
  readonly reject: (error: unknown) => void
}

/** Each thread compiles all of it for itself: another pays only once there was more to check than this. */
const blocksByOne = 16

/** Threads that check and seal rows; started with the first block, ended with the last load. */
export class Stagers {
  private readonly workers: Worker[] = []
  private readonly waiting = new Map<number, Waiting>()
  private next = 0

  constructor(
    private readonly hashes: KeyedHashes,
    private readonly options: { readonly keyFile: string; readonly threads: number },
  ) {}

  /** Where the program runs from its sources, as in tests, there is nothing a thread could load: rows are staged here. */
  stage(block: Block): Promise<Staged> {
    if (import.meta.url.endsWith('.ts')) return Promise.resolve(stageRows(block, this.hashes))
    const id = this.next
    this.next += 1
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.workerFor(id).postMessage({ id, block })
    })
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.terminate()))
  }

  private workerFor(id: number): Worker {
    const place = id < blocksByOne ? 0 : id % this.options.threads
    const known = this.workers[place]
    if (known) return known
    const { keyFile } = this.options
    const worker = new Worker(new URL('./stage-rows.worker.js', import.meta.url), { workerData: { keyFile } })
    worker.unref()
    worker.on('message', (message: { readonly id: number; readonly staged: Staged }) => {
      this.waiting.get(message.id)?.resolve(whole(message.staged))
      this.waiting.delete(message.id)
    })
    worker.on('error', (error) => {
      this.failAll(error)
    })
    this.workers[place] = worker
    return worker
  }

  /** A thread that died takes its blocks with it: the load is taken up again from where it stands. */
  private failAll(error: unknown): void {
    this.workers.splice(0).forEach((worker) => void worker.terminate())
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }
}

/** Bytes come out of another thread as plain arrays. */
function whole({ rows, rejected }: Staged): Staged {
  return { rows: rows.map((row) => ({ ...row, sealed: Buffer.from(row.sealed) })), rejected }
}
