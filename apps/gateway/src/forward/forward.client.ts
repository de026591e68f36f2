import type { FastifyReply, FastifyRequest } from 'fastify'
import { Pool } from 'undici'
import { Problem } from '#libs/service'
import type { Asker } from '../gateway-context.js'
import type { Service } from './owners.js'
import type { RequestSigner } from './request-signer.js'

/** What is passed on to a service, and what of its answer is passed back. Nothing else crosses. */
const requestHeaders = ['accept', 'content-type', 'content-digest', 'idempotency-key', 'if-none-match'] as const
const answerHeaders = [
  'allow',
  'cache-control',
  'content-digest',
  'content-type',
  'deprecation',
  'etag',
  'link',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'signature',
  'signature-input',
  'sunset',
  'waymark-duplicate',
  'waymark-feed-acknowledged',
  'waymark-feed-epoch',
  'waymark-feed-head',
] as const

/** Where a request goes, for whom, and whether it may wait there. */
interface Forwarding {
  readonly owner: Service
  readonly asker: Asker
  readonly isWaiting: boolean
}

const noBytes = Buffer.alloc(0)
const largestAnswerBytes = 64 * 1024 * 1024
const waitMs = 35_000

/** Sends requests on to the services that own their paths, byte for byte. Waiting feeds have connections of their own. */
export class ForwardClient {
  private readonly quick = new Map<Service, Pool>()
  private readonly waiting = new Map<Service, Pool>()

  constructor(
    origins: Readonly<Record<Service, string>>,
    private readonly signer: RequestSigner,
  ) {
    for (const [service, origin] of Object.entries(origins) as [Service, string][]) {
      this.quick.set(service, poolTo(origin, { connections: 64, answerMs: 15_000 }))
      this.waiting.set(service, poolTo(origin, { connections: null, answerMs: waitMs }))
    }
  }

  /**
   * Forwards a request and sends the owner's answer.
   *
   * @throws Problem 503 `SOURCE_UNAVAILABLE` where the owner does not answer
   */
  async forward(request: FastifyRequest, reply: FastifyReply, to: Forwarding): Promise<FastifyReply> {
    const { answer, body } = await this.ask(request, to)
    for (const name of answerHeaders) {
      const value = answer.headers[name]
      if (value !== undefined) void reply.header(name, value)
    }
    const length = request.method === 'HEAD' ? answer.headers['content-length'] : undefined
    if (length !== undefined) void reply.header('content-length', length)
    return reply.status(answer.statusCode).send(body)
  }

  close(): Promise<unknown> {
    return Promise.all([...this.quick.values(), ...this.waiting.values()].map((pool) => pool.close()))
  }

  private async ask(request: FastifyRequest, to: Forwarding) {
    const client = to.isWaiting ? watch(request) : undefined
    try {
      const answer = await this.send(request, to, client?.hasLeft)
      return { answer, body: Buffer.from(await answer.body.arrayBuffer()) }
    } catch {
      throw new Problem('SOURCE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
    } finally {
      client?.stop()
    }
  }

  private send(request: FastifyRequest, to: Forwarding, signal: AbortSignal | undefined) {
    const { method, url, rawBody: body = noBytes } = request
    const pool = (to.isWaiting ? this.waiting : this.quick).get(to.owner)
    if (!pool) throw new Error('There is no such service')
    const signed = this.signer.headersFor({ service: to.owner, method, path: url, body, asker: to.asker })
    const headers = { ...passedOn(request), ...signed }
    return pool.request({ method, path: url, headers, ...(body.length > 0 && { body }), ...(signal && { signal }) })
  }
}

/** Ends a waiting request to a service when the client that waits has gone. */
function watch({ raw: { socket } }: FastifyRequest) {
  const leaving = new AbortController()
  const leave = () => {
    leaving.abort()
  }
  socket.once('close', leave)
  return { hasLeft: leaving.signal, stop: () => socket.off('close', leave) }
}

function passedOn({ headers }: FastifyRequest): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const name of requestHeaders) {
    const value = headers[name]
    if (typeof value === 'string') passed[name] = value
  }
  return passed
}

function poolTo(origin: string, { connections, answerMs }: { connections: number | null; answerMs: number }): Pool {
  return new Pool(origin, {
    connections,
    keepAliveTimeout: 30_000,
    headersTimeout: answerMs,
    bodyTimeout: answerMs,
    maxResponseSize: largestAnswerBytes,
  })
}
