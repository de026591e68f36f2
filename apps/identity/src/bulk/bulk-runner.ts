import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '#libs/service'
import type { BulkLoadRepository, OpenLoad } from './bulk-load.repository.js'
import type { ResolveLoad } from './resolve-load.js'
import type { StageLoad } from './stage-load.js'

const lookMs = 2_000
const holdMs = 5_000

/** Works on loads one after another; one that a program left unfinished is taken up by whichever comes first. */
export class BulkRunner {
  private isStopped = false
  private running: Promise<void> | undefined
  private wakeUp: (() => void) | undefined

  constructor(
    private readonly loads: BulkLoadRepository,
    private readonly staging: StageLoad,
    private readonly resolving: ResolveLoad,
  ) {}

  /** @param interrupted - is told why a load could not go on; it is taken up again */
  start(interrupted: (error: unknown) => void): void {
    this.running = this.run(interrupted)
  }

  /** A load was taken in. */
  wake(): void {
    this.wakeUp?.()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.wake()
    await this.running
  }

  /** Works until nothing is left. @returns how many loads were finished */
  async runAll(): Promise<number> {
    for (let done = 0; ; done += 1) {
      const load = this.isStopped ? undefined : await this.loads.claim()
      if (!load) return done
      await this.finish(load)
    }
  }

  private async run(interrupted: (error: unknown) => void): Promise<void> {
    while (!this.isStopped) {
      await this.runAll().catch(interrupted)
      const woken = new Promise<void>((resolve) => {
        this.wakeUp = resolve
      })
      await Promise.race([woken, sleep(lookMs, undefined, { ref: false })])
    }
  }

  private async finish(load: OpenLoad): Promise<void> {
    const holding = setInterval(() => void this.loads.holdOn(load.loadId).catch(() => false), holdMs)
    try {
      await this.work(load)
    } catch (error) {
      await this.loads.release(load.loadId)
      throw error
    } finally {
      clearInterval(holding)
    }
  }

  private async work(load: OpenLoad): Promise<void> {
    if (load.state === 'received' || (await this.isLost(load))) await this.staging.stage(load)
    await this.resolving.resolve(load, () => this.isStopped)
    if (this.isStopped) throw new Problem('STORAGE_UNAVAILABLE')
    await this.loads.finish(load.loadId)
  }

  /** What is staged survives the end of a program, but not a crash of the database. */
  private async isLost({ loadId, staged }: OpenLoad): Promise<boolean> {
    return (await this.loads.countStaged(loadId)) < staged
  }
}
