import { GraphQLError, parse, type DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Caller } from '#libs/security'
import { Problem } from '#libs/service'
import { askedChildrenOf, type AskedChildren } from './asked-children.js'
import type { KnownOperations } from './known-operations.js'
import { limitFaultOf, sandboxLimits } from './sandbox-limits.js'

type Variables = Readonly<Record<string, unknown>>

/** An operation that may run, and whom it asks about. */
export interface Operation {
  readonly document: string
  readonly variables: Variables
  readonly asked: readonly string[]
}

interface Prepared {
  readonly document: DocumentNode
  readonly asked: AskedChildren
}

const members: ReadonlySet<string> = new Set(['query', 'variables', 'operationName', 'extensions'])

/**
 * Reads GraphQL requests: a hash becomes the text that the caller's agreement registered; free text runs in the sandbox only,
 * within its limits; nothing else runs.
 */
export class OperationReader {
  private readonly prepared = new LRUCache<string, Prepared>({ max: 1000 })

  constructor(
    private readonly known: KnownOperations,
    private readonly isSandbox: boolean,
  ) {}

  /**
   * @param body - the parsed body of a request
   * @throws Problem `MALFORMED`, `OPERATION_NOT_REGISTERED`, `TOO_LARGE` (over a sandbox limit), `STORAGE_UNAVAILABLE`
   *   (agreements unread for a minute)
   */
  read(body: unknown, caller: Pick<Caller, 'agencyId' | 'agreement'>): Operation {
    const request = readMembers(body)
    const variables = readVariables(request['variables'])
    const sha256 = readHash(request['extensions'])
    const text = sha256 === undefined ? this.freeText(request['query'], variables) : this.registered(caller, sha256)
    return { document: text, variables, asked: this.prepare(text).asked(variables) }
  }

  private registered(caller: Pick<Caller, 'agencyId' | 'agreement'>, sha256: string): string {
    const found = this.known.find(caller, sha256)
    if (found === 'stale') throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 2 })
    if (found === 'not-registered') throw new Problem('OPERATION_NOT_REGISTERED')
    return found.document
  }

  private freeText(query: unknown, variables: Variables): string {
    if (!this.isSandbox) throw new Problem('OPERATION_NOT_REGISTERED')
    if (typeof query !== 'string') throw new Problem('MALFORMED', 'There is no operation')
    const { document } = this.prepare(query)
    const fault = limitFaultOf(document, variables)
    if (fault !== undefined) throw new Problem('TOO_LARGE', `Over a limit of free text: ${fault}`)
    return query
  }

  private prepare(text: string): Prepared {
    const known = this.prepared.get(text)
    if (known) return known
    const document = parseOperation(text)
    const prepared = { document, asked: askedChildrenOf(document) }
    this.prepared.set(text, prepared)
    return prepared
  }
}

function parseOperation(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: sandboxLimits.tokens, noLocation: true })
  } catch (error) {
    const isLong = error instanceof GraphQLError && error.message.includes('tokens')
    throw isLong
      ? new Problem('TOO_LARGE', 'Over a limit of free text: tokens')
      : new Problem('MALFORMED', 'The operation cannot be parsed')
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readMembers(body: unknown): Record<string, unknown> {
  if (!isObject(body)) throw new Problem('MALFORMED', 'The body is not one GraphQL request')
  if (!Object.keys(body).every((key) => members.has(key)))
    throw new Problem('MALFORMED', 'The body has an unknown member')
  const { operationName } = body
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new Problem('MALFORMED', 'operationName is not a text')
  }
  return body
}

function readVariables(variables: unknown): Variables {
  if (variables === undefined || variables === null) return {}
  if (!isObject(variables)) throw new Problem('MALFORMED', 'variables is not an object')
  return variables
}

function readHash(extensions: unknown): string | undefined {
  if (extensions === undefined || extensions === null) return undefined
  if (!isObject(extensions)) throw new Problem('MALFORMED', 'extensions is not an object')
  return extensions['persistedQuery'] === undefined ? undefined : hashIn(extensions['persistedQuery'])
}

function hashIn(persistedQuery: unknown): string {
  const { version, sha256Hash } = isObject(persistedQuery) ? persistedQuery : {}
  if (version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) return sha256Hash
  throw new Problem('MALFORMED', 'persistedQuery is not version 1 with a SHA-256 in hex')
}
