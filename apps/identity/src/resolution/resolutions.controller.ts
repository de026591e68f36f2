import { Body, Controller, HttpCode, Post } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { AnswerEvents, type EventAnswer, type EventItem } from './answer-events.js'

/** For other programs of the hub alone; the gateway may not reach it. */
@ApiExcludeController()
@Controller('internal/v1/resolutions')
export class ResolutionsController {
  constructor(private readonly events: AnswerEvents) {}

  @Post()
  @HttpCode(200)
  async resolve(@Body() body: { readonly items?: readonly EventItem[] }): Promise<{ items: readonly EventAnswer[] }> {
    return { items: await this.events.answer(body.items ?? []) }
  }
}
