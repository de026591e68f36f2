import { hash, randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { verifyRequestSignature, type AccessClaims, type Caller, type ProgramKeys } from '#libs/security'
import { readBodies, isDeclaredTooLarge } from './body-parsers.js'
import type { Door } from './build.js'
import { readActor, readPurpose } from './caller.js'
import { logCodes, silentLogger, type Logger } from './logger.js'
import { problemFrom, sendProblem } from './present-problem.js'
import { Problem } from './problem.js'

/** Says whose an access token is, or why it is refused. */
export interface TokenCheck {
  verify(
    token: string,
  ): Promise<{ readonly ok: true; readonly claims: AccessClaims } | { readonly ok: false; readonly reason: string }>
}

/** What a signed door needs. */
export interface SignedDoorOptions {
  readonly keys: ProgramKeys
  readonly tokens: TokenCheck
  /** Paths that need the gateway's signature and no token; each ends with `/` (all below) or is whole. */
  readonly openPaths?: readonly string[]
  readonly logger?: Logger
  readonly nowMs?: () => number
}

const signedLog = logCodes('signed-door', ['REFUSED'])
const emptySha256 = hash('sha256', '', 'hex')
const internal = '/internal/'
const gateway = 'gateway'

declare module 'fastify' {
  interface FastifyRequest {
    /** Digest that the signature promises of the body. */
    promisedSha256?: string
  }
}

/**
 * The door of every service behind the gateway: nothing unsigned is parsed, routed to a handler or told anything.
 *
 * In order: `onRequest` checks the signature over method, path, query, token and promised body digest; the bytes of the body
 * are compared with that digest before they are parsed; `preHandler` verifies the token again and builds `request.caller`.
 * Another program of the hub (`Waymark-Service`) is let in under `/internal/` only, without a token; the gateway never there.
 */
export function signedDoor(options: SignedDoorOptions): Door {
  return {
    badAddress: unsigned,
    install(server: FastifyInstance) {
      server.addHook('onRequest', (request, reply, done) => {
        const problem = faultOf(request, options)
        if (problem) sendProblem(request, reply.header('connection', 'close'), problem)
        else done()
      })
      readBodies(server, refuseOtherBody)
      server.addHook('preHandler', async (request, reply) => {
        try {
          await admit(request, options)
        } catch (error) {
          return sendProblem(request, reply, problemFrom(error))
        }
        return undefined
      })
    },
  }
}

const unsigned = new Problem('UNAUTHENTICATED')

function faultOf(request: FastifyRequest, options: SignedDoorOptions): Problem | undefined {
  const reason = refusalOf(request, options)
  if (reason === undefined) return isDeclaredTooLarge(request) ? new Problem('TOO_LARGE') : undefined
  const { logger = silentLogger() } = options
  logger.warn(signedLog.REFUSED, { reason, method: request.method, requestId: request.id })
  return unsigned
}

function refusalOf(request: FastifyRequest, options: SignedDoorOptions): string | undefined {
  const service = request.headers['waymark-service']
  if (Array.isArray(service) || service === gateway) return 'service-form'
  if ((service !== undefined) !== isInternal(request)) return 'path-not-for-this-caller'
  const signature = signatureOf(request, service ?? gateway, options)
  if (!signature.ok) return signature.reason
  request.promisedSha256 = signature.bodySha256Hex
  if (service !== undefined) request.service = service
  return undefined
}

function signatureOf({ headers, method, url }: FastifyRequest, program: string, options: SignedDoorOptions) {
  const { keys, nowMs = Date.now } = options
  const header = headers['waymark-signature']
  return verifyRequestSignature({
    header: typeof header === 'string' ? header : undefined,
    method,
    path: url,
    authorization: headers.authorization,
    keys: keys.incoming.get(program) ?? new Map(),
    nowSeconds: Math.floor(nowMs() / 1000),
  })
}

/** Asks the router too: an escaped letter in the path would otherwise hide where it leads. */
function isInternal({ url, routeOptions }: FastifyRequest): boolean {
  return url.startsWith(internal) || routeOptions.url?.startsWith(internal) === true
}

function refuseOtherBody(request: FastifyRequest, body: Buffer): void {
  const actual = body.length === 0 ? emptySha256 : hash('sha256', body, 'hex')
  if (actual !== request.promisedSha256) throw new Problem('UNAUTHENTICATED')
}

function isOpen(request: FastifyRequest, openPaths: readonly string[]): boolean {
  const path = request.url.split('?', 1)[0] ?? ''
  return openPaths.some((open) => (open.endsWith('/') ? path.startsWith(open) : path === open))
}

async function admit(request: FastifyRequest, { tokens, openPaths = [] }: SignedDoorOptions): Promise<void> {
  if (!request.rawBody) refuseOtherBody(request, Buffer.alloc(0))
  if (request.service !== undefined || isOpen(request, openPaths)) return
  const token = tokenIn(request)
  if (token === undefined) throw unsigned
  const verified = await tokens.verify(token)
  if (!verified.ok) throw tokenProblem(verified.reason)
  request.accessToken = token
  request.caller = callerFrom(verified.claims, request)
}

/** The token of `Authorization: DPoP <token>`; no other scheme is served. */
export function tokenIn({ headers: { authorization } }: FastifyRequest): string | undefined {
  return /^DPoP ([^ ]+)$/i.exec(authorization ?? '')?.[1]
}

/** What a refused token is answered: 503 where we could not judge it, else 401 without the reason. */
export function tokenProblem(reason: string): Problem {
  if (reason !== 'revocations-stale' && reason !== 'token-keys-unavailable') return unsigned
  return new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
}

/**
 * The caller of a request: who the token says it is, and the one purpose and the person that the headers name.
 *
 * @throws Problem 400 `MALFORMED` for a header of another form, 403 `PURPOSE_NOT_ALLOWED` for a purpose the token does not list
 */
export function callerFrom(claims: AccessClaims, request: FastifyRequest): Caller {
  const { headers } = request
  const purpose = readPurpose(headers['waymark-purpose'])
  if (purpose !== undefined && !claims.purposes.includes(purpose)) throw new Problem('PURPOSE_NOT_ALLOWED')
  const actor = readActor(headers['waymark-actor'])
  const { clientId, agencyId, agencyKind, role, agreement, purposes, actions, jti } = claims
  return {
    ...{ clientId, agencyId, agencyKind, agreement, purposes, actions, jti },
    ...(role !== undefined && { role }),
    ...(purpose !== undefined && { purpose }),
    ...(actor && { actor }),
    requestId: requestIdIn(headers['x-request-id']) ?? request.id,
    traceparent: traceparentIn(headers['traceparent']) ?? newTraceparent(),
  }
}

function requestIdIn(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[0-9a-f-]{36}$/.test(header) ? header : undefined
}

function traceparentIn(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header) ? header : undefined
}

/** A fresh W3C trace context: version 00, random trace and span, sampled. */
export function newTraceparent(): string {
  const trace = randomUUID().replaceAll('-', '')
  return `00-${trace}-${randomUUID().replaceAll('-', '').slice(0, 16)}-01`
}
