import { canonicalJson } from './canonical-json.js'
import { sha256 } from './hash.js'

/** The two parts of an access record and the salts that hide them. Salts are 16 random bytes each. */
export interface Opening {
  /** What the caller knows anyway; holds no `innerHash` of its own, or names it to say where it goes. */
  readonly outer: object
  /** What only the hub knows: the child, the true decision. */
  readonly inner: object
  readonly salt1: Buffer
  readonly salt2: Buffer
}

/** A commitment, and the texts it was made from. */
interface Commitment {
  readonly innerHash: Buffer
  readonly commitment: Buffer
  /** JCS of the inner part. */
  readonly innerText: string
  /** JCS of the outer part with `innerHash`, in UTF-8. */
  readonly outerText: Buffer
}

/**
 * Commits to an access record: nothing of it can be guessed from the result, and no part can be changed afterwards.
 *
 * @returns `innerHash` = SHA-256(salt2 || JCS(inner)) and `commitment` = SHA-256(salt1 || JCS(outer with innerHash)), 32 bytes
 *   each, with the two canonical texts
 * @throws NotCanonicalError
 */
export function commitmentOf({ outer, inner, salt1, salt2 }: Opening): Commitment {
  const innerText = canonicalJson(inner)
  const innerHash = sha256(salted(salt2, innerText))
  const saltedOuter = salted(salt1, canonicalJson({ ...outer, innerHash: innerHash.toString('hex') }))
  return { innerHash, commitment: sha256(saltedOuter), innerText, outerText: saltedOuter.subarray(salt1.length) }
}

function salted(salt: Buffer, text: string): Buffer {
  const bytes = Buffer.allocUnsafe(salt.length + Buffer.byteLength(text, 'utf8'))
  bytes.set(salt)
  bytes.write(text, salt.length, 'utf8')
  return bytes
}

/**
 * Whether a text is what was committed to, `innerHash` in it. The text is taken as it is: only a program of ours wrote it.
 *
 * @param outerText - UTF-8, as {@link commitmentOf} gave it
 */
export function isCommittedTo(
  outerText: Buffer,
  { commitment, innerHash, salt1 }: { commitment: Buffer; innerHash: Buffer; salt1: Buffer },
): boolean {
  return sha256(salt1, outerText).equals(commitment) && outerText.includes(`"innerHash":"${innerHash.toString('hex')}"`)
}
