import { randomUUID } from 'node:crypto'
import { HttpException } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isDamaged } from '#libs/security'
import { isFhir, outcomeOf } from './operation-outcome.js'
import { Problem, problemBody, statusOf, type ProblemCode } from './problem.js'

const codeOfStatus: Readonly<Record<number, ProblemCode>> = {
  400: 'MALFORMED',
  401: 'UNAUTHENTICATED',
  403: 'NOT_PERMITTED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  411: 'MALFORMED',
  413: 'TOO_LARGE',
  414: 'MALFORMED',
  415: 'MEDIA_TYPE',
  422: 'SCHEMA_INVALID',
  429: 'RATE_LIMITED',
  503: 'STORAGE_UNAVAILABLE',
}

/**
 * SQLSTATE classes of a database that is away or out of room: 08, 53, 57; what it ended because others were in the way, with
 * nothing written (a deadlock, a lock not had in time); and what Node says of a lost socket.
 */
const storageAway = /^(?:08|53|57)\w{3}$|^(?:40001|40P01|55P03)$|^E(?:CONNREFUSED|CONNRESET|PIPE|TIMEDOUT)$/

/**
 * Any thrown thing as a `Problem`: ours as it is, Fastify's and Nest's by their status, a database that is away as
 * `STORAGE_UNAVAILABLE`, as what is damaged until it is restored, and the rest as `INTERNAL_SERVER_ERROR`.
 * Nothing of a foreign message is kept.
 */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error
  const status = error instanceof HttpException ? error.getStatus() : statusNamedBy(error)
  const code = status === undefined ? undefined : codeOfStatus[status]
  if (code) return new Problem(code)
  if (isStorageAway(error)) return new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
  if (isDamaged(error)) return new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 60 })
  return new Problem('INTERNAL_SERVER_ERROR')
}

/** Sends a problem as `application/problem+json`, at a FHIR door as an `OperationOutcome`; with `Retry-After` where it has one. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds))
  void reply.headers(problem.headers)
  const isResource = isFhir(request.url)
  const body = isResource ? outcomeOf(problem) : problemBody(problem, correlationIdOf(request))
  return reply
    .status(statusOf(problem.code))
    .header('content-type', isResource ? 'application/fhir+json; charset=utf-8' : 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(body)))
}

/** The id by which a caller and we talk about one request; it is the request id made at the edge. */
export function correlationIdOf(request: FastifyRequest | undefined): string {
  return request?.caller?.requestId ?? request?.id ?? randomUUID()
}

function statusNamedBy(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** What `pg` says, without a code, of a connection or pool that has gone. */
const goneMessages =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client (?:has encountered a connection error|was closed)|Cannot use a pool after|The database is not connected)/

function isStorageAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code === 'string') return storageAway.test(code)
  return typeof message === 'string' && goneMessages.test(message)
}
