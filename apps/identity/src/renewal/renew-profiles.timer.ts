import { setTimeout as sleep } from 'node:timers/promises'
import { normaliserVersion } from '#libs/matching'
import { counter, failureFields, gauge, logCodes, type Logger, type Step } from '#libs/service'
import { IndexKeeper } from '../index/index-keeper.js'
import { RenewProfiles, type Tally } from './renew-profiles.js'

const renewalLog = logCodes('renewal', ['BEGUN', 'GOES_ON', 'DONE', 'LEFT', 'INTERRUPTED'])
const waitMs = 1_000
const againMs = 5_000
const lookMs = 600_000
const tellMs = 10_000

const renewed = counter(
  'waymark_identity_profiles_renewed_total',
  'Profiles of an earlier normaliser that were made anew, by what became of them',
  ['outcome'],
)

/**
 * Makes profiles that an earlier normaliser made anew, once the index stands and is in step; and looks again now and then,
 * since a program of an earlier version may still run beside this one.
 */
export const renewProfiles: Step = (app, logger) => {
  const [renewing, keeper] = [app.get(RenewProfiles), app.get(IndexKeeper)]
  const ending = new AbortController()
  const stopped = ending.signal
  const told = new Told(logger)
  gauge('waymark_identity_profiles_outdated', 'Profiles of an earlier normaliser, as last counted', () => told.outdated)
  const once = async (): Promise<number> => {
    if (!keeper.isInStep) return waitMs
    const from = Date.now()
    const tally = await renewing.pass({ stopped, found: told.found, went: told.went })
    told.ended(tally, { durationMs: Date.now() - from, outdated: await renewing.outdated() })
    return lookMs
  }
  const working = (async () => {
    while (!stopped.aborted) {
      const nextMs = await once().catch((error: unknown) => {
        logger.warn(renewalLog.INTERRUPTED, failureFields(error))
        return againMs
      })
      await sleep(nextMs, undefined, { signal: stopped, ref: false }).catch(() => undefined) // woken to stop
    }
  })()
  return async () => {
    ending.abort()
    await working
  }
}

/** Counts what became of profiles, and tells it now and then. */
class Told {
  private size = 0
  private count = 0
  private toldAt = 0

  constructor(private readonly logger: Logger) {}

  get outdated(): number {
    return Math.max(0, this.size - this.count)
  }

  readonly found = (profiles: number): void => {
    this.size = profiles
    this.count = 0
    this.toldAt = Date.now()
    this.logger.info(renewalLog.BEGUN, { size: profiles, version: normaliserVersion })
  }

  readonly went = ({ changed, kept, gone }: Tally): void => {
    for (const [outcome, many] of Object.entries({ changed, kept, gone })) renewed.inc({ outcome }, many)
    this.count += changed + kept + gone
    if (Date.now() - this.toldAt < tellMs) return
    this.toldAt = Date.now()
    this.logger.info(renewalLog.GOES_ON, { count: this.count, size: this.size })
  }

  ended({ changed, kept, gone, left }: Tally, of: { readonly durationMs: number; readonly outdated: number }): void {
    this.size = of.outdated
    this.count = 0
    const count = changed + kept + gone
    if (count > 0) this.logger.info(renewalLog.DONE, { count, durationMs: of.durationMs })
    if (left > 0) this.logger.info(renewalLog.LEFT, { count: left })
  }
}
