import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** How far, in seconds, the clocks of two programs may stand apart. */
const windowSeconds = 30

/** What a request between programs is signed over, beside the time. */
interface SignedParts {
  readonly method: string
  /** Path and query exactly as they stand on the request line. */
  readonly path: string
  /** The `Authorization` header as sent, or `undefined` without one. */
  readonly authorization: string | undefined
}

/** A request to sign. */
export interface RequestToSign extends SignedParts {
  readonly kid: string
  readonly key: Buffer
  /** Lower-case hex SHA-256 of the body's bytes (of no bytes when there is no body). */
  readonly bodySha256Hex: string
  readonly nowSeconds: number
}

/** A signed request as it arrived. */
export interface RequestToVerify extends SignedParts {
  /** The `Waymark-Signature` header; a repeated header is passed as `undefined`. */
  readonly header: string | undefined
  /** The keys the claimed caller may sign with, by key id. */
  readonly keys: ReadonlyMap<string, Buffer>
  readonly nowSeconds: number
}

/** Why a request between programs was refused. */
type SignatureRefusal =
  'signature-missing' | 'signature-form' | 'signature-key-unknown' | 'signature-outside-window' | 'signature-wrong'

/** A verified signature carries the body's digest, to be compared when the body has been read. */
export type VerifiedSignature =
  | { readonly ok: true; readonly kid: string; readonly bodySha256Hex: string }
  | { readonly ok: false; readonly reason: SignatureRefusal }

function mac(key: Buffer, parts: SignedParts, seconds: string, bodySha256Hex: string): Buffer {
  const authorization = hash('sha256', parts.authorization ?? '', 'hex')
  const text = ['waymark-v1', seconds, parts.method, parts.path, bodySha256Hex, authorization].join('\n')
  return createHmac('sha256', key).update(text, 'latin1').digest()
}

/** Signs a request to another program: the value of its `Waymark-Signature` header. */
export function signRequest(request: RequestToSign): string {
  const seconds = String(request.nowSeconds)
  const signature = mac(request.key, request, seconds, request.bodySha256Hex).toString('hex')
  return `v1;k=${request.kid};t=${seconds};b=${request.bodySha256Hex};s=${signature}`
}

const form = /^v1;k=([A-Za-z0-9._-]{1,64});t=([1-9][0-9]{0,11});b=([0-9a-f]{64});s=([0-9a-f]{64})$/

interface ReadHeader {
  readonly kid: string
  readonly seconds: string
  readonly bodySha256Hex: string
  readonly signature: Buffer
}

function readHeader(header: string): ReadHeader | undefined {
  const [matched, kid = '', seconds = '', bodySha256Hex = '', signature = ''] = form.exec(header) ?? []
  return matched === undefined ? undefined : { kid, seconds, bodySha256Hex, signature: Buffer.from(signature, 'hex') }
}

/**
 * Checks the signature of a request before any of its body is read. Constant time in the signature's value.
 *
 * @returns the digest the body must have, or why the request is refused; never throws
 */
export function verifyRequestSignature(request: RequestToVerify): VerifiedSignature {
  if (request.header === undefined || request.header === '') return { ok: false, reason: 'signature-missing' }
  const read = readHeader(request.header)
  if (!read) return { ok: false, reason: 'signature-form' }
  const key = request.keys.get(read.kid)
  if (!key) return { ok: false, reason: 'signature-key-unknown' }
  if (Math.abs(request.nowSeconds - Number(read.seconds)) > windowSeconds) {
    return { ok: false, reason: 'signature-outside-window' }
  }
  const expected = mac(key, request, read.seconds, read.bodySha256Hex)
  if (!timingSafeEqual(expected, read.signature)) return { ok: false, reason: 'signature-wrong' }
  return { ok: true, kid: read.kid, bodySha256Hex: read.bodySha256Hex }
}
