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
  if (typeof commitment === 'string') return Promise.resolve({ holds: false, lines: [`✗ ${commitment}`] })
  const verdict = verifyTlogProof(readNamed(file, 'the proof'), commitment, policy)
  if (!verdict.ok) return Promise.resolve({ holds: false, lines: [`✗ ${refusals[verdict.reason]}`] })
  const { index, size, witnesses } = verdict
  const seen = `${witnesses.length} of ${policy.witnesses.size} witnesses (${witnesses.join(', ')})`
  return Promise.resolve({ holds: true, lines: [`✓ entry ${index} is in the log of ${size}; ${seen}; unaltered`] })
}

/** A receipt, or the opening of a record. */
interface Promised {
  readonly recordId?: string
  /** Lower-case hex, as the other. */
  readonly commitment: string
  readonly salt1?: string
  readonly outer?: Readonly<Record<string, unknown>>
}

/**
 * The commitment of a receipt, or of an opening that has just that commitment; of both, when both are given.
 *
 * @returns a sentence when they disagree with themselves, or with each other
 */
function commitmentIn({ record, receipt }: { record?: string; receipt?: string }): Buffer | string {
  const opening = record === undefined ? undefined : readPromised(record)
  if (opening && !isCommittedTo(opening)) return 'The record does not have the commitment it names: it was altered.'
  const promise = receipt === undefined ? opening : readPromised(receipt)
  if (promise === undefined) throw new Error('the record or its receipt is not given; see waymark verify --help')
  if (opening && !isSame(opening, promise)) return 'The receipt is of another record.'
  return Buffer.from(promise.commitment, 'hex')
}

function isSame(one: Promised, other: Promised): boolean {
  return one.commitment === other.commitment && one.recordId === other.recordId
}

function isCommittedTo({ recordId, commitment, salt1 = '', outer = {} }: Promised): boolean {
  const isOfThisRecord = outer['id'] === recordId
  return isOfThisRecord && sha256(Buffer.from(salt1, 'hex'), canonicalJson(outer)).toString('hex') === commitment
}

function readPromised(file: string): Promised {
  const text = readNamed(file, 'the record or its receipt')
  try {
    const promised = JSON.parse(text) as Promised
    if (/^[0-9a-f]{64}$/.test(promised.commitment)) return promised
  } catch {
    // told below, without what stands in the file
  }
  throw new Error(`${file} is neither an opened access record nor a receipt`)
}
