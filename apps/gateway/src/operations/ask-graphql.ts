import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  callerOf,
  correlationIdOf,
  Problem,
  problemBody,
  requireActor,
  requirePurpose,
  sendProblem,
} from '#libs/service'
import type { Asker } from '../gateway-context.js'
import type { Operation, OperationReader } from './read-operation.js'

/** The one address of GraphQL. */
export const graphqlPath = '/graphql'

/**
 * What is wrong with a GraphQL request before its body is read: another spelling of the path, a method other than POST, a
 * media type other than JSON in UTF-8.
 */
export function faultOfRequest({ url, method, headers }: FastifyRequest): Problem | undefined {
  if (url !== graphqlPath) return new Problem('NOT_FOUND')
  if (method !== 'POST') return new Problem('METHOD_NOT_ALLOWED', undefined, { headers: { allow: 'POST' } })
  const isJson = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(headers['content-type'] ?? '')
  return isJson ? undefined : new Problem('MEDIA_TYPE')
}

/**
 * Turns a request into the operation it may run.
 *
 * @throws Problem what `OperationReader` throws, and `MALFORMED` without actor, `PURPOSE_NOT_ALLOWED` without purpose
 */
export function readGraphql(request: FastifyRequest, reader: OperationReader): Operation {
  const caller = callerOf(request)
  requireActor(caller)
  requirePurpose(caller)
  return reader.read(request.body, caller)
}

/** What else than plain JSON may be asked for. */
const graphqlResponse = /^application\/graphql-response\+json(?![^,]*;\s*q=0(?:\.0*)?\s*(?:,|$))/i

/**
 * Puts the operation where Apollo looks for it, and what its fetches need beside it. Whoever accepts neither media type of
 * GraphQL gets JSON, as at every other door, and not Apollo's 406 (RFC 9110 §12.5.1 leaves that to the server).
 */
export function passToApollo(request: FastifyRequest, { document, variables }: Operation, asker: Asker): void {
  if (!graphqlResponse.test(request.headers.accept ?? '')) request.raw.headers.accept = 'application/json'
  request.body = { query: document, variables } // no operationName at all: Apollo refuses an undefined one
  request.graph = { ...asker, caller: callerOf(request), receipts: [] }
}

/** A refusal that GraphQL clients and problem readers both understand: the problem's members, and the same code in `errors`. */
export function sendGraphqlProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.code === 'UNAUTHENTICATED') return sendProblem(request, reply, problem)
  const body = problemBody(problem, correlationIdOf(request))
  const { code, correlationId } = body
  const errors = [{ message: problem.message, extensions: { code, correlationId } }]
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds))
  return reply
    .status(body.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify({ ...body, errors })))
}
