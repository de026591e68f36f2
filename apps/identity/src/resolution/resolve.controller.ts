import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common'
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { CurrentCaller, Problem, requirePurpose } from '#libs/service'
import { readResolveRequest } from './read-resolve-request.js'
import { ResolveRecord, type ResolveAnswer } from './resolve-record.js'
import { ResolveAnswerDto, ResolveRequestDto } from './resolve.dto.js'

@ApiTags('Identity')
@Controller('v1/resolve')
export class ResolveController {
  constructor(private readonly records: ResolveRecord) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Find the child of a record, or register one; mode find creates nothing.' })
  @ApiBody({ type: ResolveRequestDto })
  @ApiOkResponse({ type: ResolveAnswerDto })
  async resolve(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<ResolveAnswer> {
    const read = readResolveRequest(body, Date.now())
    if (!read.ok)
      throw new Problem(read.isMalformed ? 'MALFORMED' : 'SCHEMA_INVALID', undefined, { errors: read.faults })
    const purpose = requirePurpose(caller, read.request.purpose)
    return this.records.resolve(caller, purpose, read.request)
  }
}
