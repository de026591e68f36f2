import type { Model } from '#libs/matching'
import { newId, type Database } from '#libs/postgres'
import { freshBytes, type KeyRing } from '#libs/security'
import { drawUci, type Uci } from '#libs/identifiers'
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
  /** Draws an identifier, free or not; of those that are never issued unless told. */
  readonly draw?: () => Uci
}

/**
 * What another process draws that fills beside this one is not known here: of a million children every fourth group meets one that
 * is taken, and five in a row were too few.
 */
const attempts = 20

/**
 * Fills a store for a benchmark: every record is taken for a child that nobody knows, and becomes the rows that resolving it
 * would have written, sealed and signed the same. Nobody is told of it: no event, no access record, and the data key for
 * those is made beforehand. Only for children that differ from one another, in a store that nobody else uses.
 */
export class RegisterAnew {
  /** Of a million children each group of five hundred would else meet one that is taken, again and again. */
  private readonly drawn = new Set<Uci>()

  constructor(private readonly parts: RegisterAnewParts) {}

  /**
   * Registers a group in one transaction; records of one group still find each other.
   *
   * @throws when identifiers that others hold were drawn twenty times
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
      newUci: () => this.freshUci(),
    })
    for (const one of prepared) plan.add(one)
    return plan
  }

  private freshUci(): Uci {
    const { draw = () => drawUci(freshBytes, { reserved: true }) } = this.parts
    for (;;) {
      const uci = draw()
      if (this.drawn.has(uci)) continue
      this.drawn.add(uci)
      return uci
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
