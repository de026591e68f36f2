import { createHash } from 'node:crypto'

/** The text that the agreement of the tests registers. */
export const childFlags = 'query ChildFlags($uci: String!) { child(uci: $uci) { uci status flags { kind } } }'
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const agreed = { agency_id: 'larkhill-primary', most_of_user: null, in_force: true }
const agreements = [
  { ...agreed, agreement_id: 'dsa-larkhill-primary', most: '5' },
  { ...agreed, agreement_id: 'dsa-wide', agency_id: 'vale-hospital', most: '100' },
  { ...agreed, agreement_id: 'dsa-three-a-person', agency_id: 'st-brannocs-primary', most: '100', most_of_user: '3' },
  { ...agreed, agreement_id: 'dsa-three', agency_id: 'tidewell-council', most: '3' },
  { ...agreed, agreement_id: 'dsa-four', agency_id: 'tidewell-council', most: '4' },
  { ...agreed, agreement_id: 'dsa-ended', agency_id: 'tidewell-council', most: '50', in_force: false },
]

/** The database as the gateway sees it: four functions of `auth` and three views. */
export class FakeSql {
  readonly claimed = new Set<string>()
  /** Children by whom they are counted for. */
  readonly taken = new Map<string, Set<string>>()
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
    if (text.includes('agreement_v')) return agreements
    return text.includes('agency_v') ? [{ agency_id: 'larkhill-primary', kind: 'school' }] : []
  }

  /** One claim with the children asked about, or several claims in columns. */
  private admit(text: string, params: readonly unknown[]): object[] {
    if (text.includes('auth.take_distinct')) return [{ claimed: this.claim(params), ...this.take(params) }]
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

  /** In turn, and no further than the first limit that is reached. */
  private take([, , , scopes, items, maxima]: readonly unknown[]): object {
    const within = (scopes as string[]).every((scope, at) => {
      const children = this.taken.get(scope) ?? new Set()
      this.taken.set(scope, children.add((items as Buffer[])[at]?.toString('hex') ?? ''))
      return children.size <= Number((maxima as number[])[at])
    })
    return { allowed: within, retry_after: 1200 }
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
