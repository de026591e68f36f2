import { createHash } from 'node:crypto'

/** The text that the agreement of the tests registers. */
export const childFlags = 'query ChildFlags($uci: String!) { child(uci: $uci) { uci status flags { kind } } }'
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** The database as the gateway sees it: four functions of `auth` and three views. */
export class FakeSql {
  readonly claimed = new Set<string>()
  readonly children = new Set<string>()
  readonly refusals: Record<string, unknown>[] = []
  refusedTokens = 0
  claims = 0

  query<R extends object>(text: string, params: readonly unknown[] = []): Promise<readonly R[]> {
    return Promise.resolve(this.rows(text, params) as R[])
  }

  private rows(text: string, params: readonly unknown[]): object[] {
    if (text.includes('auth.claim_once')) return this.admit(text, params)
    if (text.includes('auth.take(')) return [{ allowed: (this.refusedTokens += 1) <= 600 }]
    if (text.includes('record_refusal')) this.refusals.push(JSON.parse(String(params[0])) as Record<string, unknown>)
    if (text.includes('keys.claim')) return this.dataKeys(params)
    const registered = { agreement_id: 'dsa-larkhill-primary', agency_id: 'larkhill-primary' }
    if (text.includes('operation_v')) return [{ ...registered, sha256: sha256(childFlags), document: childFlags }]
    if (text.includes('agreement_v')) return [{ ...registered, most: '5' }]
    return text.includes('agency_v') ? [{ agency_id: 'larkhill-primary', kind: 'school' }] : []
  }

  /** One claim with the children asked about, or several claims in columns. */
  private admit(text: string, params: readonly unknown[]): object[] {
    if (text.includes('auth.take_distinct')) return [{ claimed: this.claim(params), taken: this.take(params) }]
    const [issuers = [], digests = []] = params as readonly (readonly unknown[])[]
    return issuers.map((issuer, at) => ({ claimed: this.claim([issuer, digests[at]]) }))
  }

  private claim([issuer, digest]: readonly unknown[]): boolean {
    this.claims += 1
    const name = `${String(issuer)} ${(digest as Buffer).toString('hex')}`
    if (this.claimed.has(name)) return false
    this.claimed.add(name)
    return true
  }

  private take([, , , items, , max]: readonly unknown[]): object[] {
    for (const item of items as Buffer[]) this.children.add(item.toString('hex'))
    return [{ allowed: this.children.size <= Number(max), retry_after: 1200 }]
  }

  /** `keys.claim` gives back what was offered: the first claim always stands here. */
  private dataKeys(params: readonly unknown[]): object[] {
    const column = (index: number) => (Array.isArray(params[index]) ? (params[index] as unknown[]) : [params[index]])
    return column(0).map((subject, at) => ({
      subject,
      class: column(1)[at],
      id: column(2)[at],
      wrapped: column(3)[at],
    }))
  }
}
