import { createHash, sign } from 'node:crypto'
import type { ProgramKeys } from '#libs/security'
import type { FeedState } from './feed.repository.js'

const label = 'waymark'
const covered = ['content-digest', 'waymark-feed-head', 'waymark-feed-acknowledged'] as const

/**
 * The headers of a feed's answer: where the feed stands, and a signature over the body's digest and both numbers, so that
 * an empty answer is as sure as a full one.
 *
 * @param body - the bytes of the answer
 * @see RFC 9421 (HTTP message signatures), RFC 9530 (Content-Digest)
 */
export function feedHeaders(
  keys: ProgramKeys,
  body: string,
  state: FeedState,
  nowSeconds: number,
): Readonly<Record<string, string>> {
  const fields = {
    'content-digest': `sha-256=:${createHash('sha256').update(body, 'utf8').digest('base64')}:`,
    'waymark-feed-head': state.head.toString(),
    'waymark-feed-acknowledged': state.acknowledged.toString(),
  }
  const names = covered.map((name) => `"${name}"`).join(' ')
  const parameters = `(${names});created=${nowSeconds};keyid="${keys.receiptKey.kid}";alg="ed25519"`
  const base = [...covered.map((name) => `"${name}": ${fields[name]}`), `"@signature-params": ${parameters}`].join('\n')
  const signature = sign(null, Buffer.from(base, 'utf8'), keys.receiptKey.privateKey).toString('base64')
  return {
    ...fields,
    'waymark-feed-epoch': state.epoch.toString(),
    'signature-input': `${label}=${parameters}`,
    signature: `${label}=:${signature}:`,
  }
}
