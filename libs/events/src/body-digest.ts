import { hash } from 'node:crypto'
import { canonicalJson } from '#libs/tlog'

/**
 * The digest by which two posts of one event are compared.
 *
 * @param value - the event as posted, parsed and otherwise untouched
 * @returns `sha-256=:<base64>:` over the RFC 8785 form
 * @throws NotCanonicalError if it holds what JSON cannot, such as a lone surrogate
 */
export function bodyDigest(value: unknown): string {
  return `sha-256=:${hash('sha256', canonicalJson(value), 'base64')}:`
}
