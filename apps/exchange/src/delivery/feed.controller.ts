import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '#libs/security'
import { callerOf, Problem, requirePurpose } from '#libs/service'
import { feedAnswer, feedHeaders, feedQuestion, statusAnswer } from './described-feed.js'
import { FeedRepository } from './feed.repository.js'
import { FeedWaiters } from './feed-waiters.js'
import { ReadFeed } from './read-feed.js'
import { SignFeed } from './sign-feed.js'
import { ownLine } from './line.js'

const feedType = 'application/cloudevents-batch+json'
const mostEvents = 500
const usualEvents = 100
const mostWaitSeconds = 25
/** The largest number a slot can have. */
const beyondEveryFeed = 2n ** 63n - 1n

@ApiTags('feed')
@Controller('v1/feed')
export class FeedController {
  constructor(
    @Inject(ReadFeed) private readonly feed: ReadFeed,
    @Inject(FeedRepository) private readonly feeds: FeedRepository,
    @Inject(FeedWaiters) private readonly waiters: FeedWaiters,
    @Inject(SignFeed) private readonly signature: SignFeed,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read your feed',
    description:
      'Numbered slots without gaps: sealed copies, and tombstones with a reason. With `wait` the answer comes when there is something new, or empty when the time is over.',
  })
  @ApiQuery(feedQuestion.after)
  @ApiQuery(feedQuestion.limit)
  @ApiQuery(feedQuestion.wait)
  @ApiResponse({
    status: 200,
    description: 'Outer envelopes; where the feed stands are headers, and head and acknowledged are signed (RFC 9421).',
    headers: feedHeaders,
    content: feedAnswer,
  })
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = receiving(request)
    const { after, limit, waitMs } = questionIn(request)
    if (request.method === 'HEAD') return this.stand(caller, reply)
    const leave = waitMs > 0 ? this.enter(caller) : undefined
    try {
      const { events, state } = await this.feed.read({ caller, after, limit, waitMs, gone: goneOf(reply) })
      const body = JSON.stringify(events)
      const headers = this.signature.headersFor(body, state)
      void reply.headers({ ...headers, 'content-type': feedType, 'cache-control': 'no-store' }).send(body)
    } finally {
      leave?.()
    }
  }

  /** Where the feed stands, without its slots: what is not in an answer is not sent, nor recorded as disclosed. */
  private async stand(caller: Caller, reply: FastifyReply): Promise<void> {
    const { head, acknowledged, epoch } = await this.feeds.state(ownLine(caller))
    void reply
      .headers({ 'waymark-feed-head': `${head}`, 'waymark-feed-acknowledged': `${acknowledged}` })
      .headers({ 'waymark-feed-epoch': `${epoch}`, 'content-type': feedType, 'cache-control': 'no-store' })
      .send('')
  }

  @Get('status')
  @ApiOperation({ summary: 'Where your feed stands' })
  @ApiResponse({
    status: 200,
    description: 'Its numbers, and how long the oldest slot has waited.',
    content: statusAnswer,
  })
  @Header('cache-control', 'no-store')
  async status(@Req() request: FastifyRequest): Promise<object> {
    const line = ownLine(receiving(request))
    const [{ head, sent, acknowledged }, oldestUnacknowledgedSeconds] = await Promise.all([
      this.feeds.state(line),
      this.feeds.oldestUnacknowledgedSeconds(line),
    ])
    return { head: Number(head), sent: Number(sent), acknowledged: Number(acknowledged), oldestUnacknowledgedSeconds }
  }

  private enter({ clientId }: Caller): () => void {
    const leave = this.waiters.enter(clientId)
    if (!leave)
      throw new Problem('RATE_LIMITED', 'Two requests of this client are waiting already', { retryAfterSeconds: 1 })
    return leave
  }
}

function receiving(request: FastifyRequest): Caller {
  const caller = callerOf(request)
  if (!caller.actions.includes('receive'))
    throw new Problem('NOT_PERMITTED', 'The token does not list the action receive')
  requirePurpose(caller)
  return caller
}

function questionIn(request: FastifyRequest): { after: bigint; limit: number; waitMs: number } {
  const limit = Number(numberIn(request, 'limit', String(usualEvents)))
  const after = BigInt(numberIn(request, 'after', '0'))
  if (limit === 0) throw badNumber('limit', 'limit is at least 1')
  const waitSeconds = Math.min(mostWaitSeconds, Number(numberIn(request, 'wait', '0')))
  return {
    after: after < beyondEveryFeed ? after : beyondEveryFeed,
    limit: Math.min(mostEvents, limit),
    waitMs: 1000 * waitSeconds,
  }
}

/** A query parameter: a whole number that is not negative, given once. */
function numberIn(request: FastifyRequest, name: string, usual: string): string {
  const value = (request.query as Readonly<Record<string, unknown>>)[name] ?? usual
  if (typeof value !== 'string' || !/^\d{1,100}$/.test(value)) throw badNumber(name, `${name} is not one whole number`)
  return value
}

function badNumber(name: string, detail: string): Problem {
  return new Problem('MALFORMED', detail, { errors: [{ pointer: `#/${name}`, code: 'FIELD_FORM' }] })
}

function goneOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    gone.abort()
  })
  return gone.signal
}
