import { createHash, sign } from 'node:crypto'
import type { ProgramKeys } from '#libs/security'
import type { FeedState } from './feed.repository.js'

const label = 'waymark'
const covered = ['content-digest', 'waymark-feed-head', 'waymark-feed-acknowledged'] as const

/** Signs the answers of feeds. */
export class SignFeed {
  constructor(
    private readonly keys: ProgramKeys,
    private readonly clock: { nowMs(): number },
  ) {}

  /**
   * The headers of an answer: where the feed stands, and a signature over the body's digest and both numbers, so that an
   * empty answer is as sure as a full one.
   *
   * @param body - the bytes of the answer
   * @see RFC 9421 (HTTP message signatures), RFC 9530 (Content-Digest)
   */
  headersFor(body: string, state: FeedState): Readonly<Record<string, string>> {
    const { kid, privateKey } = this.keys.receiptKey
    const fields = {
      'content-digest': `sha-256=:${createHash('sha256').update(body, 'utf8').digest('base64')}:`,
      'waymark-feed-head': state.head.toString(),
      'waymark-feed-acknowledged': state.acknowledged.toString(),
    }
    const names = covered.map((name) => `"${name}"`).join(' ')
    const created = Math.floor(this.clock.nowMs() / 1000)
    const parameters = `(${names});created=${created};keyid="${kid}";alg="ed25519"`
    const lines = [...covered.map((name) => `"${name}": ${fields[name]}`), `"@signature-params": ${parameters}`]
    const signature = sign(null, Buffer.from(lines.join('\n'), 'utf8'), privateKey).toString('base64')
    return {
      ...fields,
      'waymark-feed-epoch': state.epoch.toString(),
      'signature-input': `${label}=${parameters}`,
      signature: `${label}=:${signature}:`,
    }
  }
}
