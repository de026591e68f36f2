import { formatSignature, signaturesBy, type NoteSigner, type NoteVerifier, type SignedNote } from './note.js'

/**
 * A witness's line under a checkpoint: it saw this tree continue the one it saw before, at `atSeconds` (Unix time).
 *
 * @see C2SP tlog-cosignature, Ed25519
 */
export function cosign(text: string, signer: NoteSigner, atSeconds: number): string {
  const signature = signer.sign(statement(text, atSeconds))
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(atSeconds))
  return formatSignature({ name: signer.name, keyId: signer.keyId, signature: Buffer.concat([time, signature]) })
}

/** When the witness cosigned, in Unix seconds; undefined when it did not, or not validly. */
export function cosignedAt(note: SignedNote, witness: NoteVerifier): number | undefined {
  for (const bytes of signaturesBy(note, witness)) {
    if (bytes.length !== 72) continue
    const atSeconds = Number(bytes.readBigUInt64BE(0))
    if (atSeconds > 0 && witness.verify(statement(note.text, atSeconds), bytes.subarray(8))) return atSeconds
  }
  return undefined
}

function statement(text: string, atSeconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${atSeconds}\n${text}`)
}
