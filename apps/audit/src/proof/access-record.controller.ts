import { Controller, Get, Header, Param } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { CurrentCaller, Problem, requirePurpose } from '#libs/service'
import { ProveRecord, type RecordOpening } from './prove-record.js'

const proofSuffix = '.tlog-proof'
const hex = { type: 'string', pattern: '^[0-9a-f]+$' } as const
const openingOrProof = {
  'application/json': {
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['recordId', 'commitment', 'salt1', 'outer'],
      properties: {
        recordId: { type: 'string', format: 'uuid' },
        commitment: hex,
        salt1: hex,
        outer: { type: 'object', additionalProperties: true },
      },
    },
  },
  'text/plain': { schema: { type: 'string' } },
}

@ApiTags('Access log')
@Controller('v1/access-records')
export class AccessRecordController {
  constructor(private readonly records: ProveRecord) {}

  @Get(':id')
  @ApiOperation({
    summary:
      'The open half of an access record of your own agency, or with .tlog-proof its proof for offline checking.',
  })
  @ApiParam({ name: 'id', description: 'The record id of a receipt, or that id followed by .tlog-proof.' })
  @ApiOkResponse({ description: 'The opening as JSON, or a C2SP tlog-proof as text.', content: openingOrProof })
  @Header('cache-control', 'no-store')
  async read(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<RecordOpening | string> {
    requirePurpose(caller)
    const isProof = id.endsWith(proofSuffix)
    const recordId = isProof ? id.slice(0, -proofSuffix.length) : id
    if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(recordId))
      throw new Problem('NOT_FOUND')
    return isProof ? this.records.proof(recordId, caller) : this.records.opening(recordId, caller)
  }
}
