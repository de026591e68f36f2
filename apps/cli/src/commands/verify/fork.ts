import { writeFileSync } from 'node:fs'
import type { WitnessPolicy } from '#libs/tlog'
import type { Finding } from './finding.js'
import { signedCheckpoint, witnessed, type SignedCheckpoint } from './checkpoint-file.js'
import { readNamed, readPolicy } from './read-file.js'

/**
 * Two checkpoints signed by one log for one size with two roots: evidence that it showed two histories.
 *
 * @throws when they are not of one log and one size: then they may both be true
 */
export function verifyFork(
  [one, two]: readonly string[],
  { policy: file, out }: { policy: string; out?: string },
): Promise<Finding> {
  const policy = readPolicy(file)
  const notes = [readNamed(one, 'a checkpoint'), readNamed(two, 'a second checkpoint')] as const
  const [first, second] = [signedCheckpoint(notes[0], policy), signedCheckpoint(notes[1], policy)]
  const { origin, size } = first
  if (origin !== second.origin || size !== second.size)
    throw new Error('these are not two checkpoints of one log and one size; try consistency')
  if (first.root.equals(second.root))
    return Promise.resolve({ holds: true, lines: ['✓ both checkpoints say the same'] })
  if (out !== undefined) writeFileSync(out, `${JSON.stringify({ origin, size, checkpoints: notes }, null, 2)}\n`)
  return Promise.resolve({
    holds: false,
    lines: [
      `✗ fork: ${origin} signed two different logs of ${size} entries`,
      seenBy(first, policy),
      seenBy(second, policy),
      ...(out === undefined ? [] : [`  both are in ${out}`]),
    ],
  })
}

function seenBy(checkpoint: SignedCheckpoint, policy: WitnessPolicy): string {
  const { names, text } = witnessed(checkpoint, policy)
  return `  ${checkpoint.root.toString('base64')}: ${[text, ...names].join(', ')}`
}
