import { randomUUID } from 'node:crypto'
import { unwrapResolverError } from '@apollo/server/errors'
import type { GraphQLFormattedError } from 'graphql'
import { failureFields, logCodes, silentLogger, type Logger } from './logger.js'
import { isProblemCode, Problem } from './problem.js'

const graphqlLog = logCodes('graphql', ['FAILED'])
const badDocuments = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])
const kept = ['code', 'errors', 'source', 'retryAfterSeconds', 'correlationId'] as const

/**
 * Makes Apollo's `formatError`: a code of the catalogue passes with its field faults; what the client wrote wrongly is
 * `MALFORMED` or `SCHEMA_INVALID`; everything else is `INTERNAL_SERVER_ERROR` with a correlation id, which is logged.
 */
export function presentGraphqlError(logger: Logger = silentLogger()) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const place = { ...(formatted.path && { path: formatted.path }) }
    const thrown = unwrapResolverError(error)
    const code = thrown instanceof Problem ? thrown.code : formatted.extensions?.['code']
    if (isProblemCode(code) && code !== 'INTERNAL_SERVER_ERROR') {
      return { message: formatted.message, ...place, extensions: keptOf({ ...formatted.extensions, code }) }
    }
    if (typeof code === 'string' && badDocuments.has(code)) {
      return { message: 'The operation does not match the schema', extensions: { code: 'MALFORMED' } }
    }
    if (code === 'BAD_USER_INPUT') {
      return { message: 'A variable does not match its type', extensions: { code: 'SCHEMA_INVALID' } }
    }
    const correlationId = randomUUID()
    logger.error(graphqlLog.FAILED, { requestId: correlationId, ...failureFields(thrown) })
    return { message: 'Something went wrong', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId } }
  }
}

function keptOf(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(kept.filter((key) => extensions[key] !== undefined).map((key) => [key, extensions[key]]))
}
