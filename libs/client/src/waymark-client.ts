import type { ClientAnswer } from './client-answer.js'
import { readConnection, type Connection } from './connection.js'
import { accepted, readFeedPage, type FeedPage } from './feed-page.js'
import { signCompact } from './jose-signature.js'
import { openCopy } from './open-copy.js'
import { ProofKey } from './proof-key.js'
import { TokenSource } from './token-source.js'

/** Why, and for whom, a request is made. */
export interface Asking {
  /** One purpose of the agreement (`Waymark-Purpose`). */
  readonly purpose?: string
  /** `<role>;<reference>` of the person, or `system-client;<reason>` (`Waymark-Actor`). */
  readonly actor?: string
}

/** A request beside its method and path. */
export interface ClientRequest extends Asking {
  /** Text and bytes are sent as they are; anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Where to read in a feed. */
interface FeedRequest extends Asking {
  /** The number read last; 0 from the start. */
  readonly after: number
  /** 1 to 500. */
  readonly limit?: number
  /** Seconds to wait for something new, 0 to 25. */
  readonly wait?: number
}

/**
 * Connects as a program of an agency; no request is made yet.
 *
 * @param as - an agency of the connection file, `waymark-hub/<role>`, or a role alone
 * @throws Error when the connection file has no such program
 */
export function connect(connectionFile: string, as: string): WaymarkClient {
  return new WaymarkClient(readConnection(connectionFile, as))
}

/** A program of an agency, speaking to the hub: tokens, proofs, headers and signatures are its business. */
export class WaymarkClient {
  private readonly proofKey = new ProofKey()
  private readonly tokens: TokenSource

  constructor(private readonly connection: Connection) {
    this.tokens = new TokenSource(connection, this.proofKey)
  }

  /** An access token, from memory while it lasts. @throws TokenRefused */
  token(): Promise<string> {
    return this.tokens.token()
  }

  /** The two headers that authorise one request; the proof is good once. */
  async authorization(method: string, path: string): Promise<{ authorization: string; dpop: string }> {
    const token = await this.tokens.token()
    return { authorization: `DPoP ${token}`, dpop: this.proofKey.prove(method, this.urlOf(path), token) }
  }

  /**
   * Makes a request and answers with whatever came; a server that asks for a nonce gets the request again with it.
   *
   * @param path - with its query, from the slash on
   */
  async request(method: string, path: string, request: ClientRequest = {}): Promise<ClientAnswer> {
    const url = this.urlOf(path)
    const { body, contentType } = encode(request.body)
    const send = async (): Promise<Response> =>
      fetch(url, {
        method,
        redirect: 'error',
        ...(body !== undefined && { body }),
        headers: {
          ...(contentType !== undefined && { 'content-type': contentType }),
          ...(request.purpose !== undefined && { 'waymark-purpose': request.purpose }),
          ...(request.actor !== undefined && { 'waymark-actor': request.actor }),
          ...request.headers,
          ...(await this.authorization(method, path)),
        },
      })
    const first = await send()
    const response = this.proofKey.learn(url, first) ? await send() : first
    if (response.status === 401) this.tokens.forget()
    return readAnswer(response)
  }

  /** Runs an operation that the agreement registered, by its name in the connection file. */
  async graphql(name: string, variables: Readonly<Record<string, unknown>>, asking: Asking): Promise<ClientAnswer> {
    const sha256Hash = this.connection.identity.operations[name]
    if (sha256Hash === undefined) throw new Error(`${this.connection.identity.name} has no operation ${name}`)
    const body = { operationName: name, variables, extensions: { persistedQuery: { version: 1, sha256Hash } } }
    return this.request('POST', '/graphql', { body, ...asking })
  }

  /** Posts one event, or a list of them as a batch. */
  postEvent(event: object): Promise<ClientAnswer> {
    const type = Array.isArray(event) ? 'application/cloudevents-batch+json' : 'application/cloudevents+json'
    return this.request('POST', '/v1/events', { body: event, headers: { 'content-type': type } })
  }

  /** Reads a page of this agency's feed. @throws FeedGap, RequestRefused */
  async feed({ after, limit = 100, wait = 0, ...asking }: FeedRequest): Promise<FeedPage> {
    const path = `/v1/feed?after=${after}&limit=${limit}&wait=${wait}`
    return readFeedPage(await this.request('GET', path, { ...this.asProgram('feed-reader'), ...asking }), after)
  }

  /** Opens a sealed copy: the delivered event as JSON text. @throws Error when it is not sealed for this agency */
  open(jwe: unknown): string {
    const { encryptionKey, name } = this.connection.identity
    if (!encryptionKey) throw new Error(`${name} has no encryption key`)
    return openCopy(encryptionKey, jwe)
  }

  /** Says, signed, that everything up to a number was processed. @throws RequestRefused */
  async acknowledge(upTo: number, exceptions: readonly FeedException[] = []): Promise<ClientAnswer> {
    const { agencyId, signingKey } = this.connection.identity
    const claims = { feed: agencyId, upTo, at: new Date().toISOString(), ...(exceptions.length > 0 && { exceptions }) }
    const body = signCompact(signingKey, { kid: signingKey['kid'] }, claims)
    const headers = { 'content-type': 'application/jose' }
    return accepted(
      await this.request('POST', '/v1/acknowledgements', { body, headers, ...this.asProgram('feed-reader') }),
    )
  }

  /** A stretch of the access log as it is exported: open halves, of the caller's own agency or, for auditors, of all. */
  exportedRecords(query: Readonly<Record<string, string>>, asking: Asking = {}): Promise<ClientAnswer> {
    const path = `/v1/access-records?${new URLSearchParams(query).toString()}`
    return this.request('GET', path, { ...this.asProgram('access-log-export'), ...asking })
  }

  /** What a program does by itself it does for the first purpose of its agreement, unless it says another. */
  private asProgram(reason: string): Asking {
    const [purpose] = this.connection.identity.purposes
    return { actor: `system-client;${reason}`, ...(purpose !== undefined && { purpose }) }
  }

  private urlOf(path: string): URL {
    return new URL(this.connection.hub.gateway + path)
  }
}

/** A slot that was fetched but could not be processed. */
interface FeedException {
  readonly sequence: number
  readonly problem: string
}

function encode(body: unknown): { readonly body?: string | Buffer; readonly contentType?: string } {
  if (body === undefined) return {}
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { body, contentType: 'application/json' }
  return { body: JSON.stringify(body), contentType: 'application/json' }
}

async function readAnswer(response: Response): Promise<ClientAnswer> {
  const bytes = Buffer.from(await response.arrayBuffer())
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  const text = (): string | undefined => (bytes.length === 0 ? undefined : bytes.toString('utf8'))
  const body: unknown = isJson && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : text()
  return { status: response.status, headers: response.headers, body, bytes }
}
