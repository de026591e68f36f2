import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { GqlExecutionContext } from '@nestjs/graphql'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '#libs/security'
import type { GraphQLContext } from './graphql-context.js'
import { Problem } from './problem.js'

/** Who a person or system behind a program is, as the program asserts it (`Waymark-Actor`). */
export type Actor = NonNullable<Caller['actor']>

/** What the door established about a request. */
interface CallerCarrier {
  caller?: Caller
  service?: string
  accessToken?: string
  rawBody?: Buffer
}

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- augments Fastify's own interface
  interface FastifyRequest extends CallerCarrier {}
}

/**
 * The verified caller of a request.
 *
 * @throws Problem `UNAUTHENTICATED` where the door let the request in without a token
 */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Problem('UNAUTHENTICATED')
  return request.caller
}

/** The verified caller, as a parameter of a REST handler or a GraphQL resolver. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  if (context.getType<'graphql' | 'http'>() !== 'graphql') {
    return callerOf(context.switchToHttp().getRequest<FastifyRequest>())
  }
  const { caller } = GqlExecutionContext.create(context).getContext<Partial<GraphQLContext>>()
  if (!caller) throw new Problem('UNAUTHENTICATED')
  return caller
})

/** `Waymark-Actor` as OpenAPI describes it at a door that asks for it with `requireActor`. */
export const actorHeader = { name: 'Waymark-Actor', required: true } as const

/**
 * The one purpose of a request: that of the body and that of `Waymark-Purpose`, which must agree where both are given.
 *
 * @param pointer - where the body holds its purpose
 * @throws Problem 403 `PURPOSE_NOT_ALLOWED` where it is missing or not in the token; 422 `BASIS_NOT_VALID_FOR_TYPE` where the two differ
 */
export function requirePurpose(caller: Caller, bodyPurpose?: string, pointer = '#/purpose'): string {
  if (caller.purpose !== undefined && bodyPurpose !== undefined && caller.purpose !== bodyPurpose) {
    throw new Problem('BASIS_NOT_VALID_FOR_TYPE', 'The purpose of the body is not that of Waymark-Purpose', {
      errors: [{ pointer, code: 'PURPOSE_MISMATCH' }],
    })
  }
  const purpose = bodyPurpose ?? caller.purpose
  if (purpose === undefined) throw new Problem('PURPOSE_NOT_ALLOWED', 'Waymark-Purpose is missing')
  if (!caller.purposes.includes(purpose))
    throw new Problem('PURPOSE_NOT_ALLOWED', 'The token does not list this purpose')
  return purpose
}

/**
 * Who asked, as the client asserts it; required on every GraphQL operation and REST read of a child's record.
 *
 * @throws Problem 400 `MALFORMED` where `Waymark-Actor` is missing
 */
export function requireActor(caller: Caller): Actor {
  if (!caller.actor) throw new Problem('MALFORMED', 'Waymark-Actor is missing')
  return caller.actor
}

/** A header that came twice reaches us joined by a comma (RFC 9110 §5.3). */
const another = /, ?[a-z][a-z0-9-]{0,63};/

/**
 * Reads `Waymark-Actor`: `<role>;<reference>`, or `system-client;<reason>` where no person asked.
 *
 * @throws Problem 400 `MALFORMED` where it is repeated or has another form
 */
export function readActor(header: string | string[] | undefined): Actor | undefined {
  if (header === undefined) return undefined
  const parts =
    typeof header === 'string' ? /^([a-z][a-z0-9-]{0,63});([\x21-\x7e][\x20-\x7e]{0,199})$/.exec(header) : null
  const [, role, reference] = parts ?? []
  if (role === undefined || reference === undefined || another.test(reference))
    throw new Problem('MALFORMED', 'Waymark-Actor is not role;reference')
  return { role, reference }
}

/**
 * Reads `Waymark-Purpose`: one word in kebab case.
 *
 * @throws Problem 400 `MALFORMED` where it is repeated or has another form
 */
export function readPurpose(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(header)) {
    throw new Problem('MALFORMED', 'Waymark-Purpose is not one purpose')
  }
  return header
}
