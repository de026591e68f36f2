import { setImmediate as othersTurn } from 'node:timers/promises'

/** A request waits so long at most for work that nobody waits for. */
const sliceMs = 5

/** Does long work in slices, between which requests have their turn; it says where it may be left. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let since = performance.now()
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    if (performance.now() - since < sliceMs) continue
    await othersTurn()
    since = performance.now()
  }
}
