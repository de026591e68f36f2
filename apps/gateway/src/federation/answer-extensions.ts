import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'
import type { GatewayContext } from '../gateway-context.js'

interface Completion {
  readonly path?: readonly (string | number)[]
}

/**
 * Adds what every answer carries: the agencies connected (an empty list is empty of these), and the receipts of the access
 * records its fetches wrote. A value a service gave in a form its schema forbids is `SOURCE_UNAVAILABLE`, not silently null.
 */
export function answerExtensions(coverage: () => object): ApolloServerPlugin<GatewayContext> {
  const listener: GraphQLRequestListener<GatewayContext> = {
    willSendResponse({ response: { body }, contextValue: { receipts } }): Promise<void> {
      if (body.kind !== 'single') return Promise.resolve()
      const { singleResult } = body
      const broken = (singleResult.extensions?.['valueCompletion'] ?? []) as readonly Completion[]
      if (broken.length > 0) singleResult.errors = [...(singleResult.errors ?? []), ...broken.map(unavailable)]
      singleResult.extensions = {
        coverage: coverage(),
        ...(receipts.length > 0 && { accessReceipts: receipts }),
      }
      return Promise.resolve()
    },
  }
  return { requestDidStart: () => Promise.resolve(listener) }
}

function unavailable({ path }: Completion) {
  const message = 'A source of this answer gave a value that its schema forbids'
  return { message, ...(path && { path }), extensions: { code: 'SOURCE_UNAVAILABLE' } }
}
