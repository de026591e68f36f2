import type { Model } from '#libs/matching'
import { newId, type Database } from '#libs/postgres'
import { freshBytes, type KeyRing } from '#libs/security'
import { drawUci } from '#libs/identifiers'
import { KnownChildren } from '../resolution/known-children.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { ResolutionPlan } from '../resolution/plan-resolution.js'
import { makeFindable, type Prepared } from '../resolution/prepare-submission.js'
import type { SealEffects } from '../resolution/seal-effects.js'
import { writeEffects } from '../resolution/write-effects.repository.js'

/** What registering stands on. */
export interface RegisterAnewParts {
  readonly database: Database
  readonly keyRing: KeyRing
  readonly hashes: KeyedHashes
  readonly sealing: SealEffects
  readonly model: Model
}

const attempts = 5

/**
 * Fills a store for a benchmark: every record is taken for a child that nobody knows, and becomes the rows that resolving it
 * would have written, sealed and signed the same. Nobody is told of it: no event, no access record, and the data key for
 * those is made beforehand. Only for children that differ from one another, in a store that nobody else uses.
 */
export class RegisterAnew {
  constructor(private readonly parts: RegisterAnewParts) {}

  /**
   * Registers a group in one transaction; records of one group still find each other.
   *
   * @throws when identifiers that are taken were drawn five times
   */
  async register(prepared: readonly Prepared[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.write(prepared)
        return
      } catch (error) {
        if (attempt === attempts || !isTaken(error)) throw error
      }
    }
  }

  private async write(prepared: readonly Prepared[]): Promise<void> {
    const { database, sealing } = this.parts
    const { effects } = this.planned(prepared)
    await database.transaction(async (tx) => {
      const ring = this.parts.keyRing.within(tx)
      const [sealed] = await Promise.all([
        sealing.seal(effects, ring),
        ...effects.children.map(({ childId }) => ring.keyOf(`child:${childId}`, 'access')),
      ])
      await writeEffects(tx, { ...sealed, messages: [] })
    })
  }

  private planned(prepared: readonly Prepared[]): ResolutionPlan {
    const { hashes, model } = this.parts
    const made = new Map(prepared.map(({ submission, findable }) => [submission, findable] as const))
    const plan = new ResolutionPlan({
      ...{ known: new KnownChildren(), model, newId },
      findable: (submission) => made.get(submission) ?? makeFindable(submission, hashes),
      newUci: () => drawUci(freshBytes, { reserved: true }),
    })
    for (const one of prepared) plan.add(one)
    return plan
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
