import { canonicalJson } from '#libs/tlog'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  callerFrom,
  callerOf,
  isDeclaredTooLarge,
  isEncodedOtherwise,
  isSaidTwice,
  newTraceparent,
  Problem,
  problemFrom,
  readBodies,
  sendProblem,
  type Door,
} from '#libs/service'
import type { AccessClaims } from '#libs/security'
import { authenticateCaller, pathOf, type CallerCheck } from './caller/authenticate-caller.js'
import type { AdmissionRepository } from './caller/admission.repository.js'
import type { Refuser } from './caller/refuse-caller.js'
import { faultOfDigest } from './forward/content-digest.js'
import { forwardRequests } from './forward/forward-requests.js'
import type { ForwardClient } from './forward/forward.client.js'
import { isErrorPath, showErrors } from './forward/show-errors.js'
import { isOpenToAll, ownerOf } from './forward/owners.js'
import type { Asker, GatewayContext } from './gateway-context.js'
import type { DistinctChildren } from './limits/distinct-children.js'
import type { LongPolls } from './limits/long-polls.js'
import type { RequestRate } from './limits/request-rate.js'
import { faultOfRequest, graphqlPath, passToApollo, readGraphql, sendGraphqlProblem } from './operations/ask-graphql.js'
import type { KnownOperations } from './operations/known-operations.js'
import type { OperationReader } from './operations/read-operation.js'

declare module 'fastify' {
  interface FastifyRequest {
    asker?: Asker
    graph?: GatewayContext
    proof?: { readonly jkt: string; readonly digest: Buffer; readonly expiresAtMs: number }
  }
}

/** What the one public door is made of. */
export interface GatewayDoorParts {
  readonly check: CallerCheck
  readonly admissions: AdmissionRepository
  readonly refuser: Refuser
  readonly rate: RequestRate
  readonly distinct: DistinctChildren
  readonly longPolls: LongPolls
  readonly known: KnownOperations
  readonly operations: OperationReader
  readonly forward: ForwardClient
  readonly errorPages: ReadonlyMap<string, string>
}

/**
 * The one public door. In order: who calls, from headers alone (`onRequest`); then, the body read, what is asked, whether the
 * proof is new and the children within the limit, in one round trip to the database (`preHandler`).
 */
export function gatewayDoor(parts: GatewayDoorParts): Door {
  return {
    badAddress: new Problem('MALFORMED', 'The address cannot be decoded'),
    install(server: FastifyInstance) {
      server.addHook('onRequest', async (request, reply) => {
        void reply.header('x-request-id', request.id)
        const problem = await faultOf(() => identify(request, parts))
        return problem && answer(request, reply, problem)
      })
      readBodies(server)
      server.addHook('preHandler', async (request, reply) => {
        if (!request.proof) return undefined
        const problem = await faultOf(() => admit(request, parts))
        return problem && answer(request, reply, problem)
      })
      showErrors(server, parts.errorPages)
      forwardRequests(server, { client: parts.forward, longPolls: parts.longPolls })
    },
  }
}

async function faultOf(work: () => Promise<Problem | undefined>): Promise<Problem | undefined> {
  try {
    return await work()
  } catch (error) {
    return problemFrom(error)
  }
}

function answer(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  return isGraphql(request) ? sendGraphqlProblem(request, reply, problem) : sendProblem(request, reply, problem)
}

function isGraphql({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === graphqlPath
}

async function identify(request: FastifyRequest, parts: GatewayDoorParts): Promise<Problem | undefined> {
  if (isErrorPath(pathOf(request.url))) return faultOfMethod(request)
  const traceparent = newTraceparent()
  if (isOpenToAll(pathOf(request.url))) {
    request.asker = { requestId: request.id, traceparent }
    return faultOfReader(request)
  }
  const found = await authenticateCaller(request, parts.check)
  if (!found.ok) {
    const caller = found.claims && callerOfClaims(found.claims, request, traceparent)
    return parts.refuser.unauthenticated(found.reason, request.ip, caller)
  }
  const { claims, token } = found
  request.proof = { jkt: claims.jkt, digest: found.proofDigest, expiresAtMs: found.proofExpiresAtMs }
  request.caller = { ...(await callerAsking(request, claims, parts)), requestId: request.id, traceparent }
  request.asker = askerOf(request, token, traceparent)
  return faultOfShape(request, parts)
}

/** A caller as the token has it, for the record of a refusal: its headers are not looked at. */
function callerOfClaims(claims: AccessClaims, request: FastifyRequest, traceparent: string) {
  const { clientId, agencyId, agencyKind, agreement, purposes, actions, jti } = claims
  return { clientId, agencyId, agencyKind, agreement, purposes, actions, jti, requestId: request.id, traceparent }
}

async function callerAsking(request: FastifyRequest, claims: AccessClaims, { refuser }: GatewayDoorParts) {
  try {
    return callerFrom(claims, request)
  } catch (error) {
    const caller = callerOfClaims(claims, request, newTraceparent())
    if (error instanceof Problem && error.code === 'PURPOSE_NOT_ALLOWED') {
      await refuser.record({ code: error.code, reason: 'purpose-not-in-token', action: 'ask', caller })
    }
    throw error
  }
}

function askerOf({ id, headers, caller }: FastifyRequest, token: string, traceparent: string): Asker {
  const actor = headers['waymark-actor']
  return {
    token,
    requestId: id,
    traceparent,
    ...(caller?.purpose !== undefined && { purpose: caller.purpose }),
    ...(typeof actor === 'string' && { actorHeader: actor }),
  }
}

/** Headers of one value that decide what a request is; `Waymark-…` are read elsewhere, each as one. */
const saidOnce = ['content-type', 'idempotency-key']

function faultOfShape(request: FastifyRequest, { rate }: GatewayDoorParts): Problem | undefined {
  const secondsToWait = rate.secondsToWait(callerOf(request).clientId)
  if (secondsToWait !== undefined) return new Problem('RATE_LIMITED', undefined, { retryAfterSeconds: secondsToWait })
  const twice = saidOnce.find((name) => isSaidTwice(request.raw, name))
  if (twice !== undefined) return new Problem('MALFORMED', `${twice} came twice`)
  if (isDeclaredTooLarge(request)) return new Problem('TOO_LARGE')
  if (isEncodedOtherwise(request))
    return new Problem('MEDIA_TYPE', undefined, { headers: { 'accept-encoding': 'identity' } })
  return isGraphql(request) || request.url === graphqlPath ? faultOfRequest(request) : undefined
}

/** What is open to all is there to be read, and nobody needs a token to hear that something is not there. */
function faultOfReader(request: FastifyRequest): Problem | undefined {
  return ownerOf(pathOf(request.url)) ? faultOfMethod(request) : new Problem('NOT_FOUND')
}

function faultOfMethod({ method }: FastifyRequest): Problem | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined
  return new Problem('METHOD_NOT_ALLOWED', undefined, { headers: { allow: 'GET, HEAD' } })
}

async function admit(request: FastifyRequest, parts: GatewayDoorParts): Promise<Problem | undefined> {
  const { proof, asker } = request
  if (!proof || !asker) return new Problem('UNAUTHENTICATED')
  const digestFault = faultOfDigest(request)
  if (digestFault !== undefined) return new Problem('MALFORMED', digestFault)
  if (!isGraphql(request)) return claim(request, askedInBody(request), parts)
  const operation = await readOrRecord(request, parts)
  const problem = await claim(request, operation.asked, parts)
  if (!problem) passToApollo(request, operation, asker)
  return problem
}

async function readOrRecord(request: FastifyRequest, { operations, refuser }: GatewayDoorParts) {
  try {
    return readGraphql(request, operations)
  } catch (error) {
    const { code } = problemFrom(error)
    if (code === 'OPERATION_NOT_REGISTERED' || code === 'PURPOSE_NOT_ALLOWED') {
      await refuser.record({
        code,
        reason: code.toLowerCase().replaceAll('_', '-'),
        action: 'ask',
        caller: callerOf(request),
      })
    }
    throw error
  }
}

async function claim(
  request: FastifyRequest,
  asked: readonly string[],
  parts: GatewayDoorParts,
): Promise<Problem | undefined> {
  const caller = callerOf(request)
  const { proof } = request
  if (!proof) return new Problem('UNAUTHENTICATED')
  const fanouts = parts.distinct.toCount(caller, asked, parts.known.distinctChildrenPerHour(caller))
  const admission = await parts.admissions.admit(proof, fanouts)
  if (!admission.isClaimed) return parts.refuser.unauthenticated('proof-replayed', request.ip, caller)
  if (!admission.isWithinFanout) {
    await parts.refuser.record({
      code: 'CHILD_FANOUT_EXCEEDED',
      reason: 'distinct-children-per-hour',
      action: 'ask',
      caller,
    })
    return new Problem('CHILD_FANOUT_EXCEEDED', undefined, { retryAfterSeconds: admission.retryAfterSeconds })
  }
  parts.distinct.wereCounted(fanouts)
  return undefined
}

const asksForChild: ReadonlySet<string> = new Set(['/v1/resolve', '/fhir/R4/Patient/$match'])

/** Members of a resolve request that say nothing of whom it is about. */
const aside = {
  mode: 0,
  source: 0,
  sourceRecordId: 0,
  recordId: 0,
  recordedAt: 0,
  purpose: 0,
  count: 0,
  onlyCertainMatches: 0,
}

/** Whom a resolve request asks about; one that cannot be read counts as it is, and is for the owner to refuse. */
function askedInBody({ method, url, rawBody }: FastifyRequest): readonly string[] {
  if (method !== 'POST' || !rawBody || !asksForChild.has(pathOf(url))) return []
  try {
    const body = JSON.parse(rawBody.toString('utf8')) as Record<string, unknown>
    return [`particulars ${canonicalJson({ ...body, ...aside })}`]
  } catch {
    return [`bytes ${rawBody.toString('base64')}`]
  }
}
