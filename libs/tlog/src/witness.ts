import { openCheckpoint, type Checkpoint } from './checkpoint.js'
import { verifyConsistency } from './consistency-proof.js'
import { cosign } from './cosignature.js'
import { hashBytes } from './hash.js'
import type { NoteSigner, NoteVerifier } from './note.js'

/** What a witness remembers of a log: the last checkpoint it cosigned, and nothing older. */
export type Remembered = Pick<Checkpoint, 'size' | 'root'>

/** What a witness answers, and what it must have stored before it does. */
export type WitnessVerdict =
  | { readonly status: 200; readonly body: string; readonly remember: Remembered }
  | { readonly status: 400 | 403 | 404 | 409 | 422; readonly body: string }

/** What a witness knows when it is asked. */
export interface WitnessPosition {
  readonly log: NoteVerifier
  readonly signer: NoteSigner
  readonly remembered: Remembered | undefined
  readonly nowSeconds: number
}

/**
 * Decides on a request to `add-checkpoint`: the log's signature, then that the tree continues the one remembered.
 *
 * The caller stores `remember` and compares it with what it read in one step; two requests at once must not both pass.
 *
 * @see C2SP tlog-witness
 */
export function considerCheckpoint(request: string, position: WitnessPosition): WitnessVerdict {
  const asked = parseRequest(request)
  if (asked === undefined) return { status: 400, body: '' }
  const checkpoint = openCheckpoint(asked.note, position.log)
  if (checkpoint === undefined) return { status: namesLog(asked.note, position.log) ? 403 : 404, body: '' }
  const refusal = refusalOf(asked, checkpoint, position.remembered ?? { size: 0, root: undefined })
  if (refusal !== undefined) return refusal
  const { size, root, note } = checkpoint
  return { status: 200, body: cosign(note.text, position.signer, position.nowSeconds), remember: { size, root } }
}

function refusalOf(asked: Asked, checkpoint: Checkpoint, known: Known): WitnessVerdict | undefined {
  if (asked.oldSize > checkpoint.size) return { status: 400, body: '' }
  if (asked.oldSize !== known.size || forks(known, checkpoint)) return { status: 409, body: `${known.size}\n` }
  return continues(known, checkpoint, asked.proof) ? undefined : { status: 422, body: '' }
}

interface Asked {
  readonly oldSize: number
  readonly proof: readonly Buffer[]
  readonly note: string
}

interface Known {
  readonly size: number
  readonly root: Buffer | undefined
}

function forks(known: Known, { size, root }: Checkpoint): boolean {
  return known.root !== undefined && known.size === size && !known.root.equals(root)
}

function continues(known: Known, { size, root }: Checkpoint, proof: readonly Buffer[]): boolean {
  if (known.root === undefined || known.size === 0) return proof.length === 0
  return verifyConsistency({ oldSize: known.size, size, oldRoot: known.root, root, proof })
}

function namesLog(note: string, log: NoteVerifier): boolean {
  return note.startsWith(`${log.name}\n`)
}

function parseRequest(text: string): Asked | undefined {
  const match = /^old (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n/.exec(text)
  if (match === null) return undefined
  const [head, oldSize, proofText = ''] = match
  const proof = proofText
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'base64'))
  const isWhole = proof.every((hash) => hash.length === hashBytes)
  return isWhole ? { oldSize: Number(oldSize), proof, note: text.slice(head.length) } : undefined
}
