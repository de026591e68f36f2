import type { PublicJwks } from './receipt.js'
import type { TokenKeySource } from './verify-token.js'

/** Where and how to fetch the issuer's keys. */
export interface TokenKeyFetch {
  /** JWKS URL of the issuer. */
  readonly url: string
  readonly nowMs?: () => number
  /** Stands in for the network in tests. */
  readonly load?: (url: string) => Promise<PublicJwks>
}

const refreshMs = 30_000
const retryMs = 1_000
const keepMs = 600_000
const largestBytes = 65_536

async function loadJwks(url: string): Promise<PublicJwks> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(2_000) })
  const text = await response.text()
  if (!response.ok || text.length > largestBytes) throw new Error('the issuer did not answer with its keys')
  const value = JSON.parse(text) as { keys?: unknown }
  if (!Array.isArray(value.keys)) throw new Error('the issuer did not answer with its keys')
  return value as PublicJwks
}

/**
 * The issuer's public keys: fetched again every 30 seconds, and on an unknown key id, but once a second at most.
 * Without an answer from the issuer the last keys serve for ten minutes.
 * (Not jose's remote set, which keeps a removed key for ten minutes while the issuer answers.)
 */
export function fetchedTokenKeys({ url, nowMs = Date.now, load = loadJwks }: TokenKeyFetch): TokenKeySource {
  let held: PublicJwks | undefined
  let heldAtMs = Number.NEGATIVE_INFINITY
  let triedAtMs = Number.NEGATIVE_INFINITY
  let fetching: Promise<void> | undefined

  async function refresh(): Promise<void> {
    triedAtMs = nowMs()
    try {
      held = await load(url)
      heldAtMs = triedAtMs
    } catch {
      if (nowMs() - heldAtMs > keepMs) held = undefined
    } finally {
      fetching = undefined
    }
  }

  return async (unknownKid) => {
    const due = unknownKid !== undefined || nowMs() - heldAtMs > refreshMs
    if (due && nowMs() - triedAtMs > retryMs) fetching ??= refresh()
    if (fetching && due) await fetching
    if (!held) throw new Error('the issuer has not answered with its keys')
    return held
  }
}
