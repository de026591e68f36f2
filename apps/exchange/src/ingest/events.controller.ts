import { Controller, Inject, Post, Req, Res } from '@nestjs/common'
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { signCanonical, type ProgramKeys } from '#libs/security'
import { callerOf, Problem, programKeys, statusOf } from '#libs/service'
import { canonicalJson } from '#libs/tlog'
import { AcceptEvents } from './accept-events.js'
import { mixedAnswer, postedAnswer, postedBody } from './described-events.js'
import type { Answer } from './posting.js'

const single = 'application/cloudevents+json'
const batch = 'application/cloudevents-batch+json'
const mostInBatch = 500

@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(AcceptEvents) private readonly events: AcceptEvents,
    @Inject(programKeys) private readonly keys: ProgramKeys,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Post one event, or up to 500',
    description:
      'A CloudEvent in structured mode with its sharing basis. The answer comes when the event is durable. The same source, id and body again give the same receipt; another body is refused.',
    requestBody: postedBody,
  })
  @ApiResponse({
    status: 202,
    description: 'Accepted: a signed receipt, or for a batch one result an item and one signature.',
    headers: {
      'Waymark-Duplicate': {
        description: 'true, where this event came before.',
        schema: { type: 'string', enum: ['true'] },
      },
    },
    content: postedAnswer,
  })
  @ApiResponse({ status: 207, description: 'A batch of which some items were refused.', content: mixedAnswer })
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = callerOf(request)
    if (!caller.actions.includes('publish'))
      throw new Problem('NOT_PERMITTED', 'The token does not list the action publish')
    const values = valuesIn(request)
    const answers = await this.events.accept(values, caller)
    void reply.header('cache-control', 'no-store').header('content-type', 'application/json')
    if (mediaTypeOf(request) === batch) this.sendBatch(reply, answers)
    else this.sendSingle(reply, answers[0] as Answer)
  }

  private sendSingle(reply: FastifyReply, answer: Answer): void {
    if (answer.outcome === 'refused')
      throw new Problem(answer.refusal.code, undefined, { errors: answer.refusal.errors })
    if (answer.outcome === 'duplicate') void reply.header('waymark-duplicate', 'true')
    void reply.status(202).send(this.signed(answer.receipt))
  }

  private sendBatch(reply: FastifyReply, answers: readonly Answer[]): void {
    const isMixed = answers.some(({ outcome }) => outcome === 'refused')
    const results = answers.map((answer) => (answer.outcome === 'refused' ? refusalText(answer) : answer.receipt))
    void reply.status(isMixed ? 207 : 202).send(this.signed(`{"results":[${results.join(',')}]}`))
  }

  /** @param canonical - what is answered, in the form that is signed */
  private signed(canonical: string): string {
    return `${canonical.slice(0, -1)},"signature":"${signCanonical(this.keys, canonical)}"}`
  }
}

function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function valuesIn(request: FastifyRequest): readonly unknown[] {
  const mediaType = mediaTypeOf(request)
  if (mediaType === single) return [request.body]
  if (mediaType !== batch) throw new Problem('MEDIA_TYPE')
  if (!Array.isArray(request.body) || request.body.length === 0) {
    throw new Problem('SCHEMA_INVALID', 'A batch is a list of at least one event', {
      errors: [{ pointer: '#', code: 'FIELD_SIZE' }],
    })
  }
  if (request.body.length > mostInBatch) throw new Problem('TOO_LARGE', 'A batch has at most 500 events')
  return request.body
}

function refusalText({ refusal, source, id }: Extract<Answer, { outcome: 'refused' }>): string {
  return canonicalJson({ source, id, status: statusOf(refusal.code), code: refusal.code, errors: refusal.errors })
}
