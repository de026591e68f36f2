import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem, sendProblem } from '#libs/service'

const errorsPath = '/errors'

/** Whether a path is that of a problem's `type`, or near it; there nobody needs a token. */
export function isErrorPath(path: string): boolean {
  return path === errorsPath || path.startsWith(`${errorsPath}/`)
}

/** Explains the codes of the catalogue where the `type` of a problem leads (RFC 9457 §3.1.1). */
export function showErrors(server: FastifyInstance, pages: ReadonlyMap<string, string>): void {
  server.get(`${errorsPath}/:code`, (request: FastifyRequest<{ Params: { code: string } }>, reply) => {
    const page = pages.get(request.params.code)
    if (page === undefined) return sendProblem(request, reply, new Problem('NOT_FOUND'))
    return reply
      .header('content-type', 'text/plain; charset=utf-8')
      .header('cache-control', 'public, max-age=86400')
      .send(page)
  })
}
