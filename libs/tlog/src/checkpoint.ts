import { hashBytes } from './hash.js'
import { formatNote, parseNote, signaturesBy, type NoteSigner, type NoteVerifier, type SignedNote } from './note.js'

/** The state of a log that its key signs: name, number of entries, root. @see C2SP tlog-checkpoint */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** The three lines that are signed. */
function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** The checkpoint as a note signed by the log. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  const text = checkpointText(checkpoint)
  const { name, keyId } = signer
  return formatNote({ text, signatures: [{ name, keyId, signature: signer.sign(Buffer.from(text)) }] })
}

/** Reads the text of a checkpoint, or answers undefined; extension lines are kept out of the answer. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const match = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/.exec(text)
  if (match === null) return undefined
  const [, origin = '', size, root = ''] = match
  const bytes = Buffer.from(root, 'base64')
  const fits = bytes.length === hashBytes && bytes.toString('base64') === root && Number.isSafeInteger(Number(size))
  return fits ? { origin, size: Number(size), root: bytes } : undefined
}

/** A note whose text is a checkpoint of the log that `log` speaks for, with the log's own signature checked. */
export function openCheckpoint(
  note: string,
  log: NoteVerifier,
): (Checkpoint & { readonly note: SignedNote }) | undefined {
  const parsed = parseNote(note)
  const checkpoint = parsed && parseCheckpoint(parsed.text)
  if (!checkpoint || checkpoint.origin !== log.name) return undefined
  const text = Buffer.from(parsed.text)
  const signed = signaturesBy(parsed, log).some((signature) => log.verify(text, signature))
  return signed ? { ...checkpoint, note: parsed } : undefined
}
