import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError, Kind, parse } from 'graphql'
import { LRUCache } from 'lru-cache'
import { Pool } from 'undici'
import type { AccessReceipt } from '#libs/security'
import type { GatewayContext } from '../gateway-context.js'
import type { RequestSigner } from '../forward/request-signer.js'
import { readReply, type Reply } from './read-reply.js'

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>

const answerMs = 5_000
const largestAnswerBytes = 8 * 1024 * 1024

/**
 * Asks one subgraph over kept-alive connections. Whatever is not a whole GraphQL answer is `SOURCE_UNAVAILABLE` with the
 * subgraph's name: a refusal taken for data would read as "unknown child".
 */
export class SubgraphDataSource implements GraphQLDataSource {
  private readonly pool: Pool
  private readonly rootKeys = new LRUCache<string, readonly string[]>({ max: 2000 })

  /** @param origin - from configuration, never from the supergraph */
  constructor(
    private readonly name: string,
    origin: string,
    private readonly signer: RequestSigner,
  ) {
    this.pool = new Pool(origin, {
      connections: 64,
      keepAliveTimeout: 30_000,
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
      maxResponseSize: largestAnswerBytes,
    })
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions): Promise<Answer> {
    const { query = '', variables } = request
    const asker = context as GatewayContext
    const reply = await this.ask(JSON.stringify({ query, variables }), asker)
    if (!isWhole(reply, this.keysOf(query), variables)) throw this.unavailable()
    asker.receipts.push(...(reply.receipts as AccessReceipt[]))
    return { data: reply.data, ...(reply.errors.length > 0 && { errors: this.named(reply.errors) }) } as Answer
  }

  close(): Promise<void> {
    return this.pool.close()
  }

  private async ask(body: string, asker: GatewayContext): Promise<Reply> {
    const headers = {
      'content-type': 'application/json',
      ...this.signer.headersFor({ service: this.name, method: 'POST', path: '/graphql', body, asker }),
    }
    try {
      const answer = await this.pool.request({ path: '/graphql', method: 'POST', headers, body })
      const text = await answer.body.text()
      const reply = answer.statusCode === 200 ? readReply(text) : undefined
      if (reply) return reply
    } catch {
      // What went wrong is in the service's own log; the address in this error is for nobody.
    }
    throw this.unavailable()
  }

  /** Response keys of the root fields that must be answered: those without a condition. */
  private keysOf(query: string): readonly string[] {
    const known = this.rootKeys.get(query)
    if (known) return known
    const operation = parse(query, { noLocation: true }).definitions.find(
      (node) => node.kind === Kind.OPERATION_DEFINITION,
    )
    const keys = (operation?.selectionSet.selections ?? [])
      .filter((node) => node.kind === Kind.FIELD && (node.directives ?? []).length === 0)
      .map((node) => (node.kind === Kind.FIELD ? (node.alias ?? node.name).value : ''))
    this.rootKeys.set(query, keys)
    return keys
  }

  private named(errors: Reply['errors']): unknown[] {
    return errors.map((error) => ({ ...error, extensions: { ...error.extensions, source: this.name } }))
  }

  private unavailable(): GraphQLError {
    return new GraphQLError('A source of this answer is not available', {
      extensions: { code: 'SOURCE_UNAVAILABLE', source: this.name },
    })
  }
}

function isWhole(
  { data, errors }: Reply,
  keys: readonly string[],
  variables: Record<string, unknown> | undefined,
): boolean {
  if (data === null) return errors.length > 0
  if (!keys.every((key) => Object.hasOwn(data, key))) return false
  const { _entities: entities } = data
  const asked = variables?.['representations']
  return !Array.isArray(asked) || (Array.isArray(entities) && entities.length === asked.length) || errors.length > 0
}
