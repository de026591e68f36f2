import { hash } from 'node:crypto'
import {
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common'
import type { FastifyRequest } from 'fastify'
import { catchError, from, of, switchMap, type Observable } from 'rxjs'
import type { Caller } from '#libs/security'
import { callerOf } from '../caller.js'
import { Problem } from '../problem.js'
import { KeyedRequests } from './keyed-requests.js'

const keyAtMost = 255

/** The header as OpenAPI describes it. */
export const idempotencyKey = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'A name of your own for this request, such as a UUID. For 24 hours the same request under it takes effect once and is ' +
    'answered with the same body; another one is IDEMPOTENCY_KEY_REUSED. What was refused is not kept.',
  schema: { type: 'string', minLength: 1, maxLength: keyAtMost },
} as const

/**
 * A handler that has its effect once for each Idempotency-Key. The use case behind it keeps its answer in the transaction
 * of the effect: `caller.attempt?.keep(tx, answer)`.
 */
export function AnsweredOnce(): MethodDecorator {
  return UseInterceptors(AnsweredOnceInterceptor)
}

@Injectable()
class AnsweredOnceInterceptor implements NestInterceptor {
  constructor(private readonly requests: KeyedRequests) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>()
    const key = keyIn(request)
    if (key === undefined) return next.handle()
    const caller = callerOf(request)
    return from(this.requests.begin(caller, { key, text: textOf(request, caller) })).pipe(
      switchMap((begun) => {
        if ('answer' in begun) return of(begun.answer)
        request.caller = { ...caller, attempt: begun.attempt }
        return next.handle().pipe(
          catchError(async (error: unknown) => {
            await begun.attempt.release().catch(() => undefined) // else the key is free when its time is over
            throw error
          }),
        )
      }),
    )
  }
}

function keyIn({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || key === '' || key.length > keyAtMost)
    throw new Problem('MALFORMED', 'Idempotency-Key is not 1 to 255 characters')
  return key
}

/** Whoever asks for another reason, or for another person, asks something else. */
function textOf({ method, url, rawBody = Buffer.alloc(0) }: FastifyRequest, { purpose, actor }: Caller): string {
  return JSON.stringify([method, url, purpose, actor?.role, actor?.reference, hash('sha256', rawBody, 'hex')])
}
