import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Problem, problemBody, statusOf } from './problem.js'

const origin = /^https?:\/\/[^/?#]*/i

/**
 * The path and query of a request target; one in absolute form has to be understood too (RFC 9112 §3.2.2). `*` is the server
 * as a whole, which has nothing to say: a path that nobody serves.
 */
export function originForm(target: string): string {
  if (target === '*') return '/*'
  if (!origin.test(target)) return target
  const rest = target.replace(origin, '')
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** Whether a header came twice: Node keeps the first of some, joins others, and says nothing. */
export function isSaidTwice({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): boolean {
  return rawHeaders.filter((said, at) => at % 2 === 0 && said.toLowerCase() === name).length > 1
}

/** Answers bytes that are no HTTP request, or one whose head is too large, and hangs up. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) socket.write(answerTo(error.code))
  socket.destroy(error)
}

function answerTo(code: string | undefined): string {
  const problem = new Problem(code === 'HPE_HEADER_OVERFLOW' ? 'TOO_LARGE' : 'MALFORMED')
  const status = statusOf(problem.code)
  const body = JSON.stringify(problemBody(problem, randomUUID()))
  return [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    `content-length: ${String(Buffer.byteLength(body))}`,
    'connection: close',
    '',
    body,
  ].join('\r\n')
}
