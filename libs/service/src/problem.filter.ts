import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import type { Logger } from './logger.js'
import { failureFields, logCodes } from './logger.js'
import { Problem } from './problem.js'
import { problemFrom, sendProblem } from './present-problem.js'
import { methodsAt } from './route-table.js'

const doorLog = logCodes('door', ['FAILED', 'PUT_OFF'])

/** Turns whatever a handler threw into RFC 9457 on REST and into the same code in GraphQL extensions. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): FastifyReply {
    if (host.getType<'graphql' | 'http'>() === 'graphql') throw this.forGraphql(error)
    const request = host.switchToHttp().getRequest<FastifyRequest>()
    const problem = this.known(error, request.id)
    return sendProblem(request, host.switchToHttp().getResponse<FastifyReply>(), orMethodNotAllowed(problem, request))
  }

  private forGraphql(error: unknown): Error {
    if (error instanceof GraphQLError) return error
    return graphqlError(this.known(error))
  }

  private known(error: unknown, requestId?: string): Problem {
    const problem = problemFrom(error)
    const fields = () => ({ problem: problem.code, requestId, ...failureFields(error) })
    if (isOwnDelay(problem, error)) this.logger.info(doorLog.PUT_OFF, fields())
    else if (problem.code === 'INTERNAL_SERVER_ERROR' || problem.code === 'STORAGE_UNAVAILABLE') {
      this.logger.error(doorLog.FAILED, fields())
    }
    return problem
  }
}

/** The program itself asks to be asked again, as of what is recorded and not published yet: nothing failed. */
function isOwnDelay(problem: Problem, thrown: unknown): boolean {
  return problem === thrown && problem.code === 'STORAGE_UNAVAILABLE'
}

/** A problem as a GraphQL error: the same code, and field faults, in its extensions. */
function graphqlError(problem: Problem): GraphQLError {
  const { code, errors, retryAfterSeconds } = problem
  return new GraphQLError(problem.message, {
    extensions: {
      code,
      ...(errors.length > 0 && { errors }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  })
}

function orMethodNotAllowed(problem: Problem, request: FastifyRequest): Problem {
  if (problem.code !== 'NOT_FOUND' || !request.is404) return problem
  const methods = methodsAt(request.server, request.url)
  if (methods.length === 0) return problem
  return new Problem('METHOD_NOT_ALLOWED', undefined, { headers: { allow: methods.join(', ') } })
}
