import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem, type Door } from '#libs/service'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

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
    server.addHook('onRequest', (request, reply, done) => {
      if (!this.handler) {
        done(new Problem('STORAGE_UNAVAILABLE'))
        return
      }
      reply.hijack()
      request.raw.headers.host = this.host
      this.handler(request.raw, reply.raw)
    })
  }
}
