import type { DynamicModule, Type } from '@nestjs/common'
import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo'
import { GraphQLModule } from '@nestjs/graphql'
import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled'
import type { FastifyRequest } from 'fastify'
import { callerOf } from './caller.js'
import type { GraphQLContext } from './graphql-context.js'
import { presentGraphqlError } from './present-graphql-error.js'

/**
 * A code-first federation subgraph: no introspection, no stack traces, no traces for strangers, stable error codes, receipts.
 *
 * @param contributed - entities this subgraph only extends; without naming them Nest drops them from the schema
 */
export function subgraph(contributed: readonly Type[] = []): DynamicModule {
  return GraphQLModule.forRoot<ApolloFederationDriverConfig>({
    driver: ApolloFederationDriver,
    autoSchemaFile: { federation: 2 },
    sortSchema: true,
    buildSchemaOptions: { orphanedTypes: [...contributed] },
    introspection: false,
    graphiql: false,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    preserveHttpStatusForExecutionErrors: false,
    context: contextOf,
    formatError: presentGraphqlError(),
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginCacheControlDisabled(), receiptsPlugin],
  })
}

function contextOf(request: FastifyRequest): GraphQLContext {
  const caller = callerOf(request)
  return { caller, receipts: [], requestId: caller.requestId }
}

const listener: GraphQLRequestListener<GraphQLContext> = {
  willSendResponse({ response: { body }, contextValue: { receipts } }): Promise<void> {
    if (body.kind === 'single' && receipts.length > 0) {
      body.singleResult.extensions = { ...body.singleResult.extensions, accessReceipts: receipts }
    }
    return Promise.resolve()
  },
}

const receiptsPlugin: ApolloServerPlugin<GraphQLContext> = { requestDidStart: () => Promise.resolve(listener) }
