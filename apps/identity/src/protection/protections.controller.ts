import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common'
import { ApiHeader, ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { actorHeader, AnsweredOnce, CurrentCaller, idempotencyKey, Problem, requirePurpose } from '#libs/service'
import { readProtectRequest } from '../resolution/read-resolve-request.js'
import { LiftProtection } from './lift-protection.js'
import { ProtectChild, type Protected } from './protect-child.js'
import { LiftDto, ProtectDto, ProtectedDto } from './protections.dto.js'
import { requireReviewToCome } from './review-day.js'

@ApiTags('Protection')
@ApiHeader(actorHeader)
@Controller('v1/protections')
export class ProtectionsController {
  constructor(
    private readonly protecting: ProtectChild,
    private readonly lifting: LiftProtection,
  ) {}

  @Post()
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Hide a child, known or not yet. For the guardian desk.' })
  @ApiBody({ type: ProtectDto })
  @ApiCreatedResponse({ description: 'The same, whether or not there is such a child.', type: ProtectedDto })
  async protect(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<Protected> {
    const { request, faults } = readProtectRequest(body, Date.now())
    if (!request) throw new Problem('SCHEMA_INVALID', undefined, { errors: faults })
    requireReviewToCome(request.reviewOn, Date.now())
    return this.protecting.protect(caller, requirePurpose(caller, request.purpose), request)
  }

  @Post(':id/lift')
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask that a protection end; another person must approve.' })
  async lift(@Param('id') id: string, @Body() { reason }: LiftDto, @CurrentCaller() caller: Caller) {
    return this.lifting.ask(caller, requirePurpose(caller), { protectionId: known(id), reason })
  }

  @Post(':id/lift/approval')
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @ApiOperation({ summary: 'End a protection that another person asked to end.' })
  async approve(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.lifting.approve(caller, requirePurpose(caller), known(id))
  }
}

function known(id: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Problem('NOT_FOUND')
  return id
}
