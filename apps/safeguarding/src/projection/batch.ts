import type { Sql } from '#libs/postgres'
import type { FlagRepository } from '../flag/flag.repository.js'
import type { RaiseFlag } from '../flag/flags.js'
import type { HandoverKind } from '../handover/handover.js'
import type { WaitingRepository } from '../handover/waiting.repository.js'
import type { InvolvementRepository } from '../involvement/involvement.repository.js'
import type { OpenInvolvement } from '../involvement/openings.js'
import type { Provenance } from './provenance.js'

/** What a batch of events works with. */
export interface BatchParts {
  readonly involvements: Pick<InvolvementRepository, 'open'>
  readonly flags: Pick<FlagRepository, 'raise'>
  readonly waiting: WaitingRepository
}

/**
 * What one transaction of the projection has not written yet, and what it knows. Most events only add a row, so rows that
 * are opened wait here and go in together; {@link write} must come before anything that looks at rows or changes them.
 */
export class Batch {
  private involvements: (readonly [OpenInvolvement, Provenance])[] = []
  private flags: (readonly [RaiseFlag, Provenance])[] = []
  /** Of each child, the kinds that may wait; undefined: any may. */
  private waiting: Map<string, Set<HandoverKind>> | undefined = new Map()

  constructor(
    private readonly tx: Sql,
    private readonly parts: BatchParts,
  ) {}

  /** Learns what waits for these children; of nobody else may {@link mayWait} be asked. */
  async look(childIds: readonly string[]): Promise<void> {
    this.waiting = new Map()
    for (const { childId, kind } of await this.parts.waiting.among(this.tx, childIds)) this.opened(childId, kind)
  }

  add(effect: OpenInvolvement | RaiseFlag, from: Provenance): void {
    if (effect.do === 'open-involvement') this.involvements.push([effect, from])
    else this.flags.push([effect, from])
  }

  /** A handover of this kind may wait from now on. */
  opened(childId: string, kind: HandoverKind): void {
    const kinds = this.waiting?.get(childId)
    if (kinds) kinds.add(kind)
    else this.waiting?.set(childId, new Set([kind]))
  }

  /** Anything may wait from now on: handovers were moved or reopened. */
  forget(): void {
    this.waiting = undefined
  }

  /** Whether a handover may wait; if not, there is nothing to ask the database for. */
  mayWait(childId: string, kind: HandoverKind): boolean {
    return this.waiting?.get(childId)?.has(kind) ?? this.waiting === undefined
  }

  /** Writes what was added, before any statement that is made after it. Where it fails, the transaction fails. */
  write(): void {
    const { involvements, flags } = this
    this.involvements = []
    this.flags = []
    if (involvements.length > 0) this.parts.involvements.open(this.tx, involvements)
    if (flags.length > 0) this.parts.flags.raise(this.tx, flags)
  }
}
