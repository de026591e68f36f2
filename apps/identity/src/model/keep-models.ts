import { setTimeout as sleep } from 'node:timers/promises'
import { modelHash, normaliserVersion, type Model } from '#libs/matching'
import type { IndexKeeper } from '../index/index-keeper.js'
import type { MemoryIndex } from '../index/live-index.js'
import type { ModelRepository } from './model.repository.js'
import type { ShadowModel } from './shadow-model.js'

const lookMs = 5_000

/** What keeping stands on. */
export interface KeepModelsParts {
  readonly models: ModelRepository
  readonly shadow: ShadowModel
  readonly index: MemoryIndex
  readonly keeper: IndexKeeper
  /** The model of the first day. */
  readonly first: Model
}

/** Lets every replica decide by the active model, and show the shadow what it decided, some seconds after two persons agreed. */
export class KeepModels {
  private readonly stopped = new AbortController()
  private looking: Promise<void> | undefined
  private following: Promise<void> = Promise.resolve()
  private failed: (error: unknown) => void = () => undefined
  private outdated: () => void = () => undefined

  constructor(private readonly parts: KeepModelsParts) {}

  /** @param told - is called when what is active now could not be taken over: the model before it decides, until it can */
  whenFailed(told: (error: unknown) => void): void {
    this.failed = told
  }

  /** @param told - is called once the index stands where the model that decides counts names as another normaliser wrote them */
  whenOutdated(told: () => void): void {
    this.outdated = told
  }

  /** A newly learned model is wanted: what this one says of how frequent names are, it says of forms that nobody has now. */
  get isOutdated(): boolean {
    return this.parts.index.model.normaliser !== normaliserVersion
  }

  /** Builds the index by the active model. @returns profiles held */
  async begin(): Promise<number> {
    const { models, shadow, keeper, first } = this.parts
    const active = await models.active(first)
    shadow.become(await models.shadow())
    const count = await keeper.rebuild(active)
    if (this.isOutdated) this.outdated()
    return count
  }

  /** Follows what persons decide of models. */
  start(): void {
    this.looking = this.look()
  }

  async stop(): Promise<void> {
    this.stopped.abort()
    await this.looking
  }

  /** Takes over what is active now; the index is built anew beside the one in use, one at a time. */
  follow(): Promise<void> {
    this.following = this.following.catch(() => undefined).then(() => this.takeOver())
    this.following.catch((error: unknown) => {
      this.failed(error)
    })
    return this.following
  }

  private async takeOver(): Promise<void> {
    const { models, shadow, index, keeper, first } = this.parts
    const active = await models.active(first)
    if (modelHash(active) !== modelHash(index.model)) await keeper.rebuild(active)
    shadow.become(await models.shadow())
  }

  private async look(): Promise<void> {
    const { signal } = this.stopped
    // A pause that is cut short ends the watch; while the database is away it is asked again.
    while (await sleep(lookMs, true, { ref: false, signal }).catch(() => false))
      await this.follow().catch(() => undefined)
  }
}
