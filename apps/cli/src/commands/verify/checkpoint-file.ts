import { openCheckpoint, quorumOf, type Checkpoint, type SignedNote, type WitnessPolicy } from '#libs/tlog'
import { DoesNotHold } from './finding.js'

/** A checkpoint signed by a log of the policy. */
export type SignedCheckpoint = Checkpoint & { readonly note: SignedNote }

/**
 * Reads a checkpoint and checks the log's signature; the witnesses are a question of their own.
 *
 * @throws DoesNotHold when no log of the policy signed it
 */
export function signedCheckpoint(text: string, policy: WitnessPolicy): SignedCheckpoint {
  const opened = policy.logs.map((log) => openCheckpoint(text, log)).find((checkpoint) => checkpoint !== undefined)
  if (opened === undefined) throw new DoesNotHold('a checkpoint is not signed by a log of the policy')
  return opened
}

/** How many witnesses saw a checkpoint, in words, and whether they are enough. */
export function witnessed(
  checkpoint: SignedCheckpoint,
  policy: WitnessPolicy,
): { readonly met: boolean; readonly text: string; readonly names: readonly string[] } {
  const { met, witnesses } = quorumOf(checkpoint.note, policy)
  return { met, text: `${witnesses.length} of ${policy.witnesses.size} witnesses`, names: witnesses }
}
