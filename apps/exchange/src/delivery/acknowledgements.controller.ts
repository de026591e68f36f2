import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common'
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { FastifyRequest } from 'fastify'
import { AnsweredOnce, callerOf, idempotencyKey, Problem, requirePurpose } from '#libs/service'
import { Acknowledge, type Acknowledged } from './acknowledge.js'
import { acknowledgementAnswer, acknowledgementBody } from './described-feed.js'

@ApiTags('feed')
@Controller('v1/acknowledgements')
export class AcknowledgementsController {
  constructor(@Inject(Acknowledge) private readonly acknowledgements: Acknowledge) {}

  @Post()
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say up to which number you have processed your feed',
    description: 'Cumulative; a lower number changes nothing.',
    requestBody: acknowledgementBody,
  })
  @ApiResponse({ status: 200, description: 'How far the feed is acknowledged now.', content: acknowledgementAnswer })
  async post(@Req() request: FastifyRequest): Promise<Acknowledged> {
    const caller = callerOf(request)
    if (!caller.actions.includes('acknowledge'))
      throw new Problem('NOT_PERMITTED', 'The token does not list the action acknowledge')
    requirePurpose(caller)
    if (typeof request.body !== 'string') throw new Problem('MEDIA_TYPE')
    return this.acknowledgements.acknowledge(caller, request.body)
  }
}
