import { drawUci, type Uci } from '#libs/identifiers'
import { isCalibratedBySource, type Model } from '#libs/matching'
import { addToOutbox, newId, type Database, type OutboxMessage, type Sql } from '#libs/postgres'
import { freshBytes, KeyBroken, KeyMissing, type AccessRecorder, type KeyRing } from '#libs/security'
import { logCodes, Problem, programLogger, type Logger } from '#libs/service'
import type { DeadRecords } from '../seal/dead-records.js'
import type { CandidateRepository, Lookup } from './candidate.repository.js'
import type { Effects } from './effects.js'
import type { KeyedHashes } from './keyed-hashes.js'
import type { KnownRecordsRepository } from './known-records.repository.js'
import {
  isRefused,
  ResolutionPlan,
  shut,
  type Judged,
  type Outcome,
  type PlanParts,
  type Resolved,
} from './plan-resolution.js'
import { makeFindable, type Findable, type Prepared, type Proposer } from './prepare-submission.js'
import type { SealEffects } from './seal-effects.js'
import { isReference, type Submission } from './submission.js'
import { Turns } from './turns.js'
import { stockOfUcis } from './uci-stock.js'
import { writeEffects } from './write-effects.repository.js'

/** Access records that must be durable with the answers: made when the answers are known, before they are committed. */
type Witness = (answers: readonly Outcome[], recorder: AccessRecorder) => Promise<readonly OutboxMessage[]>

/** The index in memory, as resolving sees it. */
export interface LiveIndex extends Proposer {
  /** @throws Problem 503 `INDEX_NOT_READY` while it is being built */
  requireReady(): void
  /** What this program committed is there at once; other programs read it from the feed. */
  learn(effects: Effects): void
  /** Scores as the index does; changes with the active model. */
  readonly model: Model
}

/** Is shown every judgement after it was committed. */
export interface Onlooker {
  look(judged: readonly Judged[]): void
}

/** Asked of every group alike: who of it was somebody whose identity was sealed, and whom such records registered. */
export type DeadAmong = (
  sql: Sql,
  prepared: readonly Prepared[],
  childIds: readonly string[],
) => Promise<DeadRecords<Prepared>>

const resolutionLog = logCodes('resolution', ['GAVE_UP', 'KEY_BROKEN'])
const attempts = 5
/** Commits under way at once: each waits for locks on a connection, and others must stay free. */
const commitsAtOnce = 6
/** Records planned without letting others' requests through. */
const plannedAtOnce = 16

/** What commits with the answers besides their effects. */
export interface Alongside {
  readonly witness?: Witness
  /** Is told when everything is locked and planned that will be written, of every attempt. */
  readonly planned?: () => void
  /** Is told when others were in the way: the locks are asked for once more. */
  readonly again?: () => void
  /** Further writes of the same transaction, after all others. */
  readonly also?: (tx: Sql, answers: readonly Outcome[]) => Promise<void>
}

/** What resolving stands on besides the database. */
export interface ResolveParts {
  readonly hashes: KeyedHashes
  readonly sealing: SealEffects
  readonly deadAmong: DeadAmong
  readonly keyRing: KeyRing
  readonly recorder: AccessRecorder
  readonly index: LiveIndex
  readonly onlooker: Onlooker
  /** Is told where others kept changing the same children, and of keys that do not unwrap; the program's own unless given. */
  readonly logger?: () => Pick<Logger, 'warn' | 'error'>
  /** Outside production only identifiers reserved for tests are issued. */
  readonly isProduction: boolean
}

/** Of each record: there where it was known before the transaction. */
type Known = readonly (Resolved | undefined)[]

interface Group {
  readonly prepared: readonly Prepared[]
  readonly known: readonly (Outcome | undefined)[]
  readonly made: ReadonlyMap<Submission, Findable>
  readonly alongside: Alongside
  /** Children one of whose keys is not to be had. */
  readonly shut: ReadonlySet<string>
  /** Is told whose keys turn out so. */
  readonly missed: (error: KeyMissing) => void
}

/**
 * Finds the child of each record, or registers one. What is known already is read and nothing is written. For the rest the
 * index in memory proposes children; under locks on the strong keys and on the children, PostgreSQL has the last word.
 */
export class ResolveChildren {
  private readonly turns = new Turns(commitsAtOnce)

  constructor(
    private readonly database: Database,
    private readonly records: KnownRecordsRepository,
    private readonly candidates: CandidateRepository,
    private readonly parts: ResolveParts,
  ) {}

  /**
   * One record by itself.
   *
   * @throws Problem as {@link resolveEach}, and what the record is refused by
   */
  async resolve(prepared: Prepared): Promise<Resolved> {
    const [outcome] = await this.resolveEach([prepared], {})
    if (!outcome) throw new Error('A record was left without an answer')
    if (isRefused(outcome)) throw outcome.refused
    return outcome
  }

  /**
   * One outcome a record, in order, in one transaction; earlier records are seen by later ones, and one that cannot stand
   * leaves the others as they are. Where keys turn out not to be had, all is planned again without their children.
   *
   * @param asked - of each record what {@link known} said, where it was asked already
   * @throws Problem 503 `STORAGE_UNAVAILABLE` when others kept changing the same children; 503 `INDEX_NOT_READY`
   */
  async resolveEach(prepared: readonly Prepared[], alongside: Alongside, asked?: Known): Promise<readonly Outcome[]> {
    const known = asked ?? (await this.known(prepared))
    const shutIds = new Set<string>()
    for (;;) {
      const missing: KeyMissing[] = []
      const missed = (error: KeyMissing): void => void missing.push(error)
      try {
        return await this.resolveBeside(shutIds, { prepared, known, alongside, missed })
      } catch (error) {
        const found = error instanceof KeyMissing ? childrenOf([error, ...missing]) : []
        if (found.every((childId) => shutIds.has(childId))) throw error
        for (const childId of found) shutIds.add(childId)
        this.tellOfBroken([error, ...missing])
        alongside.again?.()
      }
    }
  }

  /** Who is beside such a child goes on, and its own record is but refused: nobody else would learn that a key is damaged. */
  private tellOfBroken(failures: readonly unknown[]): void {
    const { logger = programLogger } = this.parts
    const subjects = new Set(failures.flatMap((one) => (one instanceof KeyBroken ? [one.subject] : [])))
    if (subjects.size > 0) logger().error(resolutionLog.KEY_BROKEN, { count: subjects.size })
  }

  private async resolveBeside(
    shutIds: ReadonlySet<string>,
    given: Pick<Group, 'prepared' | 'alongside' | 'missed'> & { readonly known: Known },
  ): Promise<readonly Outcome[]> {
    const { prepared, alongside, missed } = given
    const known = given.known.map((answer) => (answer && shutIds.has(answer.childId) ? shut() : answer))
    if (known.every((answer) => answer !== undefined)) return this.witnessed(known, alongside)
    this.parts.index.requireReady()
    const { hashes } = this.parts
    const unknown = prepared.filter((_, at) => known[at] === undefined)
    const made = new Map(
      unknown.map(({ submission, findable }) => [submission, findable ?? makeFindable(submission, hashes)] as const),
    )
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (attempt > 1) alongside.again?.()
      const group = { prepared, known, made, alongside, shut: shutIds, missed }
      const answers = await this.turns.take(() => this.commit(group))
      if (answers) return answers
    }
    const { logger = programLogger } = this.parts
    logger().warn(resolutionLog.GAVE_UP, { attempt: attempts, count: unknown.length })
    throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
  }

  /** Of each record its child, where it said exactly this before, or names it and says nothing else; no lock is asked for. */
  async known(prepared: readonly Prepared[]): Promise<Known> {
    const references = prepared.map(({ submission }) => (isReference(submission) ? submission.uci : undefined))
    const [byName, byRecord] = await Promise.all([this.records.named(references), this.records.identical(prepared)])
    return prepared.map((_, at) => byName[at] ?? byRecord[at])
  }

  private async witnessed(known: readonly Outcome[], { witness, also }: Alongside): Promise<readonly Outcome[]> {
    const messages = witness ? await witness(known, this.parts.recorder) : []
    if (messages.length === 0 && !also) return known
    await this.database.transaction(async (tx) => {
      const added = addToOutbox(tx, 'identity', messages)
      added.catch(() => undefined) // the commit travels with it, and fails as it does
      if (also) await Promise.all([added, also(tx, known)])
    })
    return known
  }

  /** @returns `undefined` when others changed what it rests on while it waited: the index will have learned of it */
  private async commit(group: Group): Promise<readonly Outcome[] | undefined> {
    const done = await this.database
      .transaction((tx) => this.decide(tx, group))
      .catch((error: unknown) => {
        if (isTaken(error)) return undefined
        throw error
      })
    if (!done) return undefined
    done.keyRing.keep()
    this.parts.index.learn(done.effects)
    this.parts.onlooker.look(done.judged)
    return done.answers
  }

  private async decide(tx: Sql, { prepared, known: before, made, alongside, shut: shutIds, missed }: Group) {
    const keyRing = this.parts.keyRing.within(tx, missed)
    const unknown = prepared.filter((_, at) => before[at] === undefined)
    const lookup = lookupOf(unknown, made)
    const touched = await this.candidates.lockKeys(tx, lookup)
    const proposed = await this.proposals(touched, made)
    const by = { sql: tx, keyRing, isLocking: true }
    const isSourced = isCalibratedBySource(this.parts.index.model)
    const [known, dead, newUci] = await Promise.all([
      this.candidates.loadChildren(by, lookup, { ids: proposed.childIds, touched, isSourced }),
      this.parts.deadAmong(tx, unknown, proposed.childIds),
      stockOfUcis(tx, unknown.length, () => this.drawUci()),
    ])
    for (const [profile, childIds] of proposed.byProfile) known.propose(profile, childIds)
    for (const childId of shutIds) known.shut(childId)
    const plan = this.planOver({ known, dead, newUci }, made)
    const planned = await inTurns(unknown, (item) => plan.add(item))
    const answers = merged(before, planned)
    // Begun in one turn, so that the keys of both are claimed by one statement.
    const [sealed, messages = []] = await Promise.all([
      this.parts.sealing.seal(plan.effects, keyRing),
      alongside.witness?.(answers, this.parts.recorder.using(keyRing)),
    ])
    alongside.planned?.()
    const written = writeEffects(tx, { ...sealed, messages: [...sealed.messages, ...messages] })
    written.catch(() => undefined) // the commit travels with it, and fails as it does
    if (alongside.also) await Promise.all([written, alongside.also(tx, answers)])
    return { answers, effects: plan.effects, judged: plan.judged, keyRing }
  }

  /**
   * Asks the index once the keys are locked. Of what PostgreSQL found beside it, only what the index had not learned before
   * it was asked is to be read: whoever commits under the same keys waits for this transaction.
   */
  private async proposals(touched: Awaited<ReturnType<CandidateRepository['lockKeys']>>, made: Group['made']) {
    const { index } = this.parts
    const numbers = new Set([...made.values()].flatMap(({ numberKeys }) => numberKeys))
    const unseen = touched.filter(
      ({ childId, profileId, key = '' }) =>
        profileId === undefined || numbers.has(key) || !index.isSeen(profileId, childId),
    )
    const byProfile = new Map(
      await inTurns([...made], ([{ agencyId }, { profile }]) => [profile, index.propose(profile, agencyId)] as const),
    )
    const childIds = new Set([...[...byProfile.values()].flat(), ...unseen.map(({ childId }) => childId)])
    return { byProfile, childIds: [...childIds].sort() }
  }

  private planOver(of: Pick<PlanParts, 'known' | 'dead' | 'newUci'>, made: Group['made']): ResolutionPlan {
    const { hashes, index } = this.parts
    return new ResolutionPlan({
      ...of,
      model: index.model,
      findable: (submission) => made.get(submission) ?? makeFindable(submission, hashes),
      newId,
    })
  }

  private drawUci(): Uci {
    return drawUci(freshBytes, { reserved: !this.parts.isProduction })
  }
}

/** Whose keys are not to be had. */
function childrenOf(missing: readonly KeyMissing[]): readonly string[] {
  return missing.flatMap(({ childId }) => childId ?? [])
}

/** Does much work in pieces, between which others' requests run. */
async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Result): Promise<Result[]> {
  const results: Result[] = []
  for (const [at, item] of items.entries()) {
    if (at > 0 && at % plannedAtOnce === 0) await new Promise((resolve) => setImmediate(resolve))
    results.push(work(item))
  }
  return results
}

/** What was known before, and between it what was planned of the rest; in order. */
function merged(before: readonly (Outcome | undefined)[], planned: readonly Outcome[]): readonly Outcome[] {
  const rest = planned.values()
  return before.map((answer) => {
    const outcome = answer ?? rest.next().value
    if (!outcome) throw new Error('A record was left without an answer')
    return outcome
  })
}

/** Under what these records may find children. */
export function lookupOf(prepared: readonly Prepared[], made: ReadonlyMap<Submission, Findable>): Lookup {
  const found = [...made.values()]
  return {
    recordKeys: [...new Set(prepared.map(({ recordKey }) => recordKey))],
    keys: [...new Set(found.flatMap(({ strongKeys }) => strongKeys))],
    ucis: [...new Set(prepared.flatMap(({ submission }) => submission.uci ?? []))],
    agencyIds: [...new Set(prepared.map(({ submission }) => submission.agencyId))],
    versions: {
      contentHashes: prepared.map(({ contentHash }) => contentHash),
      recordedAts: prepared.map(({ submission }) => submission.recordedAt),
    },
  }
}

/** Thrown in a transaction whose locks are in the way of one that comes before it: it is to begin anew. */
export class TryAgain extends Error {}

/** A UCI drawn twice, a child closed meanwhile, a profile another added, or a circle of waiting: plan again. */
function isTaken(error: unknown): boolean {
  if (error instanceof TryAgain) return true
  return error instanceof Error && 'code' in error && (error.code === '23505' || error.code === '40P01')
}
