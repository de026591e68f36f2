import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again. @returns whether it held in time */
export async function until(
  holds: () => Promise<boolean>,
  patience: { readonly mostMs: number; readonly everyMs: number },
): Promise<boolean> {
  const end = performance.now() + patience.mostMs
  while (performance.now() < end) {
    if (await holds()) return true
    await sleep(patience.everyMs)
  }
  return false
}
