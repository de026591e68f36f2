import { Body, Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common'
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { actorHeader, CurrentCaller, Problem } from '#libs/service'
import { ReplayDto, WhatIfAnswerDto, WhatIfDto } from './decisions.dto.js'
import { ExplainDecision, type ReplayAnswer } from './explain-decision.js'
import { readWhatIf } from './read-what-if.js'
import { WhatIf, type WhatIfAnswer } from './what-if.js'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

@ApiTags('Identity')
@ApiHeader(actorHeader)
@Controller('v1')
export class DecisionsController {
  constructor(
    private readonly explaining: ExplainDecision,
    private readonly supposing: WhatIf,
  ) {}

  @Get('decisions/:id/replay')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Make a decision about identity again from what it rested on. For data stewards.',
    description:
      'It agrees to the milli-bit, or what was stored, or the code, is not what it was. Where the records are gone or were read otherwise, it is made again from its levels.',
  })
  @ApiOkResponse({ type: ReplayDto })
  async replay(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ReplayAnswer> {
    if (!uuid.test(id)) throw new Problem('NOT_FOUND')
    return this.explaining.replay(caller, id)
  }

  @Post('what-if')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What would become of a record, by other weights or another model. For data stewards.' })
  @ApiBody({ type: WhatIfDto })
  @ApiOkResponse({ type: WhatIfAnswerDto })
  async whatIf(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<WhatIfAnswer> {
    return this.supposing.ask(caller, readWhatIf(body, Date.now()))
  }
}
