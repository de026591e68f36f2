import { randomUUID } from 'node:crypto'
import { unwrapResolverError } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { failureFields, logCodes, programLogger, type Logger } from './logger.js'
import { isProblemCode, Problem } from './problem.js'

const graphqlLog = logCodes('graphql', ['FAILED'])
const badDocument = { message: 'The operation does not match the schema', extensions: { code: 'MALFORMED' } }
const badVariable = { message: 'A variable does not match its type', extensions: { code: 'SCHEMA_INVALID' } }
const clientFaults: ReadonlyMap<unknown, GraphQLFormattedError> = new Map([
  ['GRAPHQL_PARSE_FAILED', badDocument],
  ['GRAPHQL_VALIDATION_FAILED', badDocument],
  ['BAD_REQUEST', badDocument],
  ['PERSISTED_QUERY_NOT_SUPPORTED', badDocument],
  ['BAD_USER_INPUT', badVariable],
])
const kept = ['code', 'errors', 'source', 'retryAfterSeconds', 'correlationId'] as const

/**
 * Makes Apollo's `formatError`: a code of the catalogue passes with its field faults; what the client wrote wrongly is
 * `MALFORMED` or `SCHEMA_INVALID`; everything else is `INTERNAL_SERVER_ERROR` with a correlation id, which is logged.
 */
export function presentGraphqlError(logger: () => Logger = programLogger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const place = { ...(formatted.path && { path: formatted.path }) }
    const thrown = unwrapResolverError(error)
    const code: unknown = thrown instanceof Problem ? thrown.code : formatted.extensions?.['code']
    if (isProblemCode(code) && code !== 'INTERNAL_SERVER_ERROR') {
      return { message: formatted.message, ...place, extensions: keptOf({ ...formatted.extensions, code }) }
    }
    const fault = isOfArgument(thrown) ? badVariable : clientFaults.get(code)
    if (fault) return fault
    const correlationId = randomUUID()
    logger().error(graphqlLog.FAILED, { requestId: correlationId, ...failureFields(thrown) })
    return { message: 'Something went wrong', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId } }
  }
}

/** An argument that must not be null was given a variable that is: graphql finds it as it executes, and gives it no code. */
function isOfArgument(thrown: unknown): boolean {
  return thrown instanceof GraphQLError && thrown.message.startsWith('Argument "')
}

function keptOf(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(kept.filter((key) => extensions[key] !== undefined).map((key) => [key, extensions[key]]))
}
