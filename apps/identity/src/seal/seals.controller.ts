import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { CurrentCaller, Problem, requirePurpose } from '#libs/service'
import { SealChild } from './seal-child.js'
import { SealDto } from './seals.dto.js'

@ApiTags('Sealing')
@Controller('v1/seals')
export class SealsController {
  constructor(private readonly sealing: SealChild) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Ask that the identity a child was born with be sealed. For the guardian desk.' })
  async ask(@Body() asked: SealDto, @CurrentCaller() caller: Caller) {
    return this.sealing.ask(caller, requirePurpose(caller), asked)
  }

  @Post(':id/approval')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Seal it; another guardian than the one who asked.' })
  async approve(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Problem('NOT_FOUND')
    return this.sealing.approve(caller, requirePurpose(caller), id)
  }
}
