import { randomBytes } from 'node:crypto'
import { drawUci } from '#libs/identifiers'
import { dayOneModel } from '#libs/matching'
import type { Database } from '#libs/postgres'
import { newId, type OutboxMessage, addToOutbox } from '#libs/postgres'
import { Problem } from '#libs/service'
import type { CandidateRepository } from './candidate.repository.js'
import { type Lookup } from './candidate.repository.js'
import type { KeyedHashes } from './keyed-hashes.js'
import type { KnownRecordsRepository } from './known-records.repository.js'
import { ResolutionPlan, type Resolved } from './plan-resolution.js'
import { makeFindable, type Findable, type Prepared } from './prepare-submission.js'
import type { SealEffects } from './seal-effects.js'
import { isReference, type Submission } from './submission.js'
import { writeEffects } from './write-effects.repository.js'

/** Access records that must be durable with the answers: made when the answers are known, before they are committed. */
export type Witness = (answers: readonly Resolved[]) => Promise<readonly OutboxMessage[]>

const attempts = 5
const nobodyWatches: Witness = () => Promise.resolve([])

/** What resolving stands on besides the database. */
export interface ResolveParts {
  readonly hashes: KeyedHashes
  readonly sealing: SealEffects
  /** Outside production only identifiers reserved for tests are issued. */
  readonly isProduction: boolean
}

/**
 * Finds the child of each record, or registers one. What is known already is read and nothing is written; the rest is planned
 * in memory and committed if, under locks on its strong keys, what the plan rests on still holds.
 */
export class ResolveChildren {
  constructor(
    private readonly database: Database,
    private readonly records: KnownRecordsRepository,
    private readonly candidates: CandidateRepository,
    private readonly parts: ResolveParts,
  ) {}

  /**
   * One answer a record, in order; earlier ones are seen by later ones.
   *
   * @throws Problem 503 `STORAGE_UNAVAILABLE` when others kept changing the same children
   */
  async resolve(prepared: readonly Prepared[], witness: Witness = nobodyWatches): Promise<readonly Resolved[]> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const known = await this.known(prepared)
      const missing = prepared.filter((_, at) => known[at] === undefined)
      const answers =
        missing.length === 0 ? await this.witnessed(known, witness) : await this.commit(prepared, known, witness)
      if (answers) return answers
    }
    throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
  }

  private async known(prepared: readonly Prepared[]): Promise<readonly (Resolved | undefined)[]> {
    const references = prepared.map(({ submission }) => (isReference(submission) ? submission.uci : undefined))
    const [byName, byRecord] = await Promise.all([this.records.named(references), this.records.identical(prepared)])
    return prepared.map((_, at) => byName[at] ?? byRecord[at])
  }

  private async witnessed(known: readonly (Resolved | undefined)[], witness: Witness): Promise<readonly Resolved[]> {
    const answers = known.filter((answer) => answer !== undefined)
    const messages = await witness(answers)
    if (messages.length > 0) await this.database.transaction((tx) => addToOutbox(tx, 'identity', messages))
    return answers
  }

  /** @returns `undefined` when something it rests on changed meanwhile */
  private async commit(
    prepared: readonly Prepared[],
    known: readonly (Resolved | undefined)[],
    witness: Witness,
  ): Promise<readonly Resolved[] | undefined> {
    const made = new Map<Submission, Findable>()
    const findable = (submission: Submission): Findable => {
      const found = makeFindable(submission, this.parts.hashes)
      made.set(submission, found)
      return found
    }
    const missing = prepared.filter((_, at) => known[at] === undefined)
    const lookup = lookupOf(
      missing,
      missing.map(({ submission }) => findable(submission)),
    )
    const before = await this.candidates.stateOf(this.database, lookup)
    const plan = new ResolutionPlan({
      known: await this.candidates.load(lookup),
      model: dayOneModel,
      findable: (submission) => made.get(submission) ?? findable(submission),
      newId,
      newUci: () => drawUci(randomBytes, { reserved: !this.parts.isProduction }),
    })
    const answers = prepared.map((item, at) => known[at] ?? plan.add(item))
    const sealed = await this.parts.sealing.seal(plan.effects)
    const messages = await witness(answers)
    const strong = [...made.values()].flatMap(({ strongKeys }) => strongKeys)
    const isDone = await this.database
      .transaction(async (tx) => {
        await this.candidates.lock(tx, [...strong, ...lookup.recordKeys.map(lockOf)])
        if ((await this.candidates.stateOf(tx, lookup)) !== before) return false
        await writeEffects(tx, { ...sealed, messages: [...sealed.messages, ...messages] })
        return true
      })
      .catch(retryIfTaken)
    return isDone ? answers : undefined
  }
}

function lookupOf(missing: readonly Prepared[], found: readonly Findable[]): Lookup {
  return {
    recordKeys: missing.map(({ recordKey }) => recordKey),
    keys: [...new Set(found.flatMap(({ keys }) => keys))],
    ucis: [...new Set(missing.flatMap(({ submission }) => submission.uci ?? []))],
    agencyIds: [...new Set(missing.map(({ submission }) => submission.agencyId))],
  }
}

function lockOf(recordKey: string): string {
  return Buffer.from(recordKey, 'hex').readBigInt64BE().toString()
}

/** A UCI drawn twice, or a record that another commit wrote under keys ours did not share: plan again. */
function retryIfTaken(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === '23505') return false
  throw error
}
