import { createServer, request as send, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { composeServices } from '@apollo/composition'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { parse } from 'graphql'
import { createTokenVerifier, decodeProgramKeys, verifyRequestSignature, type ProgramKeys } from '#libs/security'
import { build, silentLogger } from '#libs/service'
import { childFlags, FakeSql, sha256 } from './fake-sql.js'
import { openGateway } from './open-gateway.js'

/** The public address that proofs are made for. */
export const publicUrl = 'http://gateway.test'
const secret = (fill: number) => Buffer.alloc(32, fill).toString('base64')
const outgoing = Object.fromEntries(
  ['identity', 'exchange', 'safeguarding', 'audit'].map((name, index) => [
    name,
    { kid: `${name}-1`, key: secret(40 + index) },
  ]),
)
const keys: ProgramKeys = decodeProgramKeys({
  program: 'gateway',
  kek: { active: 'k1', keys: { k1: secret(1) } },
  secrets: { accessIndex: secret(2), distinct: secret(3) },
  incoming: {},
  outgoing,
  receiptKey: {
    kty: 'OKP',
    crv: 'Ed25519',
    kid: 'gateway-receipts',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
})

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`
const identitySdl = `${link}
  type Query { child(uci: String!): Child  childByIdentifier(system: String!, value: String!): Child }
  type Child @key(fields: "uci") { uci: String! status: String! }`
const safeguardingSdl = `${link}
  type Query { handovers(first: Int = 20, after: String): [Handover!] }
  type Child @key(fields: "uci") { uci: String! flags: [Flag!] }
  type Flag { kind: String! }
  type Handover { id: ID! }`
/** The one operation that the agreement registers. */
export const theQuery = {
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(childFlags) } },
  variables: { uci: '99MJ-YZXT-0T' },
}

/** An answer of the gateway. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown> & {
    errors?: { extensions: Record<string, unknown> }[]
    data?: Record<string, unknown>
  }
  readonly text: string
}

/** What a fake service says. */
export interface Script {
  status: number
  body: string
  headers?: Record<string, string>
}

/** A service that answers by script, keeps what it was sent, and notes what was not signed by the gateway. */
class FakeService {
  readonly server: Server
  script: (body: string, request: IncomingMessage) => Script = () => ({ status: 500, body: '' })
  readonly seen: { url: string; method: string; body: string; headers: IncomingMessage['headers'] }[] = []
  unsigned = 0
  /** Requests that wait for `release`, while `isHolding`. */
  isHolding = false
  private held: (() => void)[] = []

  constructor(readonly name: string) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { url = '', method = '', headers } = request
        const body = Buffer.concat(chunks).toString()
        this.seen.push({ url, method, body, headers })
        if (!this.isSigned(request, body)) this.unsigned += 1
        const script = this.script(body, request)
        const always = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(script.body) }
        const answer = () => response.writeHead(script.status, { ...always, ...script.headers }).end(script.body)
        if (this.isHolding) this.held.push(answer)
        else answer()
      })
    })
  }

  get waiting(): number {
    return this.held.length
  }

  release(): void {
    this.isHolding = false
    for (const answer of this.held.splice(0)) answer()
  }

  /** Answers with this data and one receipt. */
  answers(data: object): void {
    const extensions = { accessReceipts: [{ recordId: `r-${this.name}`, service: this.name }] }
    this.script = () => ({ status: 200, body: JSON.stringify({ data, extensions }) })
  }

  private isSigned({ url = '', method = '', headers }: IncomingMessage, body: string): boolean {
    const own = outgoing[this.name]
    if (!own) return false
    const signature = verifyRequestSignature({
      header: String(headers['waymark-signature']),
      method,
      path: url,
      authorization: headers.authorization,
      keys: new Map([[own.kid, Buffer.from(own.key, 'base64')]]),
      nowSeconds: Math.floor(Date.now() / 1000),
    })
    return signature.ok && signature.bodySha256Hex === sha256(body)
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`
  }
}

/** Makes tokens and proofs. */
interface Issuer {
  readonly issuer: string
  readonly audience: string
  readonly jwks: Parameters<typeof createTokenVerifier>[0]['jwks']
  token(overrides?: object): string
  proof(request: { readonly method: string; readonly htu: string; readonly accessToken: string }): string
}

/** A request to the gateway: a registered operation by a school, unless said otherwise. */
export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly body?: string | object
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly token?: string
  readonly proof?: string
  /** Asks the gateway that runs nothing but registered operations. */
  readonly inProduction?: boolean
}

/** Two gateways, one in the sandbox and one in production, over fake services and a fake database. */
export class HubUnderTest {
  readonly identity = new FakeService('identity')
  readonly safeguarding = new FakeService('safeguarding')
  readonly exchange = new FakeService('exchange')
  readonly services = [this.identity, this.safeguarding, this.exchange] as const
  sql = new FakeSql()
  private readonly closers: (() => unknown)[] = []
  private sandboxPort = ''
  private productionPort = ''

  constructor(private readonly issuer: Issuer) {}

  async open(): Promise<void> {
    const [identity = '', safeguarding = '', exchange = ''] = await Promise.all(this.services.map((one) => one.open()))
    const origins = { identity, safeguarding, exchange, audit: exchange }
    this.sandboxPort = await this.openOne(true, origins)
    this.productionPort = await this.openOne(false, origins)
    Object.freeze(Object.prototype) // as `start` does in a program
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close()
    for (const { server } of this.services) server.close()
  }

  /** Forgets what was asked; every service answers again as it should. */
  reset(): void {
    this.sql = new FakeSql()
    for (const service of this.services) {
      service.seen.length = 0
      service.unsigned = 0
    }
    this.identity.answers({ child: { __typename: 'Child', uci: '99MJ-YZXT-0T', status: 'active' } })
    this.safeguarding.answers({ _entities: [{ flags: [{ kind: 'PROTECTION_PLAN' }] }] })
    this.exchange.script = () => ({
      status: 202,
      body: '{"eventId":"e1"}',
      headers: { 'x-powered-by': 'nest', etag: '"1"' },
    })
  }

  get wasAsked(): boolean {
    return this.services.some(({ seen }) => seen.length > 0)
  }

  ask(ask: Ask = {}): Promise<Answer> {
    const { method = 'POST', path = '/graphql', body = theQuery } = ask
    const text = method === 'GET' || method === 'HEAD' ? undefined : textOf(body)
    const given = { ...this.credentials(ask, method, path), ...bodyHeaders(text), ...ask.headers }
    const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const port = ask.inProduction ? this.productionPort : this.sandboxPort
    return exchangeHttp({ host: '127.0.0.1', port, method, path, headers }, text)
  }

  private credentials(ask: Ask, method: string, path: string): Record<string, string> {
    const accessToken = ask.token ?? this.issuer.token()
    const [pathOnly = ''] = path.split('?')
    return {
      authorization: `DPoP ${accessToken}`,
      dpop: ask.proof ?? this.issuer.proof({ method, htu: publicUrl + pathOnly, accessToken }),
      'waymark-purpose': 'safeguard-child',
      'waymark-actor': 'designated-safeguarding-lead;st-0042',
    }
  }

  private async openOne(isSandbox: boolean, origins: Parameters<typeof openGateway>[0]['origins']): Promise<string> {
    const composed = composeServices([
      { name: 'identity', typeDefs: parse(identitySdl), url: 'http://identity.invalid' },
      { name: 'safeguarding', typeDefs: parse(safeguardingSdl), url: 'http://safeguarding.invalid' },
    ])
    const gateway = openGateway({
      ...{ keys, publicUrl, origins, isSandbox, logger: silentLogger(), requestsPerMinute: 100_000 },
      sql: { query: (text, params) => this.sql.query(text, params) },
      tokens: createTokenVerifier({ ...this.issuer, revoked: { refusalOf: () => undefined } }),
      supergraphSdl: composed.supergraphSdl ?? '',
      errorPages: new Map([['MALFORMED', '# MALFORMED\n']]),
    })
    const app: NestFastifyApplication = await build(gateway.module, { door: gateway.door })
    this.closers.push(await gateway.begin(), gateway.close, () => app.close())
    await app.listen(0, '127.0.0.1')
    return new URL(await app.getUrl()).port
  }
}

function bodyHeaders(text: string | undefined): Record<string, string> {
  if (text === undefined) return {}
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
}

function textOf(body: string | object): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function exchangeHttp(options: object, text: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = send(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const received = Buffer.concat(chunks).toString()
        const body = (received.startsWith('{') ? JSON.parse(received) : {}) as Answer['body']
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body, text: received })
      })
    })
    sent.on('error', reject)
    sent.end(text)
  })
}
