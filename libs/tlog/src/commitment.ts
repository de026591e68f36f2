import { canonicalJson } from './canonical-json.js'
import { sha256 } from './hash.js'

/** The two parts of an access record and the salts that hide them. Salts are 16 random bytes each. */
export interface Opening {
  /** What the caller knows anyway; holds no `innerHash` of its own. */
  readonly outer: object
  /** What only the hub knows: the child, the true decision. */
  readonly inner: object
  readonly salt1: Buffer
  readonly salt2: Buffer
}

/**
 * Commits to an access record: nothing of it can be guessed from the result, and no part can be changed afterwards.
 *
 * @returns `innerHash` = SHA-256(salt2 || JCS(inner)) and `commitment` = SHA-256(salt1 || JCS(outer with innerHash)), 32 bytes each
 * @throws NotCanonicalError
 */
export function commitmentOf({ outer, inner, salt1, salt2 }: Opening): { innerHash: Buffer; commitment: Buffer } {
  const innerHash = sha256(salt2, canonicalJson(inner))
  return { innerHash, commitment: commitmentOfOuter({ outer, innerHash, salt1 }) }
}

/** The commitment as the holder of the outer part alone can check it: the inner part stays a hash. */
export function commitmentOfOuter(opening: { outer: object; innerHash: Buffer; salt1: Buffer }): Buffer {
  const { outer, innerHash, salt1 } = opening
  return sha256(salt1, canonicalJson({ ...outer, innerHash: innerHash.toString('hex') }))
}
