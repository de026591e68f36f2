export { address, list, oneOf, port, programShape, readConfig, text, verifierShape, whole } from './config.js'
export type { Reader } from './config.js'
export { bodyLimitOf, readBodies, isDeclaredTooLarge } from './body-parsers.js'
export { build, type BuildOptions, type Door } from './build.js'
export { callerOf, CurrentCaller, requireActor, requirePurpose, type Actor } from './caller.js'
export { connectionOf, keyIn, PageArgs, pageOf, type Connection } from './connection.js'
export { createLogger, failureFields, logCodes, silentLogger, type LogCode, type Logger } from './logger.js'
export { readiness } from './management.js'
export { counter, gauge, metricsRegistry } from './metrics.js'
export {
  isProblemCode,
  Problem,
  problemBody,
  statusOf,
  type FieldFault,
  type ProblemBody,
  type ProblemCode,
} from './problem.js'
export { correlationIdOf, problemFrom, sendProblem } from './present-problem.js'
export { presentGraphqlError } from './present-graphql-error.js'
export { printOpenApi } from './print-openapi.js'
export { printSdl } from './print-sdl.js'
export {
  callerFrom,
  newTraceparent,
  signedDoor,
  tokenIn,
  tokenProblem,
  type SignedDoorOptions,
  type TokenCheck,
} from './signed-door.js'
export { start, type StartOptions, type Step } from './start.js'
export { strictJson } from './strict-json.js'
export { addReceipt, type GraphQLContext } from './graphql-context.js'
export { subgraph } from './subgraph.js'
export { foundation, policySet, programKeys, readPolicySet, type FoundationOptions } from './foundation.module.js'
export { startService, type ServiceConfig, type ServiceOptions } from './start-service.js'
