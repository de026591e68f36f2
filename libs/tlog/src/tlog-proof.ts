import { openCheckpoint } from './checkpoint.js'
import { hashBytes, leafHash } from './hash.js'
import { verifyInclusion } from './inclusion-proof.js'
import { quorumOf, type WitnessPolicy } from './witness-policy.js'

const header = 'c2sp.org/tlog-proof@v1'

/** All that shows, offline, that an entry is in a log and that witnesses saw it there. @see C2SP tlog-proof */
export interface TlogProof {
  readonly index: number
  readonly hashes: readonly Buffer[]
  /** The checkpoint as published, with every signature under it. */
  readonly checkpoint: string
}

/** Writes a proof as text, to be kept as `<record>.tlog-proof`. */
export function formatTlogProof({ index, hashes, checkpoint }: TlogProof): string {
  return [header, `index ${index}`, ...hashes.map((hash) => hash.toString('base64')), '', checkpoint].join('\n')
}

/** Reads a proof, or answers undefined when the text is none; never throws. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const match = /^c2sp[.]org\/tlog-proof@v1\n(?:extra [^\n]*\n)?index (0|[1-9]\d{0,15})\n((?:[^\n]+\n){0,63})\n/.exec(
    text,
  )
  if (match === null) return undefined
  const [head, index, hashText = ''] = match
  const hashLines = hashText.split('\n').slice(0, -1)
  const hashes = hashLines.map(readHash).filter((hash) => hash !== undefined)
  if (hashes.length !== hashLines.length) return undefined
  return { index: Number(index), hashes, checkpoint: text.slice(head.length) }
}

function readHash(line: string): Buffer | undefined {
  const hash = Buffer.from(line, 'base64')
  return hash.length === hashBytes && hash.toString('base64') === line ? hash : undefined
}

/** What checking a proof found. A refusal says at which step. */
export type ProofVerdict =
  | { readonly ok: true; readonly index: number; readonly size: number; readonly witnesses: readonly string[] }
  | { readonly ok: false; readonly reason: 'not-a-proof' | 'not-signed-by-the-log' | 'no-quorum' | 'not-in-the-log' }

/**
 * Checks a proof offline: the log's signature, the witnesses' quorum, and that `entry` is what the log has at its index.
 *
 * @param entry - the entry itself, for the access log a 32-byte commitment
 */
export function verifyTlogProof(text: string, entry: Buffer, policy: WitnessPolicy): ProofVerdict {
  const proof = parseTlogProof(text)
  if (proof === undefined) return { ok: false, reason: 'not-a-proof' }
  const checkpoint = policy.logs
    .map((log) => openCheckpoint(proof.checkpoint, log))
    .find((opened) => opened !== undefined)
  if (checkpoint === undefined) return { ok: false, reason: 'not-signed-by-the-log' }
  const { met, witnesses } = quorumOf(checkpoint.note, policy)
  if (!met) return { ok: false, reason: 'no-quorum' }
  const { size, root } = checkpoint
  const included = verifyInclusion({ index: proof.index, size, leaf: leafHash(entry), proof: proof.hashes, root })
  return included ? { ok: true, index: proof.index, size, witnesses } : { ok: false, reason: 'not-in-the-log' }
}
