import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem, sendProblem, type Door } from '#libs/service'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const unknownPath = new Problem('NOT_FOUND')
const unopened = new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
const toRead = ['GET', 'HEAD']
/**
 * All that is served; the library has more routes (the code flow's), which no client of ours may use, and answers another
 * method as plain text.
 */
const methods: ReadonlyMap<string, readonly string[]> = new Map([
  ['/token', ['POST']],
  ['/jwks', toRead],
  ['/.well-known/openid-configuration', toRead],
])

/**
 * Hands every request to the authorization server, before Fastify parses or routes anything.
 *
 * The `Host` header is replaced by the issuer's: the library builds the URL that a proof must name from it.
 */
export class ProviderDoor implements Door {
  readonly badAddress = new Problem('MALFORMED', 'The address cannot be decoded')
  private handler: Handler | undefined
  private readonly host: string

  constructor(issuer: string) {
    this.host = new URL(issuer).host
  }

  /** From now on requests are answered. */
  open(handler: Handler): void {
    this.handler = handler
  }

  readonly install: Door['install'] = (server) => {
    server.addHook('onRequest', (request, reply) => {
      const { handler } = this
      const problem = handler ? faultOf(request.raw) : unopened
      if (problem) {
        sendProblem(request, reply, problem)
        return
      }
      reply.hijack()
      request.raw.headers.host = this.host
      handler?.(request.raw, reply.raw)
    })
  }
}

function faultOf({ method = '', url = '' }: IncomingMessage): Problem | undefined {
  const served = methods.get(url.split('?', 1)[0] ?? '')
  if (!served) return unknownPath
  if (served.includes(method)) return undefined
  return new Problem('METHOD_NOT_ALLOWED', undefined, { headers: { allow: served.join(', ') } })
}
