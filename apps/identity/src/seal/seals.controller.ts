import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common'
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { actorHeader, AnsweredOnce, CurrentCaller, idempotencyKey, Problem, requirePurpose } from '#libs/service'
import { requireReviewToCome } from '../protection/review-day.js'
import { SealChild } from './seal-child.js'
import { ReversalDto, SealDto } from './seals.dto.js'
import { UndoSeal } from './undo-seal.js'

@ApiTags('Sealing')
@ApiHeader(actorHeader)
@Controller('v1/seals')
export class SealsController {
  constructor(
    private readonly sealing: SealChild,
    private readonly undoing: UndoSeal,
  ) {}

  @Post()
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Ask that the identity a child was born with be sealed. For the guardian desk.' })
  async ask(@Body() asked: SealDto, @CurrentCaller() caller: Caller) {
    requireReviewToCome(asked.reviewOn, Date.now())
    return this.sealing.ask(caller, requirePurpose(caller), asked)
  }

  @Post(':id/approval')
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Seal it; another guardian than the one who asked.' })
  async approve(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.sealing.approve(caller, requirePurpose(caller), known(id))
  }

  @Post(':id/reversal')
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Ask that a sealed identity live again. For the guardian desk.' })
  async askReversal(@Param('id') id: string, @Body() { reason }: ReversalDto, @CurrentCaller() caller: Caller) {
    return this.undoing.ask(caller, requirePurpose(caller), { sealId: known(id), reason })
  }

  @Post(':id/reversal/approval')
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Let it live again; another guardian than the one who asked.' })
  async approveReversal(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.undoing.approve(caller, requirePurpose(caller), known(id))
  }
}

function known(id: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Problem('NOT_FOUND')
  return id
}
