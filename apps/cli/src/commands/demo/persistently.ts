import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientAnswer } from '#libs/client'

const patienceMs = 60_000
const pauseMs = 500

/** Codes that say "not now": a program is being started again, or has yet to catch up. */
const passing = /"code":"(?:SOURCE_UNAVAILABLE|STORAGE_UNAVAILABLE|PROJECTION_BEHIND|INDEX_NOT_READY|OUTBOX_FULL)"/

/**
 * Asks again while the hub is away or says "not now", as a supplier's program does. Events keep their ids, so a repeat
 * changes nothing.
 */
export async function persistently(ask: () => Promise<ClientAnswer>): Promise<ClientAnswer> {
  return again(ask, (answer) => answer.status >= 502 || passing.test(JSON.stringify(answer.body) || ''))
}

/** Repeats while the hub cannot be reached or refuses for the moment; what comes after the last try stands. */
export async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  return again(work, () => false)
}

async function again<T>(work: () => Promise<T>, isPassing: (result: T) => boolean): Promise<T> {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      const result = await work()
      if (!isPassing(result) || Date.now() > until) return result
    } catch (error) {
      if (!isAway(error) || Date.now() > until) throw error
    }
    await sleep(pauseMs)
  }
}

/** Whether the hub could not be reached. */
export function isAway(error: unknown): boolean {
  const text = error instanceof Error ? error.message : ''
  return /fetch failed|terminated|50[234]/.test(text)
}
