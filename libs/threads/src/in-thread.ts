import { Worker, type ResourceLimits } from 'node:worker_threads'

/** Has a thread do what takes long, and waits for the one message it sends; it does not keep the program from ending. */
export function inThread<T>(script: URL, workerData: object, resourceLimits: ResourceLimits): Promise<T> {
  const worker = new Worker(script, { workerData, resourceLimits })
  worker.unref()
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      reject(new Error('The thread ended before it told what came of it'))
    })
  })
}
