import type { DynamicModule, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { readBodies } from './body-parsers.js'
import { silentLogger, type Logger } from './logger.js'
import { measureRequests } from './metrics.js'
import { Problem } from './problem.js'
import { ProblemFilter } from './problem.filter.js'
import { sendProblem } from './present-problem.js'
import { answerUnreadable, isSaidTwice, originForm } from './raw-request.js'
import { keepRouteTable } from './route-table.js'
import { inputPipe } from './validate-input.js'

/**
 * What stands before every route: it adds its hooks to the root server before anything else does, so that no path, method
 * or content type goes round it.
 */
export interface Door {
  install(server: FastifyInstance): void
  /** What an address that cannot be decoded is told: the router answers it before any hook runs. */
  readonly badAddress: Problem
}

/** A door without a lock, for programs that bring their own (`auth`) and for printing contracts. */
const openDoor: Door = {
  install: (server) => {
    readBodies(server)
  },
  badAddress: new Problem('MALFORMED', 'The address cannot be decoded'),
}

/** Fastify's own schemas are used nowhere: inputs are classes. Without these, every program would load a compiler for them. */
const noSchemas = () => {
  throw new Error('A route of Waymark has no schema of Fastify')
}
const schemaController = { compilersFactory: { buildValidator: () => noSchemas, buildSerializer: () => noSchemas } }

/** RFC 9112 §3.2: whoever stands before this program may have read the other one. */
function refuseTwoHosts(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
  if (isSaidTwice(request.raw, 'host')) sendProblem(request, reply, new Problem('MALFORMED', 'host came twice'))
  else next()
}

/** How a program is built; all have defaults for tests. */
export interface BuildOptions {
  readonly door?: Door
  readonly logger?: Logger
}

/**
 * Builds `module` on Fastify with the doors, pipe and filter that every program shares; it neither connects nor listens.
 */
export async function build(module: Type | DynamicModule, options: BuildOptions = {}): Promise<NestFastifyApplication> {
  const { door = openDoor, logger = silentLogger() } = options
  const adapter = new FastifyAdapter({
    forceCloseConnections: true, // when it closes, running requests have had their time: see `start`
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: 16 * 1024 * 1024,
    schemaController,
    rewriteUrl: ({ url = '/' }) => originForm(url),
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (_: unknown, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(request, reply, door.badAddress)
    },
  })
  const server = adapter.getInstance<FastifyInstance>()
  keepRouteTable(server)
  measureRequests(server)
  server.addHook('onRequest', refuseTwoHosts)
  door.install(server)
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  })
  app.useGlobalPipes(inputPipe())
  app.useGlobalFilters(new ProblemFilter(logger))
  return app
}
