import type { Model } from '#libs/matching'
import type { Database } from '#libs/postgres'
import type { KeyRing } from '#libs/security'
import { inThread } from '#libs/threads'
import { learnFrom } from './learn-from.js'
import type { ModelRepository } from './model.repository.js'
import { TrainingRepository } from './training.repository.js'

/** What teaching stands on. */
export interface TeacherParts {
  readonly database: Database
  readonly keyRing: KeyRing
  readonly models: ModelRepository
  readonly url: string
  readonly keyFile: string
}

/** What a million records and their pairs take; beyond it the thread ends, not the program. */
const mostMiB = 4096
/** What is made for a pair is gone with it: swept seldom, it costs least. */
const youngMiB = 96

/** Has models learned, one at a time, in a thread; what comes of it is a draft. */
export class Teacher {
  private learning: Promise<string> | undefined
  private failed: (error: unknown) => void = () => undefined

  constructor(private readonly parts: TeacherParts) {}

  /** @param told - is called when nothing came of learning: too little to learn from, or the database is away */
  whenFailed(told: (error: unknown) => void): void {
    this.failed = told
  }

  /** @returns whether it began; one that is under way goes on */
  begin(base: Model, by: string): boolean {
    if (this.learning) return false
    this.learning = this.learn(base)
      .then((model) => this.parts.models.addDraft(model, by))
      .finally(() => {
        this.learning = undefined
      })
    this.learning.catch((error: unknown) => {
      this.failed(error)
    })
    return true
  }

  /** The hash of the draft that is being made, when it is. */
  async finished(): Promise<string | undefined> {
    return this.learning
  }

  /** Where the program runs from its sources, as in tests, there is nothing a thread could load: it learns here. */
  private async learn(base: Model): Promise<Model> {
    const { database, keyRing, url, keyFile } = this.parts
    if (import.meta.url.endsWith('.ts')) return (await learnFrom(new TrainingRepository(database, keyRing), base)).model
    return inThread(
      new URL('./learn.worker.js', import.meta.url),
      { url, keyFile, base },
      { maxOldGenerationSizeMb: mostMiB, maxYoungGenerationSizeMb: youngMiB },
    )
  }
}
