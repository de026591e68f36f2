import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { Pool } from 'undici'
import { createTokenVerifier, fetchedTokenKeys, signRequest, verifyProof } from '#libs/security'
import { audience } from '../commands/up/programs.js'
import type { BenchHub } from './bench-hub.js'

type Headers = Readonly<Record<string, string>>

interface Claim {
  readonly issuer: string
  readonly digest: Buffer
  readonly expires: number
  readonly settle: (claimed: boolean) => void
  readonly fail: (error: unknown) => void
}

const claimAll = `select auth.claim_once(issuer, digest, to_timestamp(expires)) as claimed
  from unnest($1::text[], $2::bytea[], $3::float8[]) with ordinality as claim (issuer, digest, expires, n) order by n`
const [method, path] = ['POST', '/graphql'] as const

/**
 * The ceiling of the gateway's queries: asks `identity` with nobody in between. Before each question it does, in the asker's
 * own process, what any gateway has to: verifies the token (from memory) and the proof, claims the proof in the database
 * (those that come together in one statement, as the gateway does), and signs the request.
 */
export class DirectAsker {
  private readonly subgraph: Pool
  private readonly database: pg.Pool
  private readonly tokens
  private readonly own
  private readonly htu: string
  private waiting: Claim[] = []
  private isClaiming = false

  constructor(hub: BenchHub, databaseUrl: string) {
    const own = hub.keysOf('gateway').outgoing.get('identity')
    if (!own) throw new Error('The key file names no key for identity')
    this.own = own
    this.htu = hub.originOf('gateway') + path
    this.subgraph = new Pool(hub.originOf('identity'), { connections: 64 })
    this.database = new pg.Pool({ connectionString: databaseUrl, max: 4 })
    const issuer = hub.originOf('auth')
    const jwks = fetchedTokenKeys({ url: `${issuer}/jwks` })
    this.tokens = createTokenVerifier({ issuer, audience, jwks, revoked: { refusalOf: () => undefined } })
  }

  /**
   * Checks and asks.
   *
   * @returns the status and text of the subgraph's answer
   * @throws when token or proof are not good
   */
  async ask(body: string, headers: Headers): Promise<{ readonly status: number; readonly text: string }> {
    const authorization = await this.admitted(headers)
    const bodySha256Hex = createHash('sha256').update(body).digest('hex')
    const nowSeconds = Math.floor(Date.now() / 1000)
    const signature = signRequest({ ...this.own, method, path, authorization, bodySha256Hex, nowSeconds })
    const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'dpop'))
    const signed = { ...passed, authorization, 'waymark-signature': signature, 'x-request-id': randomUUID() }
    const answer = await this.subgraph.request({ method, path, body, headers: signed })
    return { status: answer.statusCode, text: await answer.body.text() }
  }

  async close(): Promise<void> {
    await Promise.all([this.subgraph.close(), this.database.end()])
  }

  private async admitted({ authorization = '', dpop }: Headers): Promise<string> {
    const accessToken = authorization.replace('DPoP ', '')
    const verified = await this.tokens.verify(accessToken)
    if (!verified.ok) throw new Error(verified.reason)
    const { jkt } = verified.claims
    const proof = await verifyProof({ proof: dpop, method, htu: this.htu, accessToken, jkt, nowMs: Date.now() })
    if (!proof.ok) throw new Error(proof.reason)
    const isNew = await this.claim(`dpop ${jkt}`, proof.jtiDigest, proof.expiresAtMs / 1000)
    if (!isNew) throw new Error('The proof was shown before')
    return authorization
  }

  private claim(issuer: string, digest: Buffer, expires: number): Promise<boolean> {
    return new Promise((settle, fail) => {
      this.waiting.push({ issuer, digest, expires, settle, fail })
      if (!this.isClaiming) void this.claimWaiting()
    })
  }

  private async claimWaiting(): Promise<void> {
    this.isClaiming = true
    while (this.waiting.length > 0) await this.claimGroup(this.waiting.splice(0))
    this.isClaiming = false
  }

  private async claimGroup(group: readonly Claim[]): Promise<void> {
    const values = [group.map(({ issuer }) => issuer), group.map(({ digest }) => digest), group.map((c) => c.expires)]
    try {
      const { rows } = await this.database.query<{ claimed: boolean }>({ name: 'claim', text: claimAll, values })
      for (const [at, { settle }] of group.entries()) settle(rows[at]?.claimed === true)
    } catch (error) {
      for (const { fail } of group) fail(error)
    }
  }
}
