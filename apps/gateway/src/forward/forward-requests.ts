import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bodyLimitOf, Problem, problemFrom, sendProblem } from '#libs/service'
import { pathOf } from '../caller/authenticate-caller.js'
import type { LongPolls } from '../limits/long-polls.js'
import type { ForwardClient } from './forward.client.js'
import { ownedPaths, ownerOf } from './owners.js'

interface ForwardParts {
  readonly client: Pick<ForwardClient, 'forward'>
  readonly longPolls: LongPolls
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const largestBodyBytes = 16 * 1024 * 1024

/** Serves every path of the owners' table in a scope of its own, where bodies stay the bytes they came as. */
export function forwardRequests(server: FastifyInstance, parts: ForwardParts): void {
  void server.register((scope, _options, done) => {
    scope.setErrorHandler((error, request, reply) => sendProblem(request, reply, problemFrom(error)))
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestBodyBytes }, keepBytes)
    const handler = (request: FastifyRequest, reply: FastifyReply) => handle(request, reply, parts)
    for (const { path } of ownedPaths) {
      scope.route({ method: methods, url: path, handler })
      scope.route({ method: methods, url: `${path}/*`, handler })
    }
    done()
  })
}

function keepBytes(
  request: FastifyRequest,
  body: Buffer | string,
  done: (error: Error | null, body?: unknown) => void,
): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body)
  if (bytes.length > bodyLimitOf(request.url, request.headers['content-type'])) {
    done(new Problem('TOO_LARGE'))
    return
  }
  request.rawBody = bytes
  done(null, bytes)
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  { client, longPolls }: ForwardParts,
): Promise<FastifyReply> {
  const owned = ownerOf(pathOf(request.url))
  const { asker } = request
  if (!owned || !asker) throw new Problem('NOT_FOUND')
  if (!isLongPoll(request)) return client.forward(request, reply, { owner: owned.owner, asker, isWaiting: false })
  const leave = longPolls.enter(request.caller?.clientId ?? '')
  if (!leave) throw new Problem('RATE_LIMITED', 'Two requests of this client wait already', { retryAfterSeconds: 1 })
  try {
    return await client.forward(request, reply, { owner: owned.owner, asker, isWaiting: true })
  } finally {
    leave()
  }
}

function isLongPoll({ method, url }: FastifyRequest): boolean {
  return method === 'GET' && url.startsWith('/v1/feed?') && /[?&]wait=0*[1-9]/.test(url)
}
