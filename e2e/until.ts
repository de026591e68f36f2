import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Looks again and again until something is there.
 *
 * @param what - is named in the error when the time is over
 * @throws Error naming it, and what the last look said
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { withinMs = 30_000, everyMs = 150 } = {},
): Promise<T> {
  let why: unknown
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const seen = await look().catch((error: unknown) => {
      why = error
    })
    if (seen !== undefined && seen !== false) return seen
    await sleep(everyMs)
  }
  throw new Error(`${what}: not within ${withinMs} ms`, { cause: why })
}

/** Waits for a promise, but not for ever. */
export async function inTime<T>(what: string, promise: Promise<T>, withinMs = 15_000): Promise<T> {
  let late: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    late = setTimeout(() => {
      reject(new Error(`${what}: no answer within ${withinMs} ms`))
    }, withinMs)
  })
  return Promise.race([promise, tooLate]).finally(() => {
    clearTimeout(late)
  })
}
