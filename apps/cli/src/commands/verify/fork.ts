import type { Finding } from './finding.js'
import { signedCheckpoint } from './checkpoint-file.js'
import { readNamed, readPolicy } from './read-file.js'

/** Two checkpoints signed by one log for one size with two roots: evidence that it showed two histories. */
export function verifyFork([one, two]: readonly string[], options: { policy: string }): Promise<Finding> {
  const policy = readPolicy(options.policy)
  const [first, second] = [one, two].map((file) => signedCheckpoint(readNamed(file, 'a checkpoint'), policy))
  if (first === undefined || second === undefined || first.origin !== second.origin || first.size !== second.size) {
    return Promise.resolve({
      holds: true,
      lines: ['These are not two checkpoints of one log and one size: try consistency.'],
    })
  }
  if (first.root.equals(second.root))
    return Promise.resolve({ holds: true, lines: ['✓ both checkpoints say the same'] })
  const size = String(first.size)
  return Promise.resolve({
    holds: false,
    lines: [`✗ fork: ${first.origin} signed two different logs of ${size} entries`],
  })
}
