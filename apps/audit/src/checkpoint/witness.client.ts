import { Pool } from 'undici'

/** What a witness said to a checkpoint. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly lines: string }
  /** It saw this many entries last; ask again from there. */
  | { readonly kind: 'elsewhere'; readonly size: number }
  | { readonly kind: 'refused'; readonly status: number }

const mostAnswerBytes = 64 * 1024

/** Asks one witness over HTTP. @see C2SP tlog-witness */
export class WitnessClient {
  private readonly pool: Pool
  private readonly path: string

  constructor(readonly url: string) {
    const { origin, pathname } = new URL(url)
    const patience = { headersTimeout: 2_000, bodyTimeout: 2_000, connectTimeout: 1_000 }
    this.pool = new Pool(origin, { connections: 1, maxResponseSize: mostAnswerBytes, ...patience })
    this.path = `${pathname.replace(/\/$/, '')}/add-checkpoint`
  }

  /** @throws when the witness cannot be reached, or answers more than cosignatures take */
  async add(oldSize: number, proof: readonly Buffer[], note: string): Promise<WitnessAnswer> {
    const lines = [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64')), '', note]
    const answer = await this.pool.request({ method: 'POST', path: this.path, body: lines.join('\n') })
    const text = await answer.body.text()
    if (answer.statusCode === 200) return { kind: 'cosigned', lines: text }
    if (answer.statusCode === 409 && /^\d+\n?$/.test(text)) return { kind: 'elsewhere', size: Number(text) }
    return { kind: 'refused', status: answer.statusCode }
  }

  async close(): Promise<void> {
    await this.pool.close()
  }
}
