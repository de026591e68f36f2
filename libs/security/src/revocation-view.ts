import type { Sql } from '#libs/postgres'
import type { AccessClaims } from './caller.js'
import type { TokenRefusal } from './token-refusal.js'
import type { Revocations } from './verify-token.js'

const readEveryMs = 500
const staleAfterMs = 5_000

function keyIdsOf({ kid, jkt, clientKid }: AccessClaims): readonly string[] {
  return clientKid === undefined ? [kid, jkt] : [kid, jkt, clientKid]
}

/**
 * What is revoked now: `auth.live_revocations`, read again every 500 ms. When it could not be read for 5 seconds
 * nothing is let through, since a thief would otherwise gain from an outage.
 */
export class RevocationView implements Revocations {
  private live: ReadonlySet<string> = new Set()
  private readAtMs = Number.NEGATIVE_INFINITY
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly sql: () => Sql,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Reads once, then keeps reading until {@link stop}. Rejects when the first reading fails. */
  async start(): Promise<void> {
    await this.read()
    this.schedule()
  }

  /** Stops reading; from 5 seconds later everything is refused. */
  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  refusalOf(claims: AccessClaims): TokenRefusal | undefined {
    if (this.nowMs() - this.readAtMs > staleAfterMs) return 'revocations-stale'
    if (this.live.size === 0) return undefined
    if (this.live.has(`jti ${claims.jti}`)) return 'token-revoked'
    if (this.live.has(`client ${claims.clientId}`)) return 'client-revoked'
    if (keyIdsOf(claims).some((kid) => this.live.has(`kid ${kid}`))) return 'key-revoked'
    if (this.live.has(`agency ${claims.agencyId}`)) return 'agency-revoked'
    return undefined
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.read()
        .catch(() => undefined) // staleness is the answer to an unreadable view
        .finally(() => {
          if (this.timer) this.schedule()
        })
    }, readEveryMs)
    this.timer.unref()
  }

  private async read(): Promise<void> {
    const askedAtMs = this.nowMs()
    const rows = await this.sql().query<{ kind: string; value: string }>(
      'select kind, value from auth.live_revocations',
    )
    this.live = new Set(rows.map((row) => `${row.kind} ${row.value}`))
    this.readAtMs = askedAtMs
  }
}
