import { canonicalJson, sha256, verifyTlogProof, type ProofVerdict } from '#libs/tlog'
import type { Finding } from './finding.js'
import { readNamed, readPolicy } from './read-file.js'

const refusals: Readonly<Record<Extract<ProofVerdict, { ok: false }>['reason'], string>> = {
  'not-a-proof': 'This file is not a proof of the form c2sp.org/tlog-proof@v1.',
  'not-signed-by-the-log': 'The checkpoint is not signed by a log of the policy.',
  'no-quorum': 'Too few witnesses of the policy cosigned the checkpoint.',
  'not-in-the-log': 'The record is not what the log has at this place: record or proof was altered.',
}

/** Proves one access record offline, from its proof and either its opening or the receipt of the answer. */
export function verifyProof(
  [file]: readonly string[],
  options: { policy: string; record?: string; receipt?: string },
): Promise<Finding> {
  const policy = readPolicy(options.policy)
  const commitment = commitmentIn(options)
  if (commitment === undefined) {
    return Promise.resolve({
      holds: false,
      lines: ['✗ The record does not have the commitment it names: it was altered.'],
    })
  }
  const verdict = verifyTlogProof(readNamed(file, 'the proof'), commitment, policy)
  if (!verdict.ok) return Promise.resolve({ holds: false, lines: [`✗ ${refusals[verdict.reason]}`] })
  const { index, size, witnesses } = verdict
  const seen = `${witnesses.length} of ${policy.witnesses.size} witnesses (${witnesses.join(', ')})`
  return Promise.resolve({ holds: true, lines: [`✓ entry ${index} is in the log of ${size}; ${seen}; unaltered`] })
}

interface Opening {
  readonly commitment: string
  readonly salt1?: string
  readonly outer?: object
}

/** The commitment of a receipt, or of an opening that has just that commitment. */
function commitmentIn({ record, receipt }: { record?: string; receipt?: string }): Buffer | undefined {
  const opening = JSON.parse(readNamed(record ?? receipt, 'the record or its receipt')) as Opening
  const commitment = Buffer.from(opening.commitment, 'hex')
  if (record === undefined) return commitment
  const recomputed = sha256(Buffer.from(opening.salt1 ?? '', 'hex'), canonicalJson(opening.outer ?? {}))
  return recomputed.equals(commitment) ? commitment : undefined
}
