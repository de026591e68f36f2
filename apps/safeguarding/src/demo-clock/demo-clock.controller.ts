import { Body, Controller, HttpCode, Post } from '@nestjs/common'
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { AnsweredOnce, CurrentCaller, idempotencyKey } from '#libs/service'
import { AdvanceDto } from './demo-clock.dto.js'
import { MoveClock, type MovedClock } from './move-clock.js'

const moved = {
  'application/json': {
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['now', 'accessReceipt'],
      properties: {
        now: { type: 'string', format: 'date-time' },
        accessReceipt: { $ref: '#/components/schemas/AccessReceipt' },
      },
    },
  },
}

@ApiTags('Sandbox')
@Controller('v1/demo-clock')
export class DemoClockController {
  constructor(private readonly clock: MoveClock) {}

  @Post()
  @AnsweredOnce()
  @ApiHeader(idempotencyKey)
  @HttpCode(200)
  @ApiOperation({ summary: 'Sandbox only: moves the clock of handovers, acknowledgements and escalations forward.' })
  @ApiOkResponse({
    description: 'The hub’s time after the move, and the receipt of its access record.',
    content: moved,
  })
  advance(@Body() { advance }: AdvanceDto, @CurrentCaller() caller: Caller): Promise<MovedClock> {
    return this.clock.advance(caller, advance)
  }
}
