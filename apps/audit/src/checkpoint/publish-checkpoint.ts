import { Injectable } from '@nestjs/common'
import { consistencyProof, parseNote, quorumOf, type WitnessPolicy } from '#libs/tlog'
import { LogRepository } from '../log/log.repository.js'
import { firstAltered } from './compare-rows.js'
import type { WitnessAnswer } from './witness.client.js'

/** Someone who checks that the log only grew, and says so. */
export interface Witness {
  readonly url: string
  add(oldSize: number, proof: readonly Buffer[], note: string): Promise<WitnessAnswer>
}

/** What one try to publish came to. */
export type PublishOutcome =
  | { readonly kind: 'nothing-new' }
  | { readonly kind: 'published'; readonly size: number }
  | { readonly kind: 'no-quorum'; readonly size: number; readonly witnesses: number }
  /** A stored row is no longer what the tree was made of: nothing is published until a person looked. */
  | { readonly kind: 'altered'; readonly recordId: string }

/**
 * Shows the newest checkpoint to the witnesses and publishes it with their cosignatures, if they make the quorum.
 *
 * Before that the stored rows are compared with the tree: one flipped bit must stop publication, not be witnessed.
 */
@Injectable()
export class PublishCheckpoint {
  private readonly seenBy = new Map<string, number>()
  private comparedTo: number | undefined

  constructor(
    private readonly log: LogRepository,
    private readonly witnesses: readonly Witness[],
    private readonly policy: () => WitnessPolicy,
  ) {}

  async publish(): Promise<PublishOutcome> {
    const newest = await this.log.newestCheckpoint()
    const publishedSize = (await this.log.newestPublished())?.size ?? 0
    if (newest === undefined || newest.size === publishedSize) return { kind: 'nothing-new' }
    const altered = await firstAltered(this.log, this.comparedTo ?? publishedSize, newest.size)
    if (altered !== undefined) return { kind: 'altered', recordId: altered }
    this.comparedTo = newest.size
    return this.show(newest)
  }

  private async show({ size, note }: { readonly size: number; readonly note: string }): Promise<PublishOutcome> {
    const proofs = new GrowthProofs(this.log, size)
    const answers = await Promise.all(this.witnesses.map((witness) => this.ask(witness, { size, note, proofs })))
    const policy = this.policy()
    const cosigned = note + answers.flatMap((lines) => cosignaturesIn(lines, note, policy)).join('')
    const { met, witnesses } = witnessesOf(cosigned, policy)
    if (!met) return { kind: 'no-quorum', size, witnesses: witnesses.length }
    await this.log.publish(size, cosigned)
    return { kind: 'published', size }
  }

  /** @returns the witness's lines, or nothing when it is away or refuses */
  private async ask(witness: Witness, shown: Shown, triesLeft = 1): Promise<string> {
    const { size, note, proofs } = shown
    const oldSize = Math.min(this.seenBy.get(witness.url) ?? 0, size)
    try {
      const answer = await witness.add(oldSize, await proofs.from(oldSize), note)
      if (answer.kind === 'cosigned') {
        this.seenBy.set(witness.url, size)
        return answer.lines
      }
      if (answer.kind !== 'elsewhere' || triesLeft === 0) return ''
      this.seenBy.set(witness.url, answer.size)
      return await this.ask(witness, shown, triesLeft - 1)
    } catch {
      return ''
    }
  }
}

/** A witness answers with a line for each of its keys. */
const mostLines = 16

/** Of a witness's lines those that hold under the policy: one witness out of its mind must not spoil what others cosigned. */
function cosignaturesIn(lines: string, note: string, policy: WitnessPolicy): readonly string[] {
  const each = lines.split('\n', mostLines).map((line) => `${line}\n`)
  return each.filter((line) => witnessesOf(note + line, policy).witnesses.length > 0)
}

function witnessesOf(note: string, policy: WitnessPolicy) {
  const parsed = parseNote(note)
  return parsed === undefined ? { met: false, witnesses: [] } : quorumOf(parsed, policy)
}

/** A checkpoint on its way to the witnesses. */
interface Shown {
  readonly size: number
  readonly note: string
  readonly proofs: GrowthProofs
}

/** That the tree of `size` grew from earlier ones; witnesses that saw the same one share a proof. */
class GrowthProofs {
  private readonly made = new Map<number, Promise<readonly Buffer[]>>()

  constructor(
    private readonly log: LogRepository,
    private readonly size: number,
  ) {}

  from(oldSize: number): Promise<readonly Buffer[]> {
    const proof =
      this.made.get(oldSize) ?? this.log.tree.over(this.size, (hashOf) => consistencyProof(oldSize, this.size, hashOf))
    this.made.set(oldSize, proof)
    return proof
  }
}
