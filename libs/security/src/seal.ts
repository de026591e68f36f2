import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib'
import { freshBytes } from './fresh-bytes.js'

/** A child's (or agency's) own AES-256 key, in the clear; lives in memory for a minute at most. */
export interface DataKey {
  readonly id: string
  readonly bytes: Buffer
}

const plainForm = 1
const deflatedForm = 2
const deflateAboveBytes = 1024
const inflateAtMostBytes = 64 * 1024 * 1024
const ivBytes = 12
const headerBytes = 1 + ivBytes
const tagBytes = 16

/** The sealed bytes were altered, or sealed under another key or for another place. */
export class SealBroken extends Error {
  constructor() {
    super('sealed bytes do not open')
    this.name = 'SealBroken'
  }
}

/** A window no larger than the content, and little else: most of the cost of a small text is zlib's own memory. */
function deflateOptions({ length }: Buffer): ZlibOptions {
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(length))))
  return windowBits < 15 ? { windowBits, memLevel: 5 } : {}
}

const formSigns: Readonly<Record<number, string>> = { [plainForm]: '\u0001', [deflatedForm]: '\u0002' }

/** The form is one byte, and the place follows. */
function aadOf(form: number, aad: string): Buffer {
  return Buffer.from(`${formSigns[form] ?? ''}${aad}`, 'utf8')
}

function encrypt(key: Buffer, form: number, content: Buffer, aad: string): Buffer {
  const iv = freshBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aadOf(form, aad))
  const sealed = Buffer.allocUnsafe(headerBytes + content.length + tagBytes)
  sealed[0] = form
  sealed.set(iv, 1)
  sealed.set(cipher.update(content), headerBytes)
  cipher.final() // of GCM: only makes the tag
  sealed.set(cipher.getAuthTag(), headerBytes + content.length)
  return sealed
}

/**
 * Seals bytes under a data key: form (1 byte), IV (12), ciphertext, tag (16); AES-256-GCM with a random IV.
 * Above 1 KiB the content is deflated first, so its length may tell how repetitive it is: see {@link sealPadded}.
 *
 * @param aad - where the bytes belong (an event or record id); they open nowhere else
 */
export function seal(dataKey: DataKey, plaintext: Buffer, aad: string): Buffer {
  if (plaintext.length <= deflateAboveBytes) return encrypt(dataKey.bytes, plainForm, plaintext, aad)
  return encrypt(dataKey.bytes, deflatedForm, deflateRawSync(plaintext, deflateOptions(plaintext)), aad)
}

/** Seals what does not shrink, such as what is sealed already: never deflated, else as {@link seal}. */
export function sealDense(dataKey: DataKey, plaintext: Buffer, aad: string): Buffer {
  return encrypt(dataKey.bytes, plainForm, plaintext, aad)
}

/**
 * Seals text so that its length does not show: padded with spaces to a whole number of steps and never deflated.
 *
 * @param stepBytes - the one size everything ordinary fits in
 */
export function sealPadded(dataKey: DataKey, plaintext: Buffer, aad: string, stepBytes: number): Buffer {
  const padded = Buffer.allocUnsafe(Math.max(1, Math.ceil(plaintext.length / stepBytes)) * stepBytes)
  padded.set(plaintext)
  padded.fill(0x20, plaintext.length)
  return encrypt(dataKey.bytes, plainForm, padded, aad)
}

/**
 * Opens what {@link seal}, {@link sealDense} or {@link sealPadded} sealed.
 *
 * @throws SealBroken when key, place or any bit is not the one sealed with
 */
export function open(dataKey: DataKey, sealed: Buffer, aad: string): Buffer {
  const form = sealed[0]
  if (sealed.length < headerBytes + tagBytes || (form !== plainForm && form !== deflatedForm)) throw new SealBroken()
  const decipher = createDecipheriv('aes-256-gcm', dataKey.bytes, sealed.subarray(1, headerBytes))
  decipher.setAAD(aadOf(form, aad)).setAuthTag(sealed.subarray(-tagBytes))
  try {
    const content = decipher.update(sealed.subarray(headerBytes, -tagBytes))
    decipher.final() // of GCM: only checks the tag
    return form === plainForm ? content : inflateRawSync(content, { maxOutputLength: inflateAtMostBytes })
  } catch {
    throw new SealBroken()
  }
}
