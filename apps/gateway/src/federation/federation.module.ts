import type { DynamicModule } from '@nestjs/common'
import { ApolloGatewayDriver, type ApolloGatewayDriverConfig } from '@nestjs/apollo'
import { GraphQLModule } from '@nestjs/graphql'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { FastifyRequest } from 'fastify'
import { presentGraphqlError, Problem, type Logger } from '#libs/service'
import type { GatewayContext } from '../gateway-context.js'
import { answerExtensions } from './answer-extensions.js'
import type { SubgraphDataSource } from './subgraph.client.js'
import { refuseVendorTelemetry } from './telemetry.config.js'

/** What federation is made of. */
export interface FederationParts {
  /** The committed supergraph; nothing is polled. */
  readonly supergraphSdl: string
  readonly sourceOf: (name: string) => SubgraphDataSource
  readonly coverage: () => object
  readonly logger: Logger
}

/** Apollo on `/graphql`: planning and joining. Who may ask what was decided before it sees a request. */
export function federation({ supergraphSdl, sourceOf, coverage, logger }: FederationParts): DynamicModule {
  refuseVendorTelemetry()
  return GraphQLModule.forRoot<ApolloGatewayDriverConfig>({
    driver: ApolloGatewayDriver,
    gateway: { supergraphSdl, buildService: ({ name }) => sourceOf(name), logger: quiet },
    server: {
      path: '/graphql',
      graphiql: false,
      introspection: false,
      persistedQueries: false,
      allowBatchedHttpRequests: false,
      csrfPrevention: true,
      hideSchemaDetailsFromClientErrors: true,
      includeStacktraceInErrorResponses: false,
      preserveHttpStatusForExecutionErrors: false,
      autoTransformHttpErrors: false,
      logger: quiet,
      context: contextOf,
      formatError: presentGraphqlError(() => logger),
      plugins: [
        ApolloServerPluginInlineTraceDisabled(),
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginSchemaReportingDisabled(),
        ApolloServerPluginUsageReportingDisabled(),
        answerExtensions(coverage),
      ],
    },
  })
}

function contextOf(request: FastifyRequest): GatewayContext {
  if (!request.graph) throw new Problem('UNAUTHENTICATED')
  return request.graph
}

/** Apollo's own lines quote documents and addresses; what matters of them reaches our logger through `formatError`. */
const nothing = () => undefined
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing }
