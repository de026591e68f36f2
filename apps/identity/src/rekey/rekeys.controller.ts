import { Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { actorHeader, AnsweredOnce, CurrentCaller, idempotencyKey, Problem } from '#libs/service'
import { RekeyDto, RekeysDto, RekeysQueryDto } from './rekeys.dto.js'
import { WorkRekeys } from './work-rekeys.js'

const most = 500

@ApiTags('Re-keys')
@Controller('v1/rekeys')
export class RekeysController {
  constructor(private readonly rekeys: WorkRekeys) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What you have to write anew after children were joined or separated, oldest first.' })
  @ApiOkResponse({ type: RekeysDto })
  async list(@Query() { limit, after, show }: RekeysQueryDto, @CurrentCaller() caller: Caller) {
    const page = { limit: Math.min(Number(limit ?? '100'), most), isAll: show === 'all' }
    return this.rekeys.list(caller, { ...page, ...(after !== undefined && { after }) })
  }

  @Post(':id/confirmation')
  @AnsweredOnce()
  @ApiHeader(actorHeader)
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that your records follow the change. Saying it again changes nothing.' })
  @ApiOkResponse({ type: RekeyDto })
  async confirm(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Problem('NOT_FOUND')
    return this.rekeys.confirm(caller, id)
  }
}
